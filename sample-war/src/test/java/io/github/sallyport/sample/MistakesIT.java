package io.github.sallyport.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.sample.mistakes.Mistakes;
import io.github.sallyport.sample.plain.PlainApi;
import java.util.List;
import org.assertj.core.api.ThrowingConsumer;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code @Secured} where it can't be enforced: no door that only looks locked is ever opened. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class MistakesIT {
  private static final String ALL = "mistakes";
  private static final String NO_BEAN = "nobean";
  private static final String NO_FILTER = "nofilter";
  private static final String NO_FILTER_XML =
      """
      <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0"/>
      """;
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

  @Deployment(name = NO_FILTER, managed = false, testable = false)
  static WebArchive aFilterThatNobodyDeclared() {
    return Container.war(NO_FILTER, "/*")
        .addPackage(PlainApi.class.getPackage())
        .setWebXML(new StringAsset(NO_FILTER_XML));
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
    Container.isNotServed(ALL);
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
    Container.isNotServed(NO_BEAN);
  }

  /** CVE-2021-45232: an API that the one who guards it is not before. */
  @Test
  void whereNobodyDeclaredTheFilterWhatIsSecuredIsShutAndTheLogSaysSo() {
    String token =
        TestIssuers.person("alice").scope("vault:open").rs256(TestIssuers.people().getPrivate());
    deployer.deploy(NO_FILTER);
    try {
      for (Http request :
          List.of(
              Http.get(Container.uri(NO_FILTER), "/rest/plain"),
              Http.get(Container.uri(NO_FILTER), "/rest/plain").bearer(token))) {
        Http.Answer answer = request.send();
        assertThat(answer.status()).as(answer.body()).isIn(403, 500);
        assertThat(answer.body()).doesNotContain("opened");
      }
    } finally {
      deployer.undeploy(NO_FILTER);
    }
    ServerLog.awaitLine("declares no <filter> of the class");
    ServerLog.awaitLine("PlainApi$Plain.open is @Secured");
  }
}
