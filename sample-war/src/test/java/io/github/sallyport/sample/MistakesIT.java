package io.github.sallyport.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.sample.mistakes.Mistakes;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code @Secured} where it can't be enforced: no door that only looks locked is ever opened. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class MistakesIT {
  private static final String ALL = "mistakes";
  private static final String NO_BEAN = "nobean";
  private static final String REPORT = "@Secured can't be enforced where it stands, ";

  @ArquillianResource Deployer deployer;

  @Deployment(name = ALL, managed = false, testable = false)
  static WebArchive everyMistake() {
    TestIssuers.open();
    return Container.war(ALL, "/*").addPackage(Mistakes.class.getPackage());
  }

  @Deployment(name = NO_BEAN, managed = false, testable = false)
  static WebArchive aClassThatIsNothing() {
    return Container.war(NO_BEAN, "/*").addClass(Mistakes.Nothing.class);
  }

  /**
   * WildFly's CDI stops the deployment before the servlet container has looked at any class: what
   * CDI never looks at is not in its report, but in one of its own once the others are mended.
   */
  @Test
  void everyMistakeStandsInOneReportAndTheDeploymentFails() {
    assertThatThrownBy(() -> deployer.deploy(ALL)).isNotNull();

    ServerLog.awaitLine(REPORT + (Container.WILDFLY ? "4 mistakes:" : "5 mistakes:"));
    for (String mistake :
        List.of(
            "Methods.hidden is private",
            "Methods.alone is static",
            "Methods.closed is final",
            "Closed is a final class")) {
      assertThat(ServerLog.lines(Mistakes.class.getName() + "$" + mistake)).isNotEmpty();
    }
    assertThat(ServerLog.lines("Classes that CDI does not look at are checked after these."))
        .satisfies(lines -> assertThat(lines.isEmpty()).isEqualTo(!Container.WILDFLY));
    Http.get(Container.uri(ALL), "/").send().is(404);
  }

  @Test
  void aClassThatCdiNeverLooksAtIsFoundToo() {
    assertThatThrownBy(() -> deployer.deploy(NO_BEAN)).isNotNull();

    ServerLog.awaitLine(REPORT + "1 mistake:");
    assertThat(
            ServerLog.lines(
                Mistakes.Nothing.class.getName() + " is neither a CDI bean nor a JAX-RS resource"))
        .isNotEmpty();
    Http.get(Container.uri(NO_BEAN), "/").send().is(404);
  }
}
