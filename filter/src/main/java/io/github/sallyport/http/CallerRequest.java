package io.github.sallyport.http;

import io.github.sallyport.AnonymousCaller;
import io.github.sallyport.Caller;
import io.github.sallyport.CurrentCaller;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The request as the application sees it: it knows its caller, and what was read as a credential is
 * gone from every accessor.
 */
final class CallerRequest extends HttpServletRequestWrapper {
  private final Outcome outcome;
  private final ServletResponse response;

  CallerRequest(HttpServletRequest request, ServletResponse response, Outcome outcome) {
    super(request);
    this.response = response;
    this.outcome = outcome;
  }

  /**
   * Where our mechanism told the container who calls, the container's own object is handed back:
   * some compare by identity, and forget all roles when they meet another.
   */
  @Override
  public @Nullable Principal getUserPrincipal() {
    Caller caller = outcome.caller();
    Principal known = super.getUserPrincipal();
    if (!caller.isAuthenticated()) return known;
    boolean same = known instanceof Caller && known.getName().equals(caller.getName());
    return same ? known : caller;
  }

  @Override
  public @Nullable String getRemoteUser() {
    Caller caller = outcome.caller();
    return caller.isAuthenticated() ? caller.getName() : super.getRemoteUser();
  }

  /** Servlet 6.0, 13.3: {@code **} is whoever is authenticated, {@code *} is nobody's role. */
  @Override
  public boolean isUserInRole(String role) {
    Caller caller = outcome.caller();
    if (!caller.isAuthenticated()) return super.isUserInRole(role);
    if (role == null || role.equals("*")) return false;
    return role.equals("**") || caller.hasRole(role);
  }

  @Override
  public @Nullable String getAuthType() {
    Caller caller = outcome.caller();
    return caller.isAuthenticated() ? caller.credentials().authType() : super.getAuthType();
  }

  @Override
  public boolean authenticate(HttpServletResponse answer) throws IOException, ServletException {
    return outcome.caller().isAuthenticated() || super.authenticate(answer);
  }

  @Override
  public void login(String name, String password) throws ServletException {
    if (outcome.caller().isAuthenticated()) {
      throw new ServletException("a caller is established already, by what the request showed");
    }
    super.login(name, password);
  }

  @Override
  public void logout() throws ServletException {
    outcome.forgetCaller();
    CurrentCaller.replace(AnonymousCaller.INSTANCE);
    // Jetty throws where it has nobody to log out.
    if (super.getUserPrincipal() != null) super.logout();
  }

  /** Hands out this request, not the container's: an asynchronous thread sees the same caller. */
  @Override
  public AsyncContext startAsync() {
    return startAsync(this, response);
  }

  @Override
  public AsyncContext startAsync(ServletRequest shown, ServletResponse answer) {
    return new CallerAsync(super.startAsync(shown, answer), outcome);
  }

  @Override
  public AsyncContext getAsyncContext() {
    return new CallerAsync(super.getAsyncContext(), outcome);
  }

  @Override
  public @Nullable String getHeader(String name) {
    if (isHidden(name)) return null;
    if (!isCookies(name)) return super.getHeader(name);
    List<String> left = cookieHeaders();
    return left.isEmpty() ? null : left.get(0);
  }

  @Override
  public Enumeration<String> getHeaders(String name) {
    if (isHidden(name)) return Collections.emptyEnumeration();
    return isCookies(name) ? Collections.enumeration(cookieHeaders()) : super.getHeaders(name);
  }

  @Override
  public long getDateHeader(String name) {
    return isHidden(name) ? -1 : super.getDateHeader(name);
  }

  @Override
  public int getIntHeader(String name) {
    return isHidden(name) ? -1 : super.getIntHeader(name);
  }

  @Override
  public Enumeration<String> getHeaderNames() {
    List<String> names = new ArrayList<>();
    for (Enumeration<String> all = super.getHeaderNames(); all.hasMoreElements(); ) {
      String name = all.nextElement();
      boolean gone = isCookies(name) && cookieHeaders().isEmpty();
      if (!isHidden(name) && !gone) names.add(name);
    }
    return Collections.enumeration(names);
  }

  @Override
  public Cookie @Nullable [] getCookies() {
    Cookie[] all = super.getCookies();
    String hidden = outcome.credentialCookie();
    if (all == null || hidden == null) return all;
    List<Cookie> left = Stream.of(all).filter(each -> !each.getName().equals(hidden)).toList();
    return left.isEmpty() ? null : left.toArray(Cookie[]::new);
  }

  private boolean isCookies(String name) {
    return outcome.credentialCookie() != null && "Cookie".equalsIgnoreCase(name);
  }

  /** The lines of cookies without the token's; a line that holds it anywhere else goes whole. */
  private List<String> cookieHeaders() {
    String hidden = outcome.credentialCookie();
    List<String> tokens =
        hidden == null ? List.of() : CookieHeader.values((HttpServletRequest) getRequest(), hidden);
    List<String> lines = new ArrayList<>();
    for (String line : Collections.list(super.getHeaders("Cookie"))) {
      String left =
          Stream.of(line.split(";", -1))
              .map(String::strip)
              .filter(pair -> !pair.split("=", 2)[0].strip().equals(hidden))
              .collect(Collectors.joining("; "));
      if (!left.isEmpty() && tokens.stream().noneMatch(left::contains)) lines.add(left);
    }
    return lines;
  }

  private boolean isHidden(String name) {
    for (String hidden : outcome.credentialHeaders()) {
      if (hidden.equalsIgnoreCase(name)) return true;
    }
    return false;
  }
}
