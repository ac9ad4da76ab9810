package io.github.sallyport.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.sample.mistakes.Mistakes;
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

    assertThat(ServerLog.awaitLinesAfter(REPORT + "5 mistakes:", 5))
        .satisfiesExactlyInAnyOrder(
            mistake("Methods.hidden is private", "make it an instance method that is not private"),
            mistake("Methods.alone is static", "make it an instance method that is not private"),
            mistake("Methods.closed is final", "drop final"),
            mistake("Closed is a final class", "drop final"),
            mistake("Nothing is neither a CDI bean nor a JAX-RS resource", "give it a scope"));
    assertThat(ServerLog.awaitLinesAfter("What is said can't be meant, 3 mistakes:", 3))
        .satisfiesExactlyInAnyOrder(
            mistake("Words.space: @Secured names the scope \"read write\"", "has a space"),
            mistake("Words.soon: @Fresh says \"soon\"", "as PT5M"),
            mistake("Unknown is a policy of @Guarded, and no CDI bean", "give it a scope"));
    Http.get(Container.uri(ALL), "/").send().is(404);
  }

  private static ThrowingConsumer<String> mistake(String place, String mend) {
    return line ->
        assertThat(line).startsWith(" - " + Mistakes.class.getName() + "$" + place).contains(mend);
  }

  @Test
  void aClassThatCdiNeverLooksAtIsFoundToo() {
    assertThatThrownBy(() -> deployer.deploy(NO_BEAN)).isNotNull();

    assertThat(ServerLog.awaitLinesAfter(REPORT + "1 mistake:", 1))
        .satisfiesExactly(
            mistake("Nothing is neither a CDI bean nor a JAX-RS resource", "give it a scope"));
    Http.get(Container.uri(NO_BEAN), "/").send().is(404);
  }
}
