package io.github.sallyport.sample.words;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Calls the bean as the query says. */
@WebServlet(urlPatterns = {"/in/counter", "/out/counter"})
public class CounterServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Inject transient Counter counter;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String said =
        switch (String.valueOf(request.getQueryString())) {
          case "serve" -> counter.serve();
          case "empty" -> counter.empty();
          default -> counter.look();
        };
    response.setContentType("text/plain");
    response.getWriter().write(said);
  }
}
