package io.github.sallyport.sample.doors;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.annotation.WebListener;
import java.io.IOException;
import java.util.EnumSet;

/** Writes before anybody knows whether the request is let in, and may send that off at once. */
public final class EarlyFilter implements Filter {
  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    response.getWriter().write("chatter, ");
    if (request.getParameter("flush") != null) response.flushBuffer();
    chain.doFilter(request, response);
  }

  /** Puts it before the filters of {@code web.xml}. */
  @WebListener
  public static final class First implements ServletContextListener {
    @Override
    public void contextInitialized(ServletContextEvent event) {
      event
          .getServletContext()
          .addFilter("early", new EarlyFilter())
          .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/shut/early");
    }
  }
}
