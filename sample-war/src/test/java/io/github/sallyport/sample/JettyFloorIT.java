package io.github.sallyport.sample;

import org.junit.jupiter.api.Tag;

/** The Jetty for Servlet 6.0. */
@Tag("tomcat")
class JettyFloorIT extends OnJetty {
  JettyFloorIT() {
    super("jetty-home-12.0.", "ee10");
  }
}
