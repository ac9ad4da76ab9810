package io.github.sallyport.http;

import io.github.sallyport.Caller;
import io.github.sallyport.CurrentCaller;
import io.github.sallyport.Refused;
import io.github.sallyport.audit.AuditedRequest;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The door. Declare it in {@code web.xml} with the {@code url-pattern}s that it shall guard, {@code
 * async-supported}; it needs no {@code <dispatcher>}. Its init parameters have the names of the
 * configuration properties and win over them.
 *
 * <p>Each request is judged once, on its first dispatch through here; later dispatches (ASYNC,
 * ERROR) find the same caller again. A refused request does not reach the application.
 */
public final class SallyportFilter implements Filter {
  /** Tells a client that its key must be replaced: a date of RFC 9651, section 3.3.7. */
  private static final String KEY_EXPIRES = "Sallyport-Key-Expires";

  // Set by init, which the container finishes before the first request.
  private @Nullable ServletContext context;

  /** Made by the container. */
  public SallyportFilter() {}

  @Override
  public void init(FilterConfig config) throws ServletException {
    context = config.getServletContext();
    if (Corridor.of(config.getServletContext()).isEmpty()) {
      throw new ServletException(
          "Sallyport was not opened in this application, so its filter refuses to start. Its"
              + " ServletContainerInitializer did not run: put sallyport-filter into WEB-INF/lib,"
              + " and leave <absolute-ordering/> out of web.xml or name the fragment there.");
    }
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest httpRequest = (HttpServletRequest) request;
    HttpServletResponse httpResponse = (HttpServletResponse) response;
    Optional<Outcome> before = Outcome.of(request);
    boolean later = isLaterDispatch(request.getDispatcherType());
    if (before.isEmpty() && later) {
      // The first dispatch of this request did not pass here: nothing to restore, nobody to judge.
      chain.doFilter(request, response);
      return;
    }
    Outcome outcome = before.isPresent() ? before.get() : walk(httpRequest);
    boolean first = outcome.enterFilter();
    boolean outermost = request.getDispatcherType() == DispatcherType.ASYNC || (first && !later);
    boolean failed = true;
    try {
      if (first && !later) outcome.begin();
      if (outcome.isRefused() && !later) {
        // Also whoever forwards a refused request to somewhere behind this door gets the answer
        // again.
        outcome.writeRefusal(httpRequest, httpResponse);
      } else {
        if (first) httpResponse = mark(httpResponse, outcome);
        goOn(outcome, httpRequest, httpResponse, chain);
      }
      failed = false;
    } finally {
      if (outermost) outcome.leave(request, httpResponse, failed);
    }
  }

  private Outcome walk(HttpServletRequest request) throws ServletException {
    Outcome outcome = corridor().walk(request);
    outcome.attachTo(request);
    return outcome;
  }

  private static HttpServletResponse mark(HttpServletResponse response, Outcome outcome) {
    response.setHeader(Corridor.REQUEST_ID, outcome.requestId());
    if (!outcome.credentialRead()) return response;
    outcome.keyEnd().ifPresent(end -> response.setHeader(KEY_EXPIRES, "@" + end.getEpochSecond()));
    return new CallerResponse(response, outcome);
  }

  private static boolean isLaterDispatch(DispatcherType type) {
    return type == DispatcherType.ASYNC || type == DispatcherType.ERROR;
  }

  private Corridor corridor() throws ServletException {
    ServletContext application = context;
    if (application == null) throw new ServletException("the filter was not initialised");
    return Corridor.of(application)
        .orElseThrow(() -> new ServletException("Sallyport is closed: the application stops"));
  }

  private static void goOn(
      Outcome outcome, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Caller caller = outcome.caller();
    HttpServletRequest seen =
        caller.isAuthenticated() && !isWrapped(request)
            ? new CallerRequest(request, response, outcome)
            : request;
    CurrentCaller.Scope scope = CurrentCaller.enter(caller);
    AuditedRequest.Scope audited = outcome.audited().enter();
    try {
      chain.doFilter(seen, response);
    } catch (IOException | ServletException | RuntimeException e) {
      Optional<Refused> refused = outcome.refusalIn(e);
      if (refused.isEmpty()) outcome.audited().fail(e);
      else if (response.isCommitted()) outcome.audited().refuse(refused.get());
      if (refused.isEmpty() || response.isCommitted()) throw e;
      response.reset();
      outcome.mark(response);
      AnswerWriter.write(outcome.refuse(refused.get()), request, response);
    } catch (Error e) {
      outcome.audited().fail(e);
      throw e;
    } finally {
      audited.close();
      scope.close();
    }
  }

  private static boolean isWrapped(ServletRequest request) {
    return request instanceof CallerRequest
        || (request instanceof ServletRequestWrapper wrapper
            && wrapper.isWrapperFor(CallerRequest.class));
  }
}
