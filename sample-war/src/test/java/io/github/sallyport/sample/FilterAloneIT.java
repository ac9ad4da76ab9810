package io.github.sallyport.sample;

import java.net.URI;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.extension.ExtendWith;

/** The filter alone, on each server that Arquillian runs. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class FilterAloneIT implements FilterAlone {
  private static final String NAME = "alone";

  @Deployment(testable = false)
  static WebArchive application() {
    return FilterAlone.war(NAME);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public URI app() {
    return Container.uri(NAME);
  }
}
