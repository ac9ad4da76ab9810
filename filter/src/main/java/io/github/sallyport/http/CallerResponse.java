package io.github.sallyport.http;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/**
 * The response to a request whose answer depends on who calls: no shared cache may hand it to
 * somebody else (RFC 9111 section 3.5). {@code Vary} stays whatever the application does; {@code
 * Cache-Control} is ours only until the application sets one. A limited caller is told how it
 * stands.
 */
final class CallerResponse extends HttpServletResponseWrapper {
  private static final String CACHE_CONTROL = "Cache-Control";
  private static final String VARY = "Vary";

  private final String vary;
  private final Outcome outcome;
  private final boolean authenticated;
  private boolean cacheControlIsOurs;
  private @Nullable CountedOutput output;
  private @Nullable CountedWriter writer;

  CallerResponse(HttpServletResponse response, Outcome outcome) {
    super(response);
    this.vary = outcome.vary();
    this.outcome = outcome;
    this.authenticated = outcome.caller().isAuthenticated();
    mark();
  }

  private void mark() {
    super.addHeader(VARY, vary);
    if (authenticated && !containsHeader(CACHE_CONTROL)) {
      super.setHeader(CACHE_CONTROL, "private");
      cacheControlIsOurs = true;
    }
    outcome.markLimits((HttpServletResponse) getResponse());
  }

  @Override
  public void setHeader(String name, String value) {
    if (CACHE_CONTROL.equalsIgnoreCase(name)) cacheControlIsOurs = false;
    super.setHeader(name, value);
    if (VARY.equalsIgnoreCase(name)) super.addHeader(VARY, vary);
  }

  @Override
  public void addHeader(String name, String value) {
    if (CACHE_CONTROL.equalsIgnoreCase(name) && cacheControlIsOurs) {
      setHeader(name, value);
    } else {
      super.addHeader(name, value);
    }
  }

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    CountedOutput counted = output;
    if (counted == null) output = counted = new CountedOutput(super.getOutputStream());
    return counted;
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    CountedWriter counted = writer;
    if (counted == null) {
      PrintWriter theirs = super.getWriter();
      writer = counted = new CountedWriter(theirs, getCharacterEncoding());
    }
    return counted;
  }

  /** How many bytes the application wrote. */
  long bytes() {
    return (output == null ? 0 : output.bytes()) + (writer == null ? 0 : writer.bytes());
  }

  @Override
  public void reset() {
    super.reset();
    output = null;
    writer = null;
    outcome.mark((HttpServletResponse) getResponse());
    mark();
  }

  // Each of these throws away what was written, or throws where that is on its way already.

  @Override
  public void resetBuffer() {
    super.resetBuffer();
    forget();
  }

  @Override
  public void sendError(int status) throws IOException {
    super.sendError(status);
    forget();
  }

  @Override
  public void sendError(int status, String message) throws IOException {
    super.sendError(status, message);
    forget();
  }

  @Override
  public void sendRedirect(String location) throws IOException {
    super.sendRedirect(location);
    forget();
  }

  private void forget() {
    if (output != null) output.forget();
    if (writer != null) writer.forget();
  }
}
