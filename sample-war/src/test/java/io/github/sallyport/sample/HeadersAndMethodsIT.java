package io.github.sallyport.sample;

import static io.github.sallyport.sample.Http.get;
import static io.github.sallyport.sample.Http.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.sallyport.sample.Container.Issued;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a request says beside its path, where cookies may carry a token and preflights pass. Each
 * trick stands beside the same request without it.
 */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class HeadersAndMethodsIT {
  private static final String NAME = "headers";
  private static final URI APP = Container.uri(NAME);
  private static final String SHUT = "/shut/secret";
  private static final String SHIP = "/ship";
  private static final int PATIENCE_SECONDS = 20;
  private static final long LARGE = 10L << 20;
  private static final long HUGE = 100L << 20;
  private static final String ORIGIN = "http://" + APP.getAuthority();

  private static final String STRONG = Doors.strong();
  private static final String WEAK = Doors.weak();
  private static Issued key = new Issued("", "");

  @Deployment(testable = false)
  static WebArchive application() {
    return Doors.war(NAME, "sallyport.cors-preflight", "true", "mp.jwt.token.header", "Cookie");
  }

  @BeforeEach
  void issueAKeyOnce() {
    if (!key.id().isEmpty()) return;
    String admin = Container.adminKey(Container.data(NAME));
    key = Container.issue(APP, admin, "\"scopes\":[\"vault:open\"]");
  }

  private static void opens(Http request) {
    assertThat(request.send().isOk().body()).startsWith("opened");
  }

  // Headers

  /** RFC 9110 section 5.3; RFC 6750 section 2: whoever stands before us may have read the other. */
  @Test
  void ofTwoCredentialsOfOneKindNeitherCounts() {
    for (Http request :
        List.of(
            get(APP, SHUT).bearer(STRONG).bearer("a.b.c"),
            get(APP, SHUT).bearer("a.b.c").bearer(STRONG),
            get(APP, SHUT).bearer(STRONG).header("Authorization", "Basic YTpi"),
            get(APP, SHUT).header("Authorization", "Basic YTpi").bearer(STRONG),
            get(APP, SHUT).bearer(STRONG).header("authorization", "Bearer " + STRONG),
            get(APP, SHUT).bearer(STRONG + ", Bearer " + STRONG),
            get(APP, SHUT).bearer(STRONG + "," + STRONG),
            get(APP, SHUT).header("Authorization", "Basic YTpi, Bearer " + STRONG),
            get(APP, SHUT).key(key.key()).key("sp_live_other"),
            get(APP, SHUT).key("sp_live_other").key(key.key()),
            get(APP, SHUT).key(key.key()).header("x-api-key", key.key()),
            get(APP, SHUT).key("").key(key.key()),
            get(APP, SHUT).key(key.key() + ","),
            get(APP, SHUT).key(key.key()).bearer(key.key()))) {
      request.send().isRefusal(400, "credential_ambiguous");
    }
    opens(get(APP, SHUT).bearer(STRONG));
    opens(get(APP, SHUT).key(key.key()));
    opens(get(APP, SHUT).bearer(key.key()));
  }

  /** RFC 6750 section 2.1. */
  @Test
  void whatFollowsACredentialMakesItNone() {
    for (String after : List.of(" extra", ";x=1", " ;x=1", "\tx", "\"", "=x", "%20", "\\", "'--")) {
      get(APP, SHUT).bearer(STRONG + after).send().isRefusal(400, "credential_malformed");
      get(APP, SHUT).key(key.key() + after).send().isRefusal(400, "credential_malformed");
    }
    get(APP, SHUT).bearer("\"" + STRONG + "\"").send().isRefusal(400, "credential_malformed");
    opens(get(APP, SHUT).header("Authorization", "BEARER   " + STRONG));
  }

  /** RFC 9110 section 5.5: what is no ASCII is opaque; a server may refuse it itself. */
  @Test
  void bytesThatAreNoAsciiMakeNoCredential() {
    for (String bytes : List.of("\u00e4", "\u20ac", "\ud83d\udd11", "\uff21", "\u0085", "\ufeff")) {
      for (Http request :
          List.of(get(APP, SHUT).bearer(STRONG + bytes), get(APP, SHUT).key(bytes + key.key()))) {
        Http.Answer answer = request.send().is(400);
        // Payara refuses some of them itself.
        if (!answer.values("Content-Type").isEmpty()) {
          answer.isRefusal(400, "credential_malformed");
        }
      }
    }
    List<String> faults = new ArrayList<>();
    for (String control : List.of("\u0000", "\u0001", "\u000b", "\u001b", "\u007f")) {
      for (Http request :
          List.of(
              get(APP, SHUT).header("Authorization", "Bearer " + STRONG + control),
              get(APP, SHUT).header("X-API-Key", control + key.key()),
              get(APP, SHUT).header("X-API-Key", key.key() + control + "x"))) {
        Http.Answer answer = request.sendWhateverItIs();
        if (!List.of(0, 400, 401).contains(answer.status())) {
          faults.add(answer.status() + " with " + (int) control.charAt(0));
        }
      }
    }
    assertThat(faults).isEmpty();
    // Payara refuses it in any header.
    if (Server.HERE != Server.PAYARA && Server.HERE != Server.PAYARA_MICRO) {
      opens(get(APP, SHUT).key(key.key()).header("X-Other", "\u00e4\u20ac"));
    }
  }

  @Test
  void anotherSchemeOrAnotherHeaderCarriesNoCredential() {
    for (String scheme :
        List.of("Digest", "Negotiate", "DPoP", "ApiKey", "Token", "Bearers", "JWT", "Bearer:")) {
      Http.Answer answer =
          get(APP, SHUT)
              .header("Authorization", scheme + " " + STRONG)
              .send()
              .isRefusal(401, "credential_missing");
      assertThat(answer.values("WWW-Authenticate"))
          .hasSize(2)
          .noneMatch(challenge -> challenge.contains("error"));
    }
    for (String name :
        List.of(
            "Proxy-Authorization",
            "X-Authorization",
            "X-Auth-Token",
            "X-Access-Token",
            "Authorization2",
            "X_API_KEY",
            "Api-Key",
            "WWW-Authenticate")) {
      get(APP, SHUT)
          .header(name, name.contains("K") ? key.key() : "Bearer " + STRONG)
          .send()
          .isRefusal(401, "credential_missing");
    }
    for (String query : List.of("?access_token=", "?token=", "?Authorization=Bearer%20")) {
      get(APP, SHUT + query + STRONG).send().isRefusal(401, "credential_missing");
    }
    opens(get(APP, SHUT).header("Proxy-Authorization", "Basic YTpi").bearer(STRONG));
  }

  // Methods

  /** RFC 9110 section 9.3.2. */
  @Test
  void headIsRefusedAsGetIsAndHasNoBody() {
    Http.Answer ofGet = get(APP, SHUT).send().isRefusal(401, "credential_missing");
    Http.Answer ofHead = request(APP, "HEAD", SHUT).send().is(401);

    assertThat(ofHead.body()).isEmpty();
    for (String name :
        List.of("WWW-Authenticate", "Cache-Control", "Content-Type", "Vary", "RateLimit")) {
      assertThat(ofHead.values(name)).as(name).isEqualTo(ofGet.values(name));
    }
    request(APP, "HEAD", SHUT).bearer(WEAK).send().is(403);
    assertThat(request(APP, "HEAD", SHUT).bearer(STRONG).send().isOk().body()).isEmpty();
  }

  /** Cross-site tracing: what a page may not read of its own request, an echo would tell it. */
  @Test
  void traceTellsNoCredential() {
    for (Http request :
        List.of(
            request(APP, "TRACE", SHUT),
            request(APP, "TRACE", SHUT).bearer(STRONG),
            request(APP, "TRACE", SHUT).key(key.key()),
            request(APP, "TRACK", SHUT).bearer(STRONG))) {
      assertThat(request.send().status()).isIn(401, 403, 405, 501);
    }
    opens(get(APP, SHUT).bearer(STRONG));
  }

  @Test
  void noHeaderAndNoParameterNamesAnotherMethod() {
    String form = "application/x-www-form-urlencoded";
    for (String name :
        List.of("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Method")) {
      request(APP, "DELETE", SHIP)
          .header(name, "GET")
          .bearer(STRONG)
          .send()
          .isRefusal(403, "role_missing");
      request(APP, "POST", SHIP)
          .header(name, "GET")
          .bearer(STRONG)
          .send()
          .isRefusal(403, "policy_denied");
      assertThat(get(APP, SHIP).header(name, "DELETE").bearer(STRONG).send().isOk().body())
          .startsWith("opened by GET ");
      for (String other : List.of("GET", "DELETE")) {
        Http post = request(APP, "POST", "/rest/secured/secret").header(name, other);
        assertThat(post.bearer(WEAK).send().isOk().body()).isEqualTo("posted");
      }
    }
    for (String query : List.of("?_method=GET", "?method=GET", "?$method=GET")) {
      request(APP, "DELETE", SHIP + query).bearer(STRONG).send().isRefusal(403, "role_missing");
    }
    request(APP, "POST", SHIP)
        .bearer(STRONG)
        .body(form, "_method=GET")
        .send()
        .isRefusal(403, "policy_denied");
    assertThat(get(APP, SHIP + "?_method=DELETE").bearer(STRONG).send().isOk().body())
        .startsWith("opened by GET ");
  }

  @Test
  void aMethodThatIsSpelledOtherwiseIsAnotherMethod() {
    for (String method :
        List.of(
            "get", "Get", "GETS", "GE", "PROPFIND", "SEARCH", "DEBUG", "PATCH", "PUT", "JEFF")) {
      for (String path : List.of(SHIP, SHUT, "/rest/secured/secret")) {
        for (Http request :
            List.of(request(APP, method, path), request(APP, method, path).bearer(WEAK))) {
          Http.Answer answer = request.sendWhateverItIs();
          assertThat(answer.body()).as("%s %s", method, path).doesNotContain("opened");
          assertThat(answer.status()).as("%s %s", method, path).isNotEqualTo(500);
        }
      }
      // Open Liberty takes get for GET, and everybody behind it does.
      assertThat(request(APP, method, SHIP).bearer(STRONG).sendWhateverItIs().body())
          .doesNotContain("opened by " + method);
    }
    request(APP, "HEAD", SHIP).bearer(WEAK).send().is(403);
    opens(get(APP, SHIP).bearer(STRONG));
  }

  /** The Fetch standard's preflight, which no browser sends with a credential. */
  @Test
  void aPreflightPassesAndNothingElseThatLooksLikeOne() {
    String[] preflight = {"Origin", "https://a.example", "Access-Control-Request-Method", "GET"};
    for (Http request :
        List.of(
            with(request(APP, "OPTIONS", SHUT), preflight),
            with(request(APP, "OPTIONS", SHUT), preflight).bearer("a.b.c"))) {
      Http.Answer passed = request.send().isOk();
      assertThat(passed.value("Allow")).contains("GET");
      assertThat(passed.body()).doesNotContain("opened");
    }
    request(APP, "OPTIONS", SHUT).send().isRefusal(401, "credential_missing");
    with(request(APP, "OPTIONS", SHUT), "Origin", "https://a.example")
        .send()
        .isRefusal(401, "credential_missing");
    with(request(APP, "OPTIONS", SHUT), "Access-Control-Request-Method", "GET")
        .send()
        .isRefusal(401, "credential_missing");
    for (String method : List.of("GET", "HEAD", "POST", "DELETE")) {
      with(request(APP, method, SHUT), preflight).send().is(401);
      with(request(APP, method, SHUT), preflight)
          .header("X-HTTP-Method-Override", "OPTIONS")
          .send()
          .is(401);
    }
    assertThat(with(request(APP, "options", SHUT), preflight).sendWhateverItIs().body())
        .doesNotContain("opened");
    opens(with(get(APP, SHUT), preflight).bearer(STRONG));
  }

  private static Http with(Http request, String... headers) {
    for (int i = 0; i < headers.length; i += 2) request.header(headers[i], headers[i + 1]);
    return request;
  }

  // Bodies

  /** RFC 9110 section 10.1.1: who may not, need not send what nobody will read. */
  @Test
  void aRefusalDoesNotWaitForTheBody() {
    for (Http request :
        List.of(
            request(APP, "POST", SHUT),
            request(APP, "POST", SHUT).bearer("a.b.c"),
            request(APP, "POST", SHUT).key("sp_live_nothing"),
            request(APP, "POST", SHUT).header("Expect", "100-continue"),
            request(APP, "POST", SHUT).header("Expect", "100-continue").bearer("a.b.c"))) {
      request.announcing(LARGE).send().is(401);
    }
    request(APP, "POST", SHUT).bearer(WEAK).announcing(LARGE).send().is(403);
    // WildFly does not take so much, of whoever it is.
    boolean taken = !Server.HERE.isWildFly();
    request(APP, "POST", SHUT).announcing(HUGE).send().is(taken ? 401 : 400);
    request(APP, "POST", SHUT).bearer("a.b.c").announcing(HUGE).send().is(taken ? 401 : 400);

    String body = "x".repeat(1 << 20);
    for (Http request :
        List.of(
            request(APP, "POST", SHUT),
            request(APP, "POST", SHUT).header("Expect", "100-continue"))) {
      assertThat(request.bearer(STRONG).body("text/plain", body).send().isOk().body())
          .isEqualTo("opened by POST of " + body.length() + " bytes");
    }
  }

  // A cookie

  @Test
  void aTokensCookieCountsOnceAndWhereAPageOfOursSentIt() {
    String cookie = "Bearer=" + STRONG;
    opens(get(APP, SHUT).header("Cookie", "a=1; " + cookie + "; b=2"));
    opens(request(APP, "POST", SHUT).header("Cookie", cookie).header("Origin", ORIGIN));

    for (Http request :
        List.of(
            request(APP, "POST", SHUT).header("Cookie", cookie),
            request(APP, "POST", SHUT).header("Cookie", cookie).header("Origin", "null"),
            request(APP, "POST", SHUT)
                .header("Cookie", cookie)
                .header("Origin", ORIGIN + ".evil.example"),
            request(APP, "POST", SHUT)
                .header("Cookie", cookie)
                .header("Origin", ORIGIN)
                .header("Sec-Fetch-Site", "cross-site"),
            request(APP, "DELETE", SHUT)
                .header("Cookie", cookie)
                .header("X-HTTP-Method-Override", "GET"))) {
      request.send().isRefusal(403, "origin_refused");
    }
    for (Http request :
        List.of(
            get(APP, SHUT).header("Cookie", cookie + "; " + cookie),
            get(APP, SHUT).header("Cookie", cookie).header("Cookie", cookie),
            get(APP, SHUT).header("Cookie", "Bearer=a.b.c").header("Cookie", cookie))) {
      request.send().isRefusal(400, "credential_ambiguous");
    }
    get(APP, SHUT)
        .header("Cookie", cookie)
        .header("Authorization", "Basic YTpi")
        .send()
        .isRefusal(401, "credential_missing");
  }

  // HTTP/2

  /** RFC 9113 section 8.2.3: a cookie may come in crumbs. */
  @Test
  void overHttp2TheAnswersAreTheSame() throws Exception {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
    // The first request is HTTP/1.1 yet, and asks for more.
    client.send(http2("/open/x").build(), HttpResponse.BodyHandlers.ofString());

    isOverHttp2(client, 401, "credential_missing", http2(SHUT));
    isOverHttp2(client, 403, "scope_insufficient", bearer(http2(SHUT), WEAK));
    isOverHttp2(client, 200, "opened", bearer(http2(SHUT), STRONG));
    isOverHttp2(client, 200, "opened", http2(SHUT).header("X-API-Key", key.key()));
    isOverHttp2(client, 400, "credential_ambiguous", bearer(bearer(http2(SHUT), STRONG), STRONG));
    isOverHttp2(
        client,
        400,
        "credential_ambiguous",
        http2(SHUT).header("X-API-Key", key.key()).header("X-API-Key", key.key()));
    isOverHttp2(
        client,
        200,
        "opened",
        http2(SHUT).header("Cookie", "a=1").header("Cookie", "Bearer=" + STRONG));
    isOverHttp2(
        client,
        400,
        "credential_ambiguous",
        http2(SHUT).header("Cookie", "Bearer=a.b.c").header("Cookie", "Bearer=" + STRONG));
    isOverHttp2(client, 400, "path_ambiguous", bearer(http2("/open;x/secret"), STRONG));
  }

  private static HttpRequest.Builder http2(String target) {
    return HttpRequest.newBuilder(URI.create(APP + target));
  }

  private static HttpRequest.Builder bearer(HttpRequest.Builder request, String token) {
    return request.header("Authorization", "Bearer " + token);
  }

  private static void isOverHttp2(
      HttpClient client, int status, String text, HttpRequest.Builder request) throws Exception {
    HttpResponse<String> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains(text);
  }

  // WebSocket

  @Test
  void aHandshakeIsLetInByItsCredentialAndTheSocketKnowsItsCaller() throws Exception {
    assertThat(answerOf(shake("/socket").header("Authorization", "Bearer " + WEAK)))
        .isEqualTo("ahoy by mallory for nobody");
    assertThat(answerOf(shake("/socket").header("X-API-Key", key.key())))
        .isEqualTo("ahoy by " + key.id() + " for nobody");
  }

  @Test
  void aHandshakeWithoutACredentialWhereItBelongsIsRefused() {
    isRefused(401, shake("/socket"));
    isRefused(401, shake("/socket").header("Authorization", "Bearer a.b.c"));
    isRefused(401, shake("/socket").subprotocols("bearer", STRONG));
    isRefused(401, shake("/socket").subprotocols("access_token." + STRONG));
    isRefused(401, shake("/socket?access_token=" + STRONG));
    isRefused(400, shake("/socket").header("X-API-Key", key.key()).header("X-API-Key", key.key()));
    isRefused(400, shake("/socket;x=1").header("Authorization", "Bearer " + STRONG));
    isRefused(401, shake("//socket"));
    isRefused(401, shake("/open/%2e%2e/socket"));
  }

  /** A page of anybody may open a socket, and its browser adds the cookie. */
  @Test
  void aHandshakeByACookieNeedsAPageOfOurs() throws Exception {
    String cookie = "Bearer=" + STRONG;
    isRefused(403, shake("/socket").header("Cookie", cookie));
    isRefused(403, shake("/socket").header("Cookie", cookie).header("Origin", "https://a.example"));
    assertThat(answerOf(shake("/socket").header("Cookie", cookie).header("Origin", ORIGIN)))
        .isEqualTo("ahoy by alice for nobody");
  }

  /** A handshake in the making. */
  private static Shake shake(String target) {
    return new Shake(
        HttpClient.newHttpClient().newWebSocketBuilder(),
        URI.create(APP.toString().replaceFirst("http", "ws") + target));
  }

  /** Says one thing, and waits for one answer. */
  private static String answerOf(Shake shake) throws Exception {
    CompletableFuture<String> answer = new CompletableFuture<>();
    WebSocket socket =
        shake.with(
            new WebSocket.Listener() {
              @Override
              public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                answer.complete(text.toString());
                return CompletableFuture.completedStage(null);
              }
            });
    socket.sendText("ahoy", true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    String text = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    socket.abort();
    return text;
  }

  private static void isRefused(int status, Shake shake) {
    Throwable thrown = catchThrowable(() -> shake.with(new WebSocket.Listener() {}));
    assertThat(thrown).as(shake.uri().getPath()).isNotNull();
    assertThat(thrown.getCause()).isInstanceOf(WebSocketHandshakeException.class);
    HttpResponse<?> answer = ((WebSocketHandshakeException) thrown.getCause()).getResponse();
    assertThat(answer.statusCode()).as(shake.uri().getPath()).isIn(status, 400);
  }

  /** Its builder, and where it goes. */
  private record Shake(WebSocket.Builder builder, URI uri) {
    Shake header(String name, String value) {
      builder.header(name, value);
      return this;
    }

    Shake subprotocols(String first, String... others) {
      builder.subprotocols(first, others);
      return this;
    }

    WebSocket with(WebSocket.Listener listener) throws Exception {
      return builder.buildAsync(uri, listener).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }
}
