package io.github.sallyport.http;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;

/** Counts what an application writes. By whatever thread writes, as the container's own is. */
final class CountedOutput extends ServletOutputStream {
  private final ServletOutputStream out;
  private long bytes;

  CountedOutput(ServletOutputStream out) {
    this.out = out;
  }

  long bytes() {
    return bytes;
  }

  /** What was written until now was thrown away. */
  void forget() {
    bytes = 0;
  }

  @Override
  public void write(int b) throws IOException {
    out.write(b);
    bytes++;
  }

  @Override
  public void write(byte[] from, int offset, int length) throws IOException {
    out.write(from, offset, length);
    bytes += length;
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  @Override
  public boolean isReady() {
    return out.isReady();
  }

  @Override
  public void setWriteListener(WriteListener listener) {
    out.setWriteListener(listener);
  }
}
