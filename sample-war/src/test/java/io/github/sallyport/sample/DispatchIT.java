package io.github.sallyport.sample;

import static io.github.sallyport.sample.Http.get;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.JavaArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A request that the application hands on. Path rules are asked once, of the path that was sent;
 * what the application then reaches by itself is its own word, but for what is {@code @Secured}
 * (CVE-2022-31692, CVE-2022-40664).
 */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class DispatchIT {
  private static final String NAME = "dispatch";
  private static final URI APP = Container.uri(NAME);
  private static final List<String> WAYS = List.of("forward", "include", "async");
  private static final String ERROR_PAGE =
      """
      <web-fragment xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
        <name>pages</name>
        <error-page>
          <error-code>401</error-code>
          <location>/secured/page</location>
        </error-page>
      </web-fragment>
      """;

  private static final String STRONG = Doors.strong();
  private static final String WEAK = Doors.weak();

  @Deployment(testable = false)
  static WebArchive application() {
    return Doors.war(NAME)
        .addAsLibrary(
            ShrinkWrap.create(JavaArchive.class, "pages.jar")
                .addAsManifestResource(new StringAsset(ERROR_PAGE), "web-fragment.xml"));
  }

  @Test
  void pathRulesAreAskedOnceOfThePathThatWasSent() {
    for (String by : WAYS) {
      String way = "dispatch?by=" + by + "&to=/shut/secret";
      assertThat(get(APP, "/open/" + way).send().isOk().body()).as(by).startsWith("opened");
      get(APP, "/" + way).send().isRefusal(401, "credential_missing");
      assertThat(get(APP, "/" + way).bearer(WEAK).send().isOk().body()).startsWith("opened");
    }
    get(APP, "/shut/secret").bearer(WEAK).send().isRefusal(403, "scope_insufficient");
  }

  @Test
  void whatIsSecuredIsShutHoweverARequestGetsThere() {
    for (String by : WAYS) {
      String way = "dispatch?by=" + by + "&to=/secured/bean";
      Http.Answer nobody = get(APP, "/open/" + way).send().isRefusal(401, "credential_missing");
      assertThat(nobody.values("WWW-Authenticate")).hasSize(2);
      get(APP, "/" + way).bearer(WEAK).send().isRefusal(403, "scope_insufficient");
      // On an open path no credential is read, whatever the request is handed on to.
      get(APP, "/open/" + way).bearer(STRONG).send().isRefusal(401, "credential_missing");
      assertThat(get(APP, "/" + way).bearer(STRONG).send().isOk().body()).isEqualTo("opened");
    }
    get(APP, "/open/secured").send().isRefusal(401, "credential_missing");
  }

  @Test
  void noErrorPageStandsInForARefusal() {
    get(APP, "/shut/secret").send().isRefusal(401, "credential_missing");
    get(APP, "/shut/secret").bearer("a.b.c").send().isRefusal(401, "token_invalid");
    assertThat(get(APP, "/shut/secret").bearer(STRONG).send().isOk().body()).startsWith("opened");
  }

  @Test
  void anErrorPageHasTheCallerOfTheRequestOrNobody() {
    get(APP, "/open/dispatch?by=unauthorized").send().isRefusal(401, "credential_missing");
    get(APP, "/dispatch?by=unauthorized").bearer(WEAK).send().isRefusal(403, "scope_insufficient");
    assertThat(get(APP, "/dispatch?by=unauthorized").bearer(STRONG).send().is(401).body())
        .isEqualTo("opened");

    Http.Answer nobody = get(APP, "/open/dispatch?by=error").send().is(418);
    assertThat(nobody.json().path("principal").isNull()).as(nobody.body()).isTrue();
    assertThat(get(APP, "/dispatch?by=error").bearer(STRONG).send().is(418).text("principal"))
        .isEqualTo("alice");
  }

  @Test
  void aRequestWhoseTimeIsOutKeepsItsCallerAndLeavesItToNobody() {
    for (String user : List.of("alice", "mallory")) {
      String token = user.equals("alice") ? STRONG : WEAK;
      assertThat(get(APP, "/late").bearer(token).send().isOk().text("principal")).isEqualTo(user);
    }
    for (int i = 0; i < 50; i++) {
      Http.Answer nobody = get(APP, "/open/echo").send().isOk();
      assertThat(nobody.json().path("principal").isNull()).as(nobody.body()).isTrue();
    }
  }

  @Test
  void aFilterThatWroteBeforeIsNoPartOfARefusal() {
    Http.Answer refused = get(APP, "/shut/early").send().isRefusal(401, "credential_missing");
    assertThat(refused.body()).doesNotContain("chatter");
    assertThat(get(APP, "/shut/early").bearer(STRONG).send().isOk().body())
        .startsWith("chatter, opened");
  }

  /** The answer is on its way, and can't be taken back; but nothing of what is shut follows. */
  @Test
  void aFilterThatSentItsAnswerOffOpensNothing() {
    for (Http request :
        List.of(get(APP, "/shut/early?flush"), get(APP, "/shut/early?flush").bearer(WEAK))) {
      assertThat(request.sendWhateverItIs().body()).contains("chatter").doesNotContain("opened");
    }
    assertThat(get(APP, "/shut/early?flush").bearer(STRONG).send().isOk().body())
        .startsWith("chatter, opened");
  }

  /** By the servlet API anybody may look behind a wrapper: there is no more than the truth. */
  @Test
  void whatTheContainerKnowsIsTheCallerOrNobody() {
    assertThat(get(APP, "/unwrap").bearer(STRONG).send().isOk().body())
        .isEqualTo(Server.HERE.isFull() ? "alice" : "nobody");
    for (String name : List.of("X-Remote-User", "Remote-User", "X-Forwarded-User", "From")) {
      assertThat(get(APP, "/open/unwrap").header(name, "alice").send().isOk().body())
          .isEqualTo("nobody");
    }
    assertThat(get(APP, "/open/unwrap").bearer(STRONG).send().isOk().body()).isEqualTo("nobody");
  }
}
