package io.github.sallyport.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.sample.login.LoginApi;
import java.net.URI;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * An application that asks its server for MicroProfile JWT. WildFly has it and Tomcat has not; on
 * both the deployer says who is in charge.
 */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class LoginConfigIT {
  private static final String SILENT = "loginsilent";
  private static final String ON = "loginon";
  private static final String OFF = "loginoff";

  @ArquillianResource Deployer deployer;

  @Deployment(name = SILENT, managed = false, testable = false)
  static WebArchive silent() {
    TestIssuers.open();
    return application(SILENT);
  }

  @Deployment(name = ON, managed = false, testable = false)
  static WebArchive on() {
    return application(ON)
        .addAsResource(mechanism("on"), "META-INF/microprofile-config.properties");
  }

  @Deployment(name = OFF, managed = false, testable = false)
  static WebArchive off() {
    WebArchive war =
        application(OFF).addAsResource(mechanism("off"), "META-INF/microprofile-config.properties");
    // Payara finds the annotation on beans alone.
    return Server.HERE.isGlassFish()
        ? war.addAsWebInfResource(
            new StringAsset("<beans version=\"4.0\" bean-discovery-mode=\"all\"/>"), "beans.xml")
        : war;
  }

  /** All with the same data, but on Jetty, where what failed to start is not told of its end. */
  private static WebArchive application(String name) {
    WebArchive war =
        ShrinkWrap.create(WebArchive.class, name + ".war")
            .merge(Container.war(Server.HERE.isJetty() ? name : "login", "/*"));
    return ClaimsIT.withApi(war.addPackage(LoginApi.class.getPackage()));
  }

  private static StringAsset mechanism(String value) {
    return new StringAsset("sallyport.mechanism=" + value);
  }

  private static String ask(String name) {
    URI application = Container.uri(name);
    String token =
        TestIssuers.person("alice")
            .claim("email", "alice@people.example")
            // What WildFly's own wants of a token, beyond what ours does.
            .claim("jti", "j-1")
            .claim("upn", "alice")
            .claim("groups", new String[] {"clerk"})
            .rs256(TestIssuers.people().getPrivate());
    return Http.get(application, "/rest/who").bearer(token).send().isOk().body();
  }

  @Test
  void theDeploymentStopsUntilTheDeployerSaysWhoIsInCharge() {
    assertThatThrownBy(() -> deployer.deploy(SILENT)).isNotNull();

    // WildFly's own beans are seen before the class that asked for them.
    ServerLog.awaitLine(
        (Server.HERE.isWildFly()
                ? "PrincipalProducer, io.smallrye.jwt.auth.cdi.RawClaimTypeProducer make beans of"
                    + " MicroProfile JWT, as a server's do where a class carries"
                    + " @LoginConfig(authMethod = \"MP-JWT\"), and so does Sallyport. "
                : LoginApi.class.getName()
                    + " carries @LoginConfig(authMethod = \"MP-JWT\"), by which the server judges"
                    + " tokens itself, as Sallyport does. ")
            + "Say who is in charge: sallyport.mechanism=on is Sallyport, sallyport.mechanism=off the"
            + " server.");
    Container.isNotServed(SILENT);
    // Nothing was left open.
    deployer.deploy(ON);
    deployer.undeploy(ON);
  }

  @Test
  void sallyportMayBeInCharge() {
    deployer.deploy(ON);
    try {
      assertThat(ask(ON)).isEqualTo("alice|alice@people.example|alice|true");
      // WildFly, which knows one issuer, would refuse this one's.
      String machine = TestIssuers.machine("press").es256(TestIssuers.machines().getPrivate());
      Http.Answer answer =
          await()
              .until(
                  () -> Http.get(Container.uri(ON), "/rest/who").bearer(machine).send(),
                  told -> told.status() != 503);
      assertThat(answer.isOk().body()).isEqualTo("press||press|true");
    } finally {
      deployer.undeploy(ON);
    }
  }

  @Test
  void theServerMayBeInCharge() {
    assumeThat(Server.HERE)
        .as("it was not found to judge the tokens of this application")
        .isNotIn(Server.GLASSFISH7, Server.GLASSFISH8);
    deployer.deploy(OFF);
    try {
      assertThat(ask(OFF)).startsWith("alice|alice@people.example|alice|");
    } finally {
      deployer.undeploy(OFF);
    }
  }
}
