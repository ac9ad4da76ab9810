package io.github.sallyport.benchmark;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A response that keeps its status and its headers, and counts its body. */
final class PlainResponse extends HttpServletResponseWrapper {
  private static final HttpServletResponse NOTHING = Unsupported.of(HttpServletResponse.class);

  private record Header(String name, String value) {}

  private final List<Header> headers = new ArrayList<>();
  private final Body body = new Body();
  private int status = SC_OK;

  PlainResponse() {
    super(NOTHING);
  }

  @Override
  public void setStatus(int status) {
    this.status = status;
  }

  @Override
  public int getStatus() {
    return status;
  }

  @Override
  public void setHeader(String name, String value) {
    headers.removeIf(header -> header.name().equalsIgnoreCase(name));
    addHeader(name, value);
  }

  @Override
  public void addHeader(String name, String value) {
    headers.add(new Header(name, value));
  }

  @Override
  public boolean containsHeader(String name) {
    for (Header header : headers) {
      if (header.name().equalsIgnoreCase(name)) return true;
    }
    return false;
  }

  @Override
  public @Nullable String getHeader(String name) {
    for (Header header : headers) {
      if (header.name().equalsIgnoreCase(name)) return header.value();
    }
    return null;
  }

  @Override
  public boolean isCommitted() {
    return false;
  }

  @Override
  public void setContentType(String type) {
    setHeader("Content-Type", type);
  }

  @Override
  public void setContentLength(int length) {
    setHeader("Content-Length", Integer.toString(length));
  }

  @Override
  public void resetBuffer() {
    body.length = 0;
  }

  @Override
  public ServletOutputStream getOutputStream() {
    return body;
  }

  int bodyLength() {
    return body.length;
  }

  private static final class Body extends ServletOutputStream {
    private int length;

    @Override
    public void write(int b) {
      length++;
    }

    @Override
    public void write(byte[] bytes, int from, int count) {
      length += count;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      throw new UnsupportedOperationException("nobody reads this body");
    }
  }
}
