package io.github.sallyport.boot;

import static java.util.Objects.requireNonNull;

import io.github.sallyport.http.Outcome;
import io.github.sallyport.http.SallyportFilter;
import io.github.sallyport.testing.TestServer;
import io.github.sallyport.token.IssuedTokens;
import io.github.sallyport.token.LoginUser;
import io.github.sallyport.token.Tokens;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One node: a process with the whole of a deployment on a real server. Its settings are its
 * environment's, as they would be in a container. It says {@code port N} when it serves, for each
 * line that it is told how often the page was reached, and ends with its input, so that none
 * outlives the test that started it.
 */
final class Node {
  static final String PAGE = "/page";
  static final String LOGIN = "/login";

  private static final AtomicLong SERVED = new AtomicLong();

  private Node() {}

  /** Serves until its input ends. */
  public static void main(String[] arguments) throws Exception {
    try (TestServer server =
        new TestServer()
            .filter(SallyportFilter.class, Map.of(), "/*")
            .initializer(new SallyportInitializer())
            .servlet(PAGE, new Page())
            .servlet(LOGIN, new Login())) {
      int port = server.start().port();
      System.out.println(server.isRunning() ? "port " + port : "not deployed");
      for (int read = System.in.read(); read >= 0; read = System.in.read()) {
        if (read == '\n') System.out.println("served " + SERVED.get());
      }
    }
    System.exit(0);
  }

  private static final class Page extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      SERVED.incrementAndGet();
      response.getWriter().write("the page");
    }
  }

  /** Takes everybody's word for who they are. */
  private static final class Login extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      Tokens tokens =
          (Tokens) requireNonNull(getServletContext().getAttribute(Tokens.class.getName()));
      LoginUser user = new LoginUser(request.getParameter("user"), Set.of(), Set.of("user"));
      IssuedTokens issued = tokens.issue(user, Outcome.actorOf(request));
      response.getWriter().write(issued.access().text().reveal());
    }
  }
}
