package io.github.sallyport.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Application;
import io.github.sallyport.Authentication;
import io.github.sallyport.EstablishedCaller;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.User;
import io.github.sallyport.access.AccessRules;
import io.github.sallyport.access.AccessSettings;
import io.github.sallyport.access.PathRule;
import io.github.sallyport.access.Policy;
import io.github.sallyport.access.Unauthenticated;
import io.github.sallyport.limit.LimitSettings;
import io.github.sallyport.limit.Limiter;
import io.github.sallyport.testing.TestServer;
import io.github.sallyport.testing.Wire;
import io.github.sallyport.testing.Wire.Reply;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A token in a cookie, over the wire. */
class CookieTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final String COOKIE = "Cookie: Bearer=good.token.x";
  private static final String SAME_ORIGIN = "Sec-Fetch-Site: same-origin";

  private static TestServer server;
  private static Wire wire;

  private static Authentication key(String text) {
    if (!text.equals("sp_good")) {
      return new Authentication.No(Refused.of(Refusal.KEY_UNKNOWN, "There is no such key."));
    }
    Application acme =
        new Application(
            "k1", "k1", false, "acme", null, "live", Set.of("a"), Set.of(), null, false);
    return new Authentication.Known(EstablishedCaller.byKey(acme, NOW));
  }

  private static Authentication token(String text) {
    if (!text.equals("good.token.x")) {
      return new Authentication.No(Refused.of(Refusal.TOKEN_INVALID, "The token is not good."));
    }
    User alice =
        new User("alice", "a-1", "iss", null, null, Set.of(), Map.of(), null, NOW.plusSeconds(60));
    return new Authentication.Known(EstablishedCaller.byToken(alice, NOW));
  }

  private static TestServer server(@Nullable String cookie) throws IOException {
    HttpSettings settings =
        new HttpSettings(
            "r",
            true,
            true,
            false,
            "X-API-Key",
            true,
            "sp",
            8192,
            cookie,
            Set.of("https://app.example"),
            null);
    PathRule open =
        new PathRule(
            "r", List.of("/open/*"), Set.of(), Policy.PERMIT, Set.of(), Set.of(), Set.of(), 1);
    Corridor corridor =
        new Corridor(
            settings,
            new AccessRules(new AccessSettings(Unauthenticated.REJECT, List.of(open))),
            credential -> key(credential.text().reveal()),
            credential -> token(credential.text().reveal()),
            true,
            Limiter.of(LimitSettings.NONE, System::nanoTime),
            Witnesses.of(event -> {}),
            Clock.fixed(NOW, ZoneOffset.UTC));
    return new TestServer()
        .initializer(
            (classes, context) ->
                corridor.openIn(context, new FilterCoverage(Set.of("/*"), Set.of())))
        .filter(SallyportFilter.class, Map.of(), "/*")
        .servlet("/*", new Probe());
  }

  /** Tells what the application sees of cookies. */
  private static final class Probe extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      Cookie[] cookies = request.getCookies();
      String seen =
          cookies == null
              ? "none"
              : Arrays.stream(cookies).map(c -> c.getName() + ":" + c.getValue()).toList() + "";
      response.setContentType("text/plain");
      response
          .getOutputStream()
          .print(
              "user="
                  + request.getRemoteUser()
                  + " auth="
                  + request.getAuthType()
                  + " cookies="
                  + seen
                  + " header="
                  + request.getHeader("cookie")
                  + Collections.list(request.getHeaders("COOKIE"))
                  + " named="
                  + Collections.list(request.getHeaderNames()).stream()
                      .anyMatch("cookie"::equalsIgnoreCase));
    }
  }

  @BeforeAll
  static void start() throws Exception {
    server = server("Bearer");
    wire = server.start();
    assertThat(server.isRunning()).isTrue();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static void assertAlice(Reply reply) {
    assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
    assertThat(reply.body()).startsWith("user=alice auth=BEARER").doesNotContain("good.token.x");
  }

  private static void assertRefused(Reply reply, int status, String code) {
    assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
    assertThat(reply.code()).isEqualTo(code);
    assertThat(reply.body()).doesNotContain("user=").doesNotContain("good.token.x");
  }

  @Test
  void aTokenInTheCookieIsTheCallerAndTheApplicationSeesNothingOfIt() {
    Reply reply = wire.send("GET", "/x", COOKIE);
    assertAlice(reply);
    assertThat(reply.body()).endsWith("cookies=none header=null[] named=false");
    assertThat(reply.header("Vary")).contains("Authorization, X-API-Key, Cookie");
    assertThat(reply.header("Cache-Control")).contains("private");
  }

  @Test
  void otherCookiesStay() {
    Reply reply = wire.send("GET", "/x", "Cookie: a=1; Bearer=good.token.x; bearer=2");
    assertAlice(reply);
    assertThat(reply.body())
        .endsWith("cookies=[a:1, bearer:2] header=a=1; bearer=2[a=1; bearer=2] named=true");
    Reply lines = wire.send("GET", "/x", "Cookie: a=1", COOKIE, "Cookie: b=2");
    assertThat(lines.body()).endsWith("cookies=[a:1, b:2] header=a=1[a=1, b=2] named=true");
  }

  @Test
  void aLineThatHoldsTheTokenElsewhereTooIsGone() {
    Reply reply = wire.send("GET", "/x", "Cookie: a=good.token.x; Bearer=good.token.x");
    assertThat(reply.body()).contains("user=alice").endsWith("header=null[] named=false");
  }

  @Test
  void aCookieThatWasNotReadStays() {
    Reply open = wire.send("GET", "/open/x", COOKIE);
    assertThat(open.body()).contains("user=null").contains("header=Bearer=good.token.x");
    Reply byHeader =
        wire.send("GET", "/x", "Authorization: Bearer good.token.x", "Cookie: Bearer=other.t.x");
    assertThat(byHeader.body()).contains("user=alice").contains("header=Bearer=other.t.x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Authorization: Bearer bad.token.x", "Authorization: Basic YTpi"})
  void whereThereIsAuthorizationTheCookieIsNotRead(String authorization) {
    Reply reply = wire.send("GET", "/x", authorization, COOKIE);
    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.body()).doesNotContain("user=");
  }

  @Test
  void theCookieIsNotReadUnlessTheDeployerSaidSo() throws Exception {
    try (TestServer without = server((String) null)) {
      Reply reply = without.start().send("GET", "/x", COOKIE);
      assertRefused(reply, 401, "credential_missing");
      assertThat(reply.header("Vary").orElse("")).doesNotContain("Cookie");
    }
  }

  @Test
  void aCookieOfAnotherNameIsNotRead() {
    assertRefused(wire.send("GET", "/x", "Cookie: bearer=good.token.x"), 401, "credential_missing");
    assertRefused(
        wire.send("GET", "/x", "Cookie: __Host-Bearer=good.token.x"), 401, "credential_missing");
  }

  @Test
  void quotesAroundTheTokenAreNoPartOfIt() {
    Reply reply = wire.send("GET", "/x", "Cookie: a=1; Bearer=\"good.token.x\"");
    assertAlice(reply);
    assertThat(reply.body()).endsWith("cookies=[a:1] header=a=1[a=1] named=true");
  }

  @Test
  void twoSuchCookiesAreAmbiguous() {
    String two = "Cookie: Bearer=good.token.x; Bearer=good.token.x";
    assertRefused(wire.send("GET", "/x", two), 400, "credential_ambiguous");
    String other = "Cookie: Bearer=other.token.x; a=1";
    assertRefused(wire.send("GET", "/x", other, COOKIE), 400, "credential_ambiguous");
    assertRefused(wire.send("GET", "/x", COOKIE, COOKIE), 400, "credential_ambiguous");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Bearer=", "Bearer=opaque", "Bearer=sp_good", "Bearer=a.b", "Bearer=a.b.c.d"})
  void whatIsNoJwtByShapeIsMalformed(String cookie) {
    assertRefused(wire.send("GET", "/x", "Cookie: " + cookie), 400, "credential_malformed");
  }

  @Test
  void aBadTokenIsBlamedOnBearer() {
    Reply reply = wire.send("GET", "/x", "Cookie: Bearer=bad.token.x");
    assertRefused(reply, 401, "token_invalid");
    assertThat(reply.all("WWW-Authenticate"))
        .anyMatch(line -> line.startsWith("Bearer") && line.contains("error=\"invalid_token\""));
  }

  @Test
  void aKeyAndACookieAreOneCaller() {
    Reply both = wire.send("GET", "/x", "X-API-Key: sp_good", COOKIE);
    assertThat(both.body()).startsWith("user=alice auth=API_KEY+BEARER").contains("header=null");
    assertRefused(wire.send("GET", "/x", "X-API-Key: sp_bad", COOKIE), 401, "key_unknown");
    assertRefused(wire.send("POST", "/x", "X-API-Key: sp_good", COOKIE), 403, "origin_refused");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "OPTIONS"})
  void whatChangesNothingNeedsNoOrigin(String method) {
    assertThat(wire.send(method, "/x", COOKIE).status()).isEqualTo(200);
    assertThat(wire.send(method, "/x", COOKIE, "Sec-Fetch-Site: cross-site").status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "get", "PROPFIND"})
  void whatMayChangeSomethingNeedsThePageToBeOurs(String method) {
    assertRefused(wire.send(method, "/x", COOKIE), 403, "origin_refused");
    assertAlice(wire.send(method, "/x", COOKIE, SAME_ORIGIN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"cross-site", "same-site", "none", "", "Same-Origin", "same-origin, none"})
  void theBrowsersWordDecidesWhateverTheOrigin(String site) {
    String own = "Origin: http://localhost:" + wire.port();
    assertRefused(
        wire.send("POST", "/x", COOKIE, own, "Sec-Fetch-Site: " + site), 403, "origin_refused");
    assertAlice(wire.send("POST", "/x", COOKIE, "Origin: https://evil.example", SAME_ORIGIN));
    assertRefused(wire.send("POST", "/x", COOKIE, SAME_ORIGIN, SAME_ORIGIN), 403, "origin_refused");
  }

  @Test
  void withoutThatWordTheOriginDecides() {
    String own = "http://localhost:" + wire.port();
    assertAlice(wire.send("POST", "/x", COOKIE, "Origin: " + own));
    assertAlice(wire.send("POST", "/x", COOKIE, "Origin: http://LOCALHOST:" + wire.port()));
    assertAlice(wire.send("POST", "/x", COOKIE, "Origin: https://app.example"));
    assertAlice(wire.send("POST", "/x", COOKIE, "Origin: https://APP.example:443"));
    assertRefused(
        wire.send("POST", "/x", COOKIE, "Origin: " + own, "Origin: " + own), 403, "origin_refused");
  }

  @ParameterizedTest
  @CsvSource({
    "null",
    "http://localhost",
    "http://localhost:1",
    "http://app.example",
    "https://app.example:444",
    "https://app.example.evil",
    "https://app.example/",
    "https://evil@app.example",
    "app.example",
    "file://",
    "''"
  })
  void anotherOriginIsRefused(String origin) {
    assertRefused(wire.send("POST", "/x", COOKIE, "Origin: " + origin), 403, "origin_refused");
  }

  @Test
  void aWebSocketHandshakeIsNoHarmlessGet() {
    String[] handshake = {
      COOKIE, "Upgrade: WebSocket", "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw=="
    };
    assertRefused(wire.send("GET", "/x", handshake), 403, "origin_refused");
    assertRefused(wire.send("GET", "/x", COOKIE, "Upgrade: h2c, WebSocket"), 403, "origin_refused");
    assertAlice(
        wire.send(
            "GET", "/x", COOKIE, "Upgrade: websocket", "Origin: http://localhost:" + wire.port()));
  }

  @Test
  void aTokenThatIsNoCookieNeedsNoOrigin() {
    assertThat(wire.send("POST", "/x", "Authorization: Bearer good.token.x").status())
        .isEqualTo(200);
    assertThat(wire.send("POST", "/x", "X-API-Key: sp_good").status()).isEqualTo(200);
  }

  @Test
  void inClearIsSaidFirst() {
    assertRefused(
        wire.send("POST", "/x", COOKIE, "X-Forwarded-For: 192.0.2.1"), 403, "https_required");
  }
}
