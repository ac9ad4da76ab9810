package io.github.sallyport.sample;

import static io.github.sallyport.sample.Http.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.sample.Container.Issued;
import io.github.sallyport.sample.app.AsyncServlet;
import io.github.sallyport.sample.app.DispatchServlet;
import io.github.sallyport.sample.app.EchoServlet;
import io.github.sallyport.sample.app.LogoutServlet;
import io.github.sallyport.sample.app.RequiringServlet;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/**
 * What holds on every server for a WAR that has of ours the filter, its init parameters, and
 * nothing else: no CDI, no JAX-RS, no MicroProfile Config.
 */
interface FilterAlone {
  /** The folder that the deployment writes to, and its context path. */
  String name();

  /** Where it answers. */
  URI app();

  static WebArchive war(String name) {
    TestIssuers.open();
    return Container.filterAlone(
            name,
            "sallyport.issuer.machines.iss",
            TestIssuers.MACHINES,
            "sallyport.issuer.machines.audiences",
            TestIssuers.AUDIENCE,
            "sallyport.issuer.machines.algorithms",
            "ES256",
            "sallyport.issuer.machines.jwks",
            "http://127.0.0.1:" + Integer.getInteger("jwks.port") + "/jwks.json",
            "sallyport.issuer.machines.allow-http",
            "true",
            "sallyport.access.open.paths",
            "/open/*",
            "sallyport.access.open.policy",
            "permit",
            "sallyport.access.async.paths",
            "/async",
            "sallyport.access.async.scopes",
            "ships:see")
        .addClasses(
            AsyncServlet.class,
            DispatchServlet.class,
            EchoServlet.class,
            LogoutServlet.class,
            RequiringServlet.class);
  }

  private String adminKey() {
    return Container.adminKey(Container.data(name()));
  }

  private static Jwt machine() {
    return TestIssuers.machine("robot").scope("ships:see").roles("admin");
  }

  private static String signed(Jwt token) {
    return token.es256(TestIssuers.machines().getPrivate());
  }

  /** A good token, once the issuer's keys have been read, which nobody waits for. */
  private String robot() {
    String token = signed(machine());
    await()
        .atMost(Duration.ofSeconds(40))
        .until(() -> get(app(), "/echo").bearer(token).send().status() != 503);
    return token;
  }

  private static void isRobot(Http.Answer answer) {
    answer.isOk();
    assertThat(answer.text("principal")).isEqualTo("robot");
    assertThat(answer.text("remoteUser")).isEqualTo("robot");
    assertThat(answer.text("authType")).isEqualTo("BEARER");
    assertThat(answer.text("admin")).isEqualTo("true");
    assertThat(answer.text("session")).isEqualTo("false");
  }

  @Test
  default void aKeyIsIssuedAndUsedAndRevoked() {
    Issued key = Container.issue(app(), adminKey(), "\"scopes\":[]");
    Http.Answer answer = get(app(), "/echo").key(key.key()).send().isOk();
    assertThat(answer.text("principal")).isEqualTo(key.id());
    assertThat(answer.text("authType")).isEqualTo("API_KEY");
    assertThat(answer.body()).contains("\"get X-API-Key\":null", "\"all x-api-key\":[]");

    Container.revoke(app(), adminKey(), key.id()).is(204);

    get(app(), "/echo").key(key.key()).send().isRefusal(401, "key_revoked");
  }

  @Test
  default void aTokenIsAUserAloneAndBesideAKey() {
    String robot = robot();
    isRobot(get(app(), "/echo").bearer(robot).send());
    assertThat(get(app(), "/echo").key(adminKey()).bearer(robot).send().isOk().text("authType"))
        .isEqualTo("API_KEY+BEARER");
  }

  @Test
  default void whoShowsNothingOrNothingGoodIsRefused() {
    robot();
    assertThat(
            get(app(), "/echo")
                .send()
                .isRefusal(401, "credential_missing")
                .values("WWW-Authenticate"))
        .hasSize(2);
    get(app(), "/echo").key("sp_live_nothing").send().isRefusal(401, "key_unknown");
    get(app(), "/echo")
        .key(adminKey())
        .key(adminKey())
        .send()
        .isRefusal(400, "credential_ambiguous");
    get(app(), "/echo")
        .bearer(signed(machine().claim("exp", Instant.now().minusSeconds(600).getEpochSecond())))
        .send()
        .isRefusal(401, "token_expired");
    get(app(), "/echo")
        .bearer(signed(machine().claim("aud", "others")))
        .send()
        .isRefusal(401, "token_invalid");
    get(app(), "/async").bearer(signed(machine().scope("ships:sink"))).send().is(403);
    get(app(), "/echo").bearer(machine().unsigned()).send().isRefusal(401, "token_invalid");
  }

  /** What the container takes to be another path than the one that it looks like. */
  @Test
  default void noSpellingOfAPathGoesAroundTheRules() {
    get(app(), "/open/nothing").send().is(404);
    for (String path :
        List.of(
            "/open/../echo",
            "/open/%2e%2e/echo",
            "/open/..;/echo",
            "/open/;/../echo",
            "/open/..%2fecho",
            "/open/..%5cecho",
            "/open//../echo",
            "//echo",
            "/./echo",
            "/echo;x=/open/",
            "/%65cho",
            "/echo%00",
            "/echo/")) {
      assertThat(get(app(), path).send().status()).as(path).isIn(400, 401, 404);
    }
  }

  @Test
  default void everyDispatchKeepsTheCaller() {
    String robot = robot();
    for (String by : List.of("forward", "include", "async")) {
      isRobot(get(app(), "/dispatch?to=/echo&by=" + by).bearer(robot).send());
    }
    isRobot(get(app(), "/async").bearer(robot).send());
    assertThat(get(app(), "/dispatch?by=error").bearer(robot).send().is(418).text("principal"))
        .isEqualTo("robot");
  }

  @Test
  default void aRefusalThatAServletThrowsIsTheContractsAnswer() {
    String robot = robot();
    for (String path : List.of("/requires", "/requires?wrapped")) {
      assertThat(
              get(app(), path)
                  .bearer(robot)
                  .send()
                  .isRefusal(403, "scope_insufficient")
                  .value("WWW-Authenticate"))
          .contains("error=\"insufficient_scope\"", "scope=\"ships:sink\"");
    }
  }

  @Test
  default void afterLogoutTheRestOfTheRequestIsAnonymous() {
    Http.Answer answer = get(app(), "/logout").bearer(robot()).send().isOk();
    assertThat(answer.json().path("principal").isNull()).as(answer.body()).isTrue();
  }
}
