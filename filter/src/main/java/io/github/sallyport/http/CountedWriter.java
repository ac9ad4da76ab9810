package io.github.sallyport.http;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Counts what an application writes as text. By whatever thread writes, as the container's own. */
final class CountedWriter extends PrintWriter {
  private final PrintWriter to;
  private final Counting counting;

  /**
   * @param encoding the answer's; a name that nobody knows is counted as one byte a character
   */
  CountedWriter(PrintWriter to, String encoding) {
    this(to, new Counting(to, isUtf8(encoding)));
  }

  private CountedWriter(PrintWriter to, Counting counting) {
    super(counting);
    this.to = to;
    this.counting = counting;
  }

  private static boolean isUtf8(String encoding) {
    return encoding.equalsIgnoreCase(StandardCharsets.UTF_8.name())
        || (Charset.isSupported(encoding)
            && Charset.forName(encoding).equals(StandardCharsets.UTF_8));
  }

  long bytes() {
    return counting.bytes;
  }

  /** A client that has gone shows in the container's own writer alone. */
  @Override
  public boolean checkError() {
    return super.checkError() || to.checkError();
  }

  private static final class Counting extends FilterWriter {
    private final boolean utf8;
    private long bytes;

    Counting(Writer to, boolean utf8) {
      super(to);
      this.utf8 = utf8;
    }

    @Override
    public void write(int c) throws IOException {
      super.write(c);
      bytes += length((char) c);
    }

    @Override
    public void write(char[] from, int offset, int length) throws IOException {
      super.write(from, offset, length);
      for (int i = offset; i < offset + length; i++) bytes += length(from[i]);
    }

    @Override
    public void write(String from, int offset, int length) throws IOException {
      super.write(from, offset, length);
      for (int i = offset; i < offset + length; i++) bytes += length(from.charAt(i));
    }

    /** Of a pair of surrogates, which are four bytes together, each is two. */
    private int length(char c) {
      if (!utf8 || c < 0x80) return 1;
      return c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
  }
}
