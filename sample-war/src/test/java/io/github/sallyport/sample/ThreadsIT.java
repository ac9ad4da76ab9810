package io.github.sallyport.sample;

import static io.github.sallyport.sample.Http.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.sample.threads.Desk;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A request whose work goes on on other threads, in any servlet container. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class ThreadsIT {
  private static final String NAME = "threads";
  private static final URI APP = Container.uri(NAME);
  private static final int CALLS = 2_000;

  /** How a thread comes to work for the caller. */
  private static final List<String> FOLLOWING = List.of("start", "wrap", "wrap-async");

  @Deployment(testable = false)
  static WebArchive application() {
    TestIssuers.open();
    return Container.war(NAME, "/*").addPackage(Desk.class.getPackage());
  }

  private static String ask(String query, String user, String... roles) {
    return get(APP, "/threads?" + query)
        .bearer(TestIssuers.person(user).roles(roles).rs256(TestIssuers.people().getPrivate()))
        .send()
        .isOk()
        .body();
  }

  @Test
  void aThreadThatTheRequestStartsOrTheCallerWrapsWorksForTheCaller() {
    for (String by : FOLLOWING) {
      assertThat(ask("by=" + by, "alice")).as(by).isEqualTo("alice");
      assertThat(ask("by=" + by + "&do=sign", "alice", "clerk")).isEqualTo("signed by alice");
      assertThat(ask("by=" + by + "&do=sign", "alice", "user")).isEqualTo("RefusedException");
    }
    assertThat(ask("by=stage", "alice")).isEqualTo("alice, alice");
  }

  @Test
  void anyOtherThreadWorksForNobodyAndMayNothing() {
    // Who was there before has left nothing behind.
    assertThat(ask("by=wrap", "alice")).isEqualTo("alice");
    for (String by : List.of("bare", "bare-async")) {
      assertThat(ask("by=" + by, "alice")).as(by).isEqualTo("nobody");
      assertThat(ask("by=" + by + "&do=sign", "alice", "clerk")).isEqualTo("RefusedException");
    }
  }

  @Test
  void aCallerStaysWhoItWasWhenItsRequestHasEnded() {
    for (String user : List.of("alice", "bob")) {
      String id = UUID.randomUUID().toString();
      assertThat(ask("by=afterwards&do=sign&id=" + id, user, "clerk")).isEmpty();

      assertThat(ask("by=ended&id=" + id, "carol")).isEqualTo("signed by " + user);
    }
  }

  @Test
  void auditTellsInWhichRequestTheThreadWasStarted() {
    for (String by : FOLLOWING) {
      String id = UUID.randomUUID().toString();
      get(APP, "/threads?by=" + by + "&do=sign")
          .bearer(
              TestIssuers.person("dora")
                  .claim("jti", id)
                  .roles("clerk")
                  .rs256(TestIssuers.people().getPrivate()))
          .header("X-Request-Id", id)
          .send()
          .isOk();

      ServerLog.awaitLine("\"target\":\"" + id + "\"");
      assertThat(ServerLog.lines("\"target\":\"" + id + "\""))
          .singleElement()
          .asString()
          .contains("\"action\":\"desk.signed\",\"result\":\"allowed\"", "dora")
          .matches(line -> line.contains("\"requestId\":\"" + id + "\"") == by.equals("start"));
    }
  }

  @Test
  @Tag("slow")
  void twoUsersInTurnOnTheSameThreadsAreNeverMixedUp() throws Exception {
    Crowd crowd = new Crowd();
    for (String by : FOLLOWING) crowd.ask(APP + "/threads?by=" + by, CALLS, user -> user);
    crowd
        .ask(APP + "/threads?by=stage", CALLS, user -> user + ", " + user)
        .ask(APP + "/threads?by=bare", CALLS, user -> "nobody")
        .isNeverMixedUp();
  }
}
