package io.github.sallyport.benchmark;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.security.Principal;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A GET over HTTPS with the headers of an ordinary client and an API key. */
final class PlainRequest extends HttpServletRequestWrapper {
  private static final HttpServletRequest NOTHING = Unsupported.of(HttpServletRequest.class);
  private static final String[] NAMES = {"Host", "User-Agent", "Accept", "X-API-Key"};

  private final String path;
  private final String[] values;
  private final Map<String, Object> attributes = new HashMap<>();

  PlainRequest(String path, String key) {
    super(NOTHING);
    this.path = path;
    this.values = new String[] {"orders.example", "curl/8.5.0", "*/*", key};
  }

  @Override
  public String getMethod() {
    return "GET";
  }

  @Override
  public String getRequestURI() {
    return path;
  }

  @Override
  public String getServletPath() {
    return path;
  }

  @Override
  public @Nullable String getPathInfo() {
    return null;
  }

  @Override
  public @Nullable String getHeader(String name) {
    for (int i = 0; i < NAMES.length; i++) {
      if (NAMES[i].equalsIgnoreCase(name)) return values[i];
    }
    return null;
  }

  @Override
  public Enumeration<String> getHeaders(String name) {
    String value = getHeader(name);
    return value == null ? Collections.emptyEnumeration() : Collections.enumeration(List.of(value));
  }

  @Override
  public Enumeration<String> getHeaderNames() {
    return Collections.enumeration(List.of(NAMES));
  }

  @Override
  public String getRemoteAddr() {
    return "192.0.2.17";
  }

  @Override
  public boolean isSecure() {
    return true;
  }

  @Override
  public DispatcherType getDispatcherType() {
    return DispatcherType.REQUEST;
  }

  @Override
  public boolean isAsyncStarted() {
    return false;
  }

  @Override
  public @Nullable Principal getUserPrincipal() {
    return null;
  }

  @Override
  public @Nullable Object getAttribute(String name) {
    return attributes.get(name);
  }

  @Override
  public void setAttribute(String name, Object value) {
    attributes.put(name, value);
  }
}
