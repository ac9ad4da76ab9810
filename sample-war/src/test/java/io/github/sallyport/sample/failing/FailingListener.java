package io.github.sallyport.sample.failing;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;

/** Stops the start of its application, when Sallyport is open. */
@WebListener
public class FailingListener implements ServletContextListener {
  @Override
  public void contextInitialized(ServletContextEvent event) {
    throw new IllegalStateException("failed on purpose");
  }
}
