package io.github.sallyport.sample;

import org.junit.jupiter.api.Tag;

/** The newest Jetty: Servlet 6.1. Tagged as Tomcat's, so that one of the servers' runs has it. */
@Tag("tomcat")
class JettyIT extends OnJetty {
  JettyIT() {
    super("jetty-home-12.1.", "ee11");
  }
}
