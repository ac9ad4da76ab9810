package io.github.sallyport.sample;

import static io.github.sallyport.sample.Http.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.sample.full.Teller;
import io.github.sallyport.sample.threads.Desk;
import io.github.sallyport.sample.threads.ThreadsServlet;
import java.net.URI;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Session beans, managed executors and asynchronous methods: what only a full server has. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@Tag("full")
class FullServerIT {
  private static final String NAME = "full";
  private static final URI APP = Container.uri(NAME);
  private static final int CALLS = 1_000;

  /**
   * How a thread comes to work for the caller. What Open Liberty has in stock takes along its own
   * contexts alone, so that there an application names ours.
   */
  private static final List<String> FOLLOWING =
      Server.HERE == Server.LIBERTY
          ? List.of("following", "ejb")
          : List.of("standard", "following", "supplier", "concurrency", "ejb");

  @Deployment(testable = false)
  static WebArchive application() {
    TestIssuers.open();
    return Container.war(NAME, "/*", "sallyport.unauthenticated", "allow")
        .addPackage(Teller.class.getPackage())
        .addPackage(Desk.class.getPackage())
        .deleteClass(ThreadsServlet.class);
  }

  private static Http as(String path, String user, String... roles) {
    return get(APP, path)
        .bearer(TestIssuers.person(user).roles(roles).rs256(TestIssuers.people().getPrivate()));
  }

  private static String ask(String query, String user, String... roles) {
    return as("/full?by=" + query, user, roles).send().isOk().body();
  }

  @Test
  void aSessionBeanIsOpenToTheRoleThatItAllows() {
    for (String path : List.of("/full?by=open", "/rest/teller", "/mapped/teller")) {
      assertThat(as(path, "alice", "admin").send().isOk().body()).isEqualTo("opened");
    }
  }

  @Test
  void whoASessionBeanRefusesIsAnsweredAsTheFilterDoes() {
    for (String path : List.of("/full?by=open", "/rest/teller", "/mapped/teller")) {
      as(path, "alice", "clerk").send().isRefusal(403, "role_missing");
      Http.Answer nobody = get(APP, path).send().isRefusal(401, "credential_missing");
      assertThat(nobody.values("WWW-Authenticate")).hasSize(2);
    }
  }

  @Test
  void theContainersOwnViewsNameTheCaller() {
    assertThat(ask("who", "alice", "admin")).isEqualTo("alice admin=true clerk=false");
    assertThat(ask("who", "bob", "clerk")).isEqualTo("bob admin=false clerk=true");
    assertThat(get(APP, "/full?by=who").send().isOk().body())
        .isEqualTo(
            (Server.HERE == Server.LIBERTY ? "UNAUTHENTICATED" : "anonymous")
                + " admin=false clerk=false");
  }

  @Test
  void aTaskWorksForWhoeverSubmittedIt() {
    for (String by : FOLLOWING) {
      assertThat(ask(by, "alice")).as(by).isEqualTo("alice");
      assertThat(ask(by + "&do=sign", "alice", "clerk")).as(by).isEqualTo("signed by alice");
      assertThat(ask(by + "&do=sign", "alice", "user")).as(by).isEqualTo("RefusedException");
    }
    assertThat(ask("stage", "alice")).isEqualTo("alice, alice");
  }

  @Test
  void whatIsSecuredOnAnAsynchronousMethodIsAskedOfItsCaller() {
    for (String by : List.of("concurrency-secured", "ejb-secured")) {
      assertThat(ask(by, "alice", "clerk")).as(by).isEqualTo("served alice");
      assertThat(ask(by, "alice", "user")).as(by).isEqualTo("RefusedException");
    }
  }

  @Test
  void whereTheContextIsClearedATaskWorksForNobodyAndMayNothing() {
    for (String by : List.of("clearing", "bare")) {
      assertThat(ask(by, "alice")).as(by).isEqualTo("nobody");
      assertThat(ask(by + "&do=sign", "alice", "clerk")).as(by).isEqualTo("RefusedException");
    }
  }

  @Test
  @Tag("slow")
  void twoUsersInTurnOnTheSameThreadsAreNeverMixedUp() throws Exception {
    Crowd crowd = new Crowd();
    for (String by : FOLLOWING) crowd.ask(APP + "/full?by=" + by, CALLS, user -> user);
    for (String by : List.of("clearing", "bare")) {
      crowd.ask(APP + "/full?by=" + by, CALLS, user -> "nobody");
    }
    crowd
        .ask(APP + "/full?by=ejb-secured", CALLS, user -> "served " + user)
        .ask(APP + "/full?by=stage", CALLS, user -> user + ", " + user)
        .isNeverMixedUp();
  }
}
