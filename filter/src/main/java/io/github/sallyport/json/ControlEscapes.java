package io.github.sallyport.json;

import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import org.jspecify.annotations.Nullable;

/**
 * Escapes what JSON lets stand and a log must not hold: DEL and the C1 controls, one of which
 * starts terminal sequences, and the line breaks of Unicode.
 */
final class ControlEscapes extends CharacterEscapes {
  private static final long serialVersionUID = 1L;

  @Override
  public int[] getEscapeCodesForAscii() {
    int[] codes = standardAsciiEscapesForJSON();
    codes[0x7f] = ESCAPE_STANDARD;
    return codes;
  }

  @Override
  public @Nullable SerializableString getEscapeSequence(int c) {
    boolean escaped = (c >= 0x80 && c < 0xa0) || c == 0x2028 || c == 0x2029;
    return escaped ? new SerializedString(String.format("\\u%04X", c)) : null;
  }
}
