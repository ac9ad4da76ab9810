package io.github.sallyport.boot;

import io.github.sallyport.Caller;
import io.github.sallyport.CurrentCaller;
import io.github.sallyport.User;
import io.github.sallyport.http.SallyportFilter;
import io.github.sallyport.json.Json;
import io.github.sallyport.testing.TestServer;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A service behind another, in a process of its own: its settings are its environment's. Its page
 * says who calls, and all headers as they came. It says {@code port N} when it serves, and ends
 * with its input.
 */
final class NodeBehind {
  static final String PAGE = "/page";
  private static final String RAW = "raw headers";

  private NodeBehind() {}

  /** Serves until its input ends. */
  public static void main(String[] arguments) throws Exception {
    try (TestServer server =
        new TestServer()
            .filter(Witness.class, Map.of(), "/*")
            .filter(SallyportFilter.class, Map.of(), "/*")
            .initializer(new SallyportInitializer())
            .servlet(PAGE, new Page())) {
      int port = server.start().port();
      System.out.println(server.isRunning() ? "port " + port : "not deployed");
      while (System.in.read() >= 0) {
        // Until it ends.
      }
    }
    System.exit(0);
  }

  /** Stands before Sallyport, and sees what that hides. */
  public static final class Witness implements Filter {
    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
        throws IOException, ServletException {
      HttpServletRequest http = (HttpServletRequest) request;
      Map<String, List<String>> headers = new LinkedHashMap<>();
      for (String name : Collections.list(http.getHeaderNames())) {
        headers.put(name, Collections.list(http.getHeaders(name)));
      }
      request.setAttribute(RAW, headers);
      chain.doFilter(request, response);
    }
  }

  private static final class Page extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      Caller caller = CurrentCaller.find().orElseThrow();
      Map<String, @Nullable Object> json = new LinkedHashMap<>();
      json.put("subject", caller.user().map(User::subject).orElse(null));
      json.put("issuer", caller.user().map(User::issuer).orElse(null));
      json.put("audience", caller.claims().get("aud"));
      json.put("scopes", List.copyOf(new TreeSet<>(caller.scopes())));
      json.put("headers", request.getAttribute(RAW));
      response.getWriter().write(Json.write(json));
    }
  }
}
