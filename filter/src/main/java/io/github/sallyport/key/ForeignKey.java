package io.github.sallyport.key;

import io.github.sallyport.Secret;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A key that another system issued: its text, or that system's digest of it. Prints nothing of
 * itself.
 */
public sealed interface ForeignKey {
  /** The shortest text that is taken: shorter ones can be guessed. */
  int MIN_CHARS = 20;

  /** The longest text that is read from a request. */
  int MAX_CHARS = 512;

  /**
   * A key by its text.
   *
   * @throws IllegalArgumentException if no request could show such a text, or it is too short
   */
  static ForeignKey ofText(Secret text) {
    return new Text(text);
  }

  /**
   * A key by the SHA-256 of its text in UTF-8.
   *
   * @param digest 32 bytes in hex, base64 or base64url
   * @throws IllegalArgumentException if it is none
   */
  static ForeignKey ofSha256(String digest) {
    return new Digest(KeyDigest.OF_SHA256, new Secret(hex(digest)));
  }

  /**
   * A key by the HMAC-SHA-256 (RFC 2104) of its text in UTF-8, under the old system's secret.
   *
   * @param secretId names the secret among the peppers
   * @param digest 32 bytes in hex, base64 or base64url
   * @throws IllegalArgumentException if it is none
   */
  static ForeignKey ofHmac(String secretId, String digest) {
    return new Digest(KeyDigest.OF_HMAC + secretId, new Secret(hex(digest)));
  }

  private static String hex(String digest) {
    byte[] bytes = new byte[0];
    try {
      bytes =
          digest.length() == 64
              ? HexFormat.of().parseHex(digest)
              : Base64.getUrlDecoder().decode(digest.replace('+', '-').replace('/', '_'));
    } catch (IllegalArgumentException e) {
      // Said below, without the decoder's words, which quote the text.
    }
    if (bytes.length != 32) {
      throw new IllegalArgumentException(
          "a digest must have 32 bytes, in hex, base64 or base64url");
    }
    return HexFormat.of().formatHex(bytes);
  }

  /** By its text. */
  record Text(Secret text) implements ForeignKey {
    private static final Pattern SHOWABLE = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    public Text {
      int length = text.reveal().length();
      if (length < MIN_CHARS || length > MAX_CHARS || !SHOWABLE.matcher(text.reveal()).matches()) {
        throw new IllegalArgumentException(
            "a foreign key must have 20 to 512 of the characters A-Z a-z 0-9 - . _ ~ + /, and = at"
                + " its end: shorter ones can be guessed, others can't be sent");
      }
    }
  }

  /**
   * By an old system's digest.
   *
   * @param of as {@link KeyDigest#of()}
   * @param hex 32 bytes
   */
  record Digest(String of, Secret hex) implements ForeignKey {}
}
