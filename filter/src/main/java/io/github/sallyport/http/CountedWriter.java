package io.github.sallyport.http;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Counts what an application writes as text. By whatever thread writes, as the container's own.
 *
 * <p>A {@code PrintWriter} that is extended locks around each write, and whoever waits for a slow
 * client would hold a virtual thread's carrier by that. So what writes goes straight to the
 * container's, which locks or does not; only {@code format} and {@code printf} still lock.
 */
final class CountedWriter extends PrintWriter {
  private final PrintWriter to;
  private final boolean utf8;
  private long bytes;

  /**
   * @param encoding the answer's; a name that nobody knows is counted as one byte a character
   */
  CountedWriter(PrintWriter to, String encoding) {
    super(Writer.nullWriter());
    this.to = to;
    this.utf8 = isUtf8(encoding);
  }

  private static boolean isUtf8(String encoding) {
    return encoding.equalsIgnoreCase(StandardCharsets.UTF_8.name())
        || (Charset.isSupported(encoding)
            && Charset.forName(encoding).equals(StandardCharsets.UTF_8));
  }

  long bytes() {
    return bytes;
  }

  /** What was written until now was thrown away. */
  void forget() {
    bytes = 0;
  }

  @Override
  public void write(int c) {
    to.write(c);
    bytes += length((char) c);
  }

  @Override
  public void write(char[] from, int offset, int length) {
    to.write(from, offset, length);
    for (int i = offset; i < offset + length; i++) bytes += length(from[i]);
  }

  @Override
  public void write(String from, int offset, int length) {
    to.write(from, offset, length);
    for (int i = offset; i < offset + length; i++) bytes += length(from.charAt(i));
  }

  /** Of a pair of surrogates, which are four bytes together, each is two. */
  private int length(char c) {
    if (!utf8 || c < 0x80) return 1;
    return c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
  }

  @Override
  public void println() {
    write(System.lineSeparator());
  }

  @Override
  public void println(boolean value) {
    print(value);
    println();
  }

  @Override
  public void println(char value) {
    print(value);
    println();
  }

  @Override
  public void println(int value) {
    print(value);
    println();
  }

  @Override
  public void println(long value) {
    print(value);
    println();
  }

  @Override
  public void println(float value) {
    print(value);
    println();
  }

  @Override
  public void println(double value) {
    print(value);
    println();
  }

  @Override
  public void println(char[] value) {
    print(value);
    println();
  }

  @Override
  public void println(String value) {
    print(value);
    println();
  }

  @Override
  public void println(Object value) {
    print(value);
    println();
  }

  @Override
  public void flush() {
    to.flush();
  }

  @Override
  public void close() {
    to.close();
  }

  /** A client that has gone shows in the container's own writer alone. */
  @Override
  public boolean checkError() {
    return to.checkError();
  }
}
