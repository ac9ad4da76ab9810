package io.github.sallyport.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.sample.mistakes.Mistakes;
import java.util.List;
import org.assertj.core.api.ThrowingConsumer;
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

  @Test
  void everyMistakeStandsInOneReportAndTheDeploymentFails() {
    assertThatThrownBy(() -> deployer.deploy(ALL)).isNotNull();

    ServerLog.awaitLine(REPORT + "5 mistakes:");
    List<String> all = ServerLog.lines("");
    int start = all.indexOf(ServerLog.lines(REPORT + "5 mistakes:").get(0));
    assertThat(all.subList(start + 1, start + 6))
        .satisfiesExactlyInAnyOrder(
            mistake("Methods.hidden is private", "make it an instance method that is not private"),
            mistake("Methods.alone is static", "make it an instance method that is not private"),
            mistake("Methods.closed is final", "drop final"),
            mistake("Closed is a final class", "drop final"),
            mistake("Nothing is neither a CDI bean nor a JAX-RS resource", "give it a scope"));
    Http.get(Container.uri(ALL), "/").send().is(404);
  }

  private static ThrowingConsumer<String> mistake(String place, String mend) {
    return line ->
        assertThat(line).startsWith(" - " + Mistakes.class.getName() + "$" + place).contains(mend);
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
