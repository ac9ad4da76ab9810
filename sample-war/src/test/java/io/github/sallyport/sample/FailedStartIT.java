package io.github.sallyport.sample;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.sallyport.sample.app.EchoServlet;
import io.github.sallyport.sample.failing.FailingListener;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What failed to start has let go of all that it held. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class FailedStartIT {
  private static final String NAME = "failedstart";
  private static final String FAILING = "failingstart";
  private static final String MENDED = "mendedstart";

  @ArquillianResource Deployer deployer;

  @Deployment(name = FAILING, managed = false, testable = false)
  static WebArchive failing() {
    TestIssuers.open();
    return named(FAILING).addClass(FailingListener.class);
  }

  @Deployment(name = MENDED, managed = false, testable = false)
  static WebArchive mended() {
    return named(MENDED).addPackage(EchoServlet.class.getPackage());
  }

  /** Both with the same data. */
  private static WebArchive named(String name) {
    return ShrinkWrap.create(WebArchive.class, name + ".war").merge(Container.war(NAME, "/*"));
  }

  /** The embedded database is one process's, and there each application's, alone. */
  @Test
  void theSameApplicationStartsOnceItIsMended() {
    assumeThat(Server.HERE)
        .as("it tells no listener of the end of an application whose start failed")
        .matches(here -> !here.isJetty());
    assertThatThrownBy(() -> deployer.deploy(FAILING)).isNotNull();
    Container.isNotServed(FAILING);

    deployer.deploy(MENDED);
    try {
      Container.issue(
          Container.uri(MENDED), Container.adminKey(Container.data(NAME)), "\"scopes\":[]");
    } finally {
      deployer.undeploy(MENDED);
    }
  }
}
