package io.github.sallyport.jwt;

import static io.github.sallyport.jwt.Bench.claims;
import static io.github.sallyport.jwt.Bench.header;
import static io.github.sallyport.jwt.Bench.invalid;
import static io.github.sallyport.jwt.Bench.show;
import static io.github.sallyport.jwt.Bench.user;
import static io.github.sallyport.jwt.Bench.without;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.Authentication;
import io.github.sallyport.Health;
import io.github.sallyport.IssuerUnavailableException;
import io.github.sallyport.cache.CapturedLog;
import io.github.sallyport.json.Json;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys over HTTP, on a real socket, with a ticker that the tests move. */
@Timeout(60)
class RemoteKeysTest {
  private static final Duration REFRESH = Duration.ofMinutes(5);
  private static final Duration MAX_STALE = Duration.ofHours(1);
  private static final Signer OLD = Bench.RSA;
  private static final Signer NEW = Signer.rsa("rsa-2");

  private final KeyServer server = new KeyServer();
  private final AtomicLong nanos =
      new AtomicLong(Long.MAX_VALUE - 5); // it runs over: so may a real one
  private final JwtAuthenticator authenticator = open(server.url(), Duration.ofSeconds(5));

  @AfterEach
  void close() {
    authenticator.close();
    server.close();
  }

  @Test
  void nothingIsFetchedForStrangers() { // E06, B02
    server.publishes(OLD);
    assertThat(server.fetches()).isZero();
    invalid(authenticator, OLD.token(claims("iss", "https://other.example")));
    invalid(authenticator, OLD.token(without(claims(), "iss")));
    invalid(authenticator, "garbage");
    invalid(authenticator, OLD.token(header(OLD, "alg", "HS256"), claims()));
    invalid(authenticator, OLD.token(header(OLD, "kid", ""), claims()));
    assertThat(server.fetches()).isZero();
    user(authenticator, OLD.token(claims()));
    assertThat(server.fetches()).isOne();
  }

  @Test
  void aSetIsReadAheadAndAgainWhenItIsDueAndAWithdrawnKeyIsGoneThen() {
    server.publishes(OLD);
    authenticator.refresh();
    assertThat(server.fetches()).isOne();
    user(authenticator, OLD.token(claims()));
    pass(REFRESH.minusNanos(1));
    authenticator.refresh();
    user(authenticator, OLD.token(claims()));
    assertThat(server.fetches()).isOne();
    server.publishes(NEW);
    pass(Duration.ofNanos(1));
    authenticator.refresh();
    assertThat(server.fetches()).isEqualTo(2);
    user(authenticator, NEW.token(claims()));
    pass(RemoteKeys.LOOK_AGAIN);
    invalid(authenticator, OLD.token(claims()));
  }

  @ParameterizedTest
  @CsvSource({
    "max-age=60, 60",
    "'public, MAX-AGE=\"90\", must-revalidate', 90",
    "max-age=0, 30",
    "no-cache, 30",
    "no-store, 30",
    "max-age=86400, 300",
    "max-age=99999999999, 300",
    "max-age=-5, 300",
    "s-maxage=40, 300",
    "nonsense, 300"
  })
  void theAnswerSaysHowLongItIsCurrentWithinBounds(String cacheControl, int seconds) {
    server.answers(
        exchange -> {
          exchange.getResponseHeaders().set("Cache-Control", cacheControl);
          KeyServer.text(200, Json.write(Map.of("keys", List.of(OLD.jwk())))).to(exchange);
        });
    authenticator.refresh();
    pass(Duration.ofSeconds(seconds).minusNanos(1));
    authenticator.refresh();
    assertThat(server.fetches()).isOne();
    pass(Duration.ofNanos(1));
    authenticator.refresh();
    assertThat(server.fetches()).isEqualTo(2);
  }

  @Test
  void nobodyWaitsForAnIssuerThatIsSlowWhileThereAreKeys() throws Exception {
    server.publishes(OLD);
    authenticator.refresh();
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch gate = new CountDownLatch(1);
    server.answers(
        exchange -> {
          asked.countDown();
          gate.await();
          KeyServer.text(200, Json.write(Map.of("keys", List.of(NEW.jwk())))).to(exchange);
        });
    pass(REFRESH);
    Thread background = new Thread(authenticator::refresh);
    background.start();
    asked.await();
    user(authenticator, OLD.token(claims())); // or this would never come back
    assertThat(background.isAlive()).isTrue();
    gate.countDown();
    background.join();
    user(authenticator, NEW.token(claims()));
  }

  @Test
  void inTheBackgroundEachIssuerIsTriedOnceAtStartAndReported() {
    server.publishes(OLD, Bench.EC);
    try (KeyServer down = new KeyServer();
        CapturedLog log = new CapturedLog("sallyport.jwt")) {
      down.answers(KeyServer.text(500, "hunter2"));
      Issuer second =
          new With()
              .named("second", "https://second.example")
              .keys(new KeySource.Jwks(down.url(), REFRESH, MAX_STALE))
              .issuer();
      try (JwtAuthenticator opened =
          JwtAuthenticator.open(
              List.of(remote(server.url()), second), Clock.fixed(Bench.NOW, ZoneOffset.UTC))) {
        Awaitility.await()
            .untilAsserted(
                () ->
                    assertThat(log.lines())
                        .containsExactlyInAnyOrder(
                            "INFO The keys of issuer main were read: 2, for [RS256, ES256]",
                            "WARNING The keys of issuer second could not be read: the status is"
                                + " 500"));
        user(opened, OLD.token(claims()));
        assertThat(server.fetches()).isOne();
      }
    }
  }

  @Test
  void whatWasReadIsSaidAtFirstAndAfterAnOutageAndAnOutageIsSaidOnce() {
    try (CapturedLog log = new CapturedLog("sallyport.jwt")) {
      server.publishes(OLD);
      authenticator.refresh();
      pass(REFRESH);
      server.publishes(NEW);
      authenticator.refresh();
      server.answers(KeyServer.text(503, ""));
      for (int i = 0; i < 3; i++) {
        pass(REFRESH);
        authenticator.refresh();
      }
      server.publishes(NEW, Bench.EC);
      pass(REFRESH);
      authenticator.refresh();
      assertThat(server.fetches()).isEqualTo(6);
      assertThat(log.lines())
          .filteredOn(line -> !line.startsWith("FINE"))
          .containsExactly(
              "INFO The keys of issuer main were read: 1, for [RS256]",
              "WARNING The keys of issuer main could not be read: the status is 503",
              "INFO The keys of issuer main were read: 2, for [RS256, ES256]");
    }
  }

  @Test
  void healthFollowsItsKeys() {
    assertThat(health())
        .isEqualTo("DEGRADED Its keys were never read: its tokens are refused with 503.");
    server.publishes(OLD, Bench.EC);
    authenticator.refresh();
    assertThat(health()).isEqualTo("UP Its keys: 2.");
    server.answers(KeyServer.text(503, ""));
    pass(REFRESH);
    authenticator.refresh();
    assertThat(health())
        .isEqualTo("DEGRADED Its keys could not be read again: the old ones serve for now.");
    pass(MAX_STALE);
    assertThat(health())
        .isEqualTo("DEGRADED Its keys are too old to be used: its tokens are refused with 503.");
    server.publishes(OLD);
    authenticator.refresh();
    assertThat(health()).isEqualTo("UP Its keys: 1.");
  }

  private String health() {
    assertThat(authenticator.health()).hasSize(1);
    Health.Part part = authenticator.health().get(0);
    assertThat(part.name()).isEqualTo("issuer.main");
    return part.status() + " " + part.detail();
  }

  @Test
  void aNewKeyIsAcceptedAtOnceAfterExactlyOneFetchMore() { // F11
    server.publishes(OLD);
    user(authenticator, OLD.token(claims()));
    server.publishes(OLD, NEW);
    user(authenticator, NEW.token(claims()));
    user(authenticator, NEW.token(claims()));
    user(authenticator, OLD.token(claims()));
    assertThat(server.fetches()).isEqualTo(2);
  }

  @Test
  void madeUpKidsCauseOneFetchAnIntervalAndKeepNoNewKeyFromBeingFound() { // E07, F13
    server.publishes(OLD);
    user(authenticator, OLD.token(claims()));
    for (int i = 0; i < 1000; i++) bogus(i);
    assertThat(server.fetches()).isEqualTo(2);
    server.publishes(OLD, NEW);
    invalid(authenticator, NEW.token(claims()));
    user(authenticator, OLD.token(claims()));
    pass(RemoteKeys.LOOK_AGAIN.minusNanos(1));
    bogus(1);
    assertThat(server.fetches()).isEqualTo(2);
    pass(Duration.ofNanos(1));
    // The first that was not looked for lately fetches the new key for all.
    for (int i = 0; i < 11; i++) bogus(i);
    assertThat(server.fetches()).isEqualTo(3);
    user(authenticator, NEW.token(claims()));
    assertThat(server.fetches()).isEqualTo(3);
  }

  @Test
  void theSameMadeUpKidIsLookedForOnceAMinute() {
    server.publishes(OLD);
    user(authenticator, OLD.token(claims()));
    for (int i = 0; i < 12; i++) {
      bogus(1);
      pass(RemoteKeys.LOOK_AGAIN);
    }
    assertThat(server.fetches()).isEqualTo(2);
    bogus(1);
    assertThat(server.fetches()).isEqualTo(3);
  }

  @Test
  void theFirstTokenOfAllFetchesOnceAlsoIfItsKidIsMadeUp() {
    server.publishes(OLD);
    bogus(1);
    assertThat(server.fetches()).isOne();
  }

  @Test
  void aKnownKidOfAnotherAlgorithmCausesNoFetch() { // A20
    server.publishes(OLD, Bench.EC);
    user(authenticator, OLD.token(claims()));
    invalid(authenticator, OLD.token(header(OLD, "kid", Bench.EC.kid()), claims()));
    assertThat(server.fetches()).isOne();
  }

  @Test
  void aTokenWithoutKidIsTriedWithTheKeysThatAreThere() { // B12
    server.publishes(Bench.EC, OLD);
    user(authenticator, OLD.token(without(OLD.header(), "kid"), claims()));
    invalid(authenticator, NEW.token(without(NEW.header(), "kid"), claims()));
    assertThat(server.fetches()).isOne();
  }

  @Test
  void aPublishedKeyWithoutKidStandsForNoKid() { // B11
    server.publishes(List.of(without(OLD.jwk(), "kid")));
    invalid(authenticator, OLD.token(claims()));
    user(authenticator, OLD.token(without(OLD.header(), "kid"), claims()));
  }

  @Test
  void anIssuerThatIsDownAtFirstIsAFaultAndComesBackByItself() { // F01
    server.answers(KeyServer.text(500, "down"));
    unavailable(OLD.token(claims()));
    unavailable(OLD.token(claims()));
    assertThat(server.fetches()).as("the second request does not wait for another").isOne();
    server.publishes(OLD);
    pass(RemoteKeys.RETRY_WITHOUT_KEYS.minusNanos(1));
    unavailable(OLD.token(claims()));
    pass(Duration.ofNanos(1));
    user(authenticator, OLD.token(claims()));
    assertThat(server.fetches()).isEqualTo(2);
  }

  @Test
  void anIssuerThatNobodyListensAtIsAFault() { // F01
    server.close();
    unavailable(OLD.token(claims()));
    invalid(authenticator, OLD.token(claims("iss", "https://other.example")));
  }

  @Test
  void oldKeysServeWhileTheIssuerIsDownAndNoLongerThanAllowed() { // F02
    server.publishes(OLD);
    user(authenticator, OLD.token(claims()));
    server.answers(KeyServer.text(503, ""));
    pass(REFRESH);
    authenticator.refresh();
    for (int i = 0; i < 100; i++) user(authenticator, OLD.token(claims()));
    authenticator.refresh();
    assertThat(server.fetches()).as("one try, and no request tries").isEqualTo(2);
    pass(RemoteKeys.RETRY);
    authenticator.refresh();
    assertThat(server.fetches()).isEqualTo(3);
    pass(MAX_STALE.minus(RemoteKeys.RETRY).minusNanos(1));
    user(authenticator, OLD.token(claims()));
    pass(Duration.ofNanos(1));
    unavailable(OLD.token(claims()));
    server.publishes(OLD);
    pass(RemoteKeys.RETRY_WITHOUT_KEYS);
    user(authenticator, OLD.token(claims()));
  }

  @Test
  void anUnknownKidWhileTheIssuerIsDownIsAFaultSinceItMayBeANewKey() { // F02
    server.publishes(OLD);
    user(authenticator, OLD.token(claims()));
    server.answers(KeyServer.text(503, ""));
    unavailable(NEW.token(claims()));
    unavailable(NEW.token(claims()));
    user(authenticator, OLD.token(claims()));
    assertThat(server.fetches()).isEqualTo(2);
    server.publishes(OLD, NEW);
    pass(RemoteKeys.LOOK_AGAIN);
    user(authenticator, NEW.token(claims()));
  }

  @Test
  void answersThatAreNoKeysChangeNothing() { // F05, F06, X19
    Map<String, Object> leaked = NEW.jwk();
    leaked.put("d", "AQAB");
    KeyServer elsewhere = new KeyServer();
    elsewhere.publishes(NEW);
    List<KeyServer.Answer> bad =
        List.of(
            KeyServer.text(500, "oops"),
            KeyServer.text(404, Json.write(Map.of("keys", List.of(NEW.jwk())))),
            KeyServer.text(204, ""),
            KeyServer.text(200, ""),
            KeyServer.text(200, "<html>please log in</html>"),
            KeyServer.text(200, "{}"),
            KeyServer.text(200, "[]"),
            KeyServer.text(200, "{\"keys\":null}"),
            KeyServer.text(200, "{\"keys\":[]}"),
            KeyServer.text(200, "{\"keys\":[null]}"),
            KeyServer.text(200, "{\"keys\":[{\"kty\":\"new\"}]}"),
            KeyServer.text(200, Json.write(Map.of("keys", List.of(leaked, NEW.jwk())))),
            KeyServer.text(200, Json.write(Map.of("keys", List.of(NEW.jwk()))) + "x"),
            KeyServer.redirect(elsewhere.url().toString()),
            KeyServer.redirect("file:///etc/passwd"),
            exchange -> exchange.sendResponseHeaders(200, 1000), // breaks off
            exchange -> exchange.close());
    server.publishes(OLD);
    user(authenticator, OLD.token(claims()));
    for (KeyServer.Answer answer : bad) {
      server.answers(answer);
      pass(REFRESH);
      authenticator.refresh();
      user(authenticator, OLD.token(claims()));
      unavailable(NEW.token(claims()));
      server.publishes(OLD);
      pass(RemoteKeys.RETRY);
      authenticator.refresh();
      user(authenticator, OLD.token(claims()));
    }
    assertThat(elsewhere.fetches()).as("redirects to elsewhere are not followed").isZero();
    elsewhere.close();
    server.publishes(NEW);
    pass(REFRESH);
    authenticator.refresh();
    user(authenticator, NEW.token(claims()));
  }

  @Test
  void aRedirectIsFollowedToTheSameOriginAFewTimes() { // F05
    KeyServer.Answer set = KeyServer.text(200, Json.write(Map.of("keys", List.of(OLD.jwk()))));
    server.answers(
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          if (path.equals("/jwks")) KeyServer.redirect("/a").to(exchange);
          else if (path.equals("/a"))
            KeyServer.redirect(server.url().resolve("/b").toString()).to(exchange);
          else set.to(exchange);
        });
    user(authenticator, OLD.token(claims()));
    assertThat(server.fetches()).isEqualTo(3);
    String other =
        "http://localhost:" + server.url().getPort() + "/b"; // the same machine, by another name
    for (String location :
        List.of("/jwks", other, "//evil.example/x", "https://127.0.0.1/", "", "::")) {
      server.answers(
          exchange -> {
            if (exchange.getRequestURI().getPath().equals("/b")) set.to(exchange);
            else KeyServer.redirect(location).to(exchange);
          });
      try (JwtAuthenticator fresh = open(server.url(), Duration.ofSeconds(5))) {
        assertThatThrownBy(() -> show(fresh, OLD.token(claims())))
            .as(location)
            .isInstanceOf(IssuerUnavailableException.class);
      }
    }
  }

  @Test
  void theIssuersMetadataNamesTheSet() {
    String url = server.url().toString();
    Map<String, Object> good = new HashMap<>(Map.of("issuer", Bench.ISS, "jwks_uri", url));
    Map<String, Object> metadata = new HashMap<>(good);
    server.answers(
        exchange -> {
          boolean set = exchange.getRequestURI().getPath().equals("/jwks");
          Map<String, Object> answer =
              set ? Map.of("keys", List.of(OLD.jwk())) : Map.copyOf(metadata);
          KeyServer.text(200, Json.write(answer)).to(exchange);
        });
    Issuer issuer =
        new With()
            .keys(
                new KeySource.Discovered(
                    server.url().resolve("/.well-known/openid-configuration"),
                    false,
                    REFRESH,
                    MAX_STALE))
            .issuer();
    try (JwtAuthenticator discovering =
        JwtAuthenticator.open(
            List.of(issuer),
            null,
            null,
            TokenStanding.ALWAYS,
            Clock.fixed(Bench.NOW, ZoneOffset.UTC),
            nanos::get,
            new JwksHttp(Duration.ofSeconds(5)))) {
      List<Map<String, Object>> bad = new ArrayList<>();
      for (Object iss : List.of(Bench.ISS + "/", "https://evil.example", 7)) {
        bad.add(Map.of("issuer", iss, "jwks_uri", url));
      }
      bad.add(Map.of("jwks_uri", url));
      bad.add(Map.of("issuer", Bench.ISS));
      for (Object at : List.of("http://evil.example/jwks", "file:///etc/passwd", "::", 7)) {
        bad.add(Map.of("issuer", Bench.ISS, "jwks_uri", at));
      }
      for (Map<String, Object> each : bad) {
        metadata.clear();
        metadata.putAll(each);
        assertThatThrownBy(() -> show(discovering, OLD.token(claims())))
            .as(each.toString())
            .isInstanceOf(IssuerUnavailableException.class);
        pass(RemoteKeys.RETRY_WITHOUT_KEYS);
      }
      metadata.putAll(good);
      user(discovering, OLD.token(claims()));
    }
  }

  @Test
  void aSetThatIsTooLongIsNotReadToItsEnd() {
    server.publishes(OLD);
    user(authenticator, OLD.token(claims()));
    String set = Json.write(Map.of("keys", List.of(NEW.jwk())));
    server.answers(KeyServer.text(200, set + " ".repeat(JwksHttp.MAX_BYTES - set.length() + 1)));
    unavailable(NEW.token(claims()));
    server.answers(KeyServer.text(200, set + " ".repeat(JwksHttp.MAX_BYTES - set.length())));
    pass(RemoteKeys.LOOK_AGAIN);
    user(authenticator, NEW.token(claims()));
  }

  @Test
  void aSetWithoutEndIsBrokenOff() {
    server.answers(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] spaces = new byte[8192];
          while (true) exchange.getResponseBody().write(spaces);
        });
    unavailable(OLD.token(claims()));
  }

  @Test
  void unusableKeysOfASetAreLeftOutAndTheGoodOnesServe() { // F06, F09, A18, A23, A25
    Signer small = Signer.rsa("small", 1024);
    Map<String, Object> offCurve = Signer.ec("off").jwk();
    offCurve.put("x", offCurve.get("y"));
    Map<String, Object> encrypts = new HashMap<>(NEW.jwk());
    encrypts.put("use", "enc");
    server.publishes(
        List.of(Map.of("kty", "OKP"), Map.of(), small.jwk(), offCurve, encrypts, OLD.jwk()));
    user(authenticator, OLD.token(claims()));
    invalid(authenticator, small.token(claims()));
    invalid(authenticator, NEW.token(claims()));
    invalid(authenticator, Bench.EC.token(header(Bench.EC, "kid", "off"), claims()));
  }

  @Test
  void aKidOfTwoKeysIsNoSetAndTheOldOneServesOn() { // F08
    Signer twin = Signer.rsa("twin");
    Signer twinToo = Signer.ec("twin");
    server.publishes(OLD, twin);
    authenticator.refresh();
    server.publishes(NEW, twin, twinToo);
    pass(REFRESH);
    authenticator.refresh();
    user(authenticator, OLD.token(claims()));
    user(authenticator, twin.token(claims()));
    unavailable(NEW.token(claims()));
    server.publishes(List.of(NEW.jwk(), twin.jwk(), twin.jwk())); // one key twice
    pass(RemoteKeys.RETRY);
    authenticator.refresh();
    user(authenticator, NEW.token(claims()));
    user(authenticator, twin.token(claims()));
  }

  @Test
  void aHundredFirstRequestsCauseOneFetch() throws Exception { // F14
    CountDownLatch gate = new CountDownLatch(1);
    server.answers(
        exchange -> {
          gate.await();
          KeyServer.text(200, Json.write(Map.of("keys", List.of(OLD.jwk())))).to(exchange);
        });
    ExecutorService threads = Executors.newFixedThreadPool(100);
    try {
      List<Future<Authentication>> answers = new ArrayList<>();
      CountDownLatch begun = new CountDownLatch(100);
      String token = OLD.token(claims());
      Callable<Authentication> request =
          () -> {
            begun.countDown();
            return show(authenticator, token);
          };
      for (int i = 0; i < 100; i++) answers.add(threads.submit(request));
      begun.await();
      gate.countDown();
      for (Future<Authentication> answer : answers) {
        assertThat(answer.get()).isInstanceOf(Authentication.Known.class);
      }
      assertThat(server.fetches()).isOne();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aFetchWhoseRequestIsGoneLeavesTheNextOneFree() throws Exception { // F15
    CountDownLatch asked = new CountDownLatch(1);
    server.answers(
        exchange -> {
          asked.countDown();
          Thread.sleep(60_000); // until the server is closed
        });
    Thread request = new Thread(() -> unavailable(OLD.token(claims())));
    request.start();
    assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();
    request.interrupt();
    request.join(5_000);
    assertThat(request.isAlive()).isFalse();
    server.publishes(OLD);
    pass(RemoteKeys.RETRY_WITHOUT_KEYS);
    user(authenticator, OLD.token(claims()));
  }

  @Test
  void anIssuerThatHangsIsGivenUpAlsoInTheMiddleOfItsAnswer() {
    JwtAuthenticator impatient = open(server.url(), Duration.ofMillis(200));
    for (KeyServer.Answer hanging :
        List.<KeyServer.Answer>of(
            exchange -> Thread.sleep(60_000),
            exchange -> {
              exchange.sendResponseHeaders(200, 0);
              for (int i = 0; i < 600; i++) {
                exchange.getResponseBody().write(' ');
                exchange.getResponseBody().flush();
                Thread.sleep(100);
              }
            })) {
      server.answers(hanging);
      long before = System.nanoTime();
      assertThatThrownBy(() -> show(impatient, OLD.token(claims())))
          .isInstanceOf(IssuerUnavailableException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
      pass(RemoteKeys.RETRY_WITHOUT_KEYS);
    }
    server.publishes(OLD);
    user(impatient, OLD.token(claims()));
    impatient.close();
  }

  @Test
  void theFaultNamesTheIssuerByOurNameAndNothingElse() {
    server.answers(KeyServer.text(500, "hunter2"));
    assertThatThrownBy(() -> show(authenticator, OLD.token(claims())))
        .isInstanceOf(IssuerUnavailableException.class)
        .hasMessage("the keys of issuer main can't be had");
  }

  @Test
  void twoIssuersNeverShareKeysOrFetches() { // F19
    try (KeyServer otherServer = new KeyServer()) {
      Signer other = Signer.rsa(OLD.kid());
      server.publishes(OLD);
      otherServer.publishes(other);
      Issuer second =
          new With()
              .named("other", "https://other.example")
              .keys(new KeySource.Jwks(otherServer.url(), REFRESH, MAX_STALE))
              .issuer();
      try (JwtAuthenticator two =
          JwtAuthenticator.open(
              List.of(remote(server.url()), second),
              null,
              null,
              TokenStanding.ALWAYS,
              Clock.fixed(Bench.NOW, ZoneOffset.UTC),
              nanos::get,
              new JwksHttp(Duration.ofSeconds(5)))) {
        Map<String, Object> others = claims("iss", "https://other.example");
        user(two, OLD.token(claims()));
        assertThat(otherServer.fetches()).isZero();
        user(two, other.token(others));
        invalid(two, other.token(claims()));
        invalid(two, OLD.token(others));
      }
    }
  }

  @Test
  @Tag("slow")
  void threadsThatFetchEndWithTheAuthenticatorAndHoldNoLoaderOfTheApplication() {
    server.publishes(OLD);
    user(authenticator, OLD.token(claims()));
    assertThat(fetchThreads())
        .isNotEmpty()
        .allSatisfy(
            thread ->
                assertThat(thread.getContextClassLoader())
                    .isEqualTo(ClassLoader.getPlatformClassLoader()));
    authenticator.close();
    authenticator.close();
    Awaitility.await()
        .until(
            () -> {
              System.gc(); // which is what ends a client's own thread on Java 17
              return fetchThreads().isEmpty() && threads("HttpClient-").isEmpty();
            });
    unavailable(NEW.token(claims()));
  }

  private static List<Thread> fetchThreads() {
    return threads("sallyport-jwks");
  }

  private static List<Thread> threads(String prefix) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(prefix))
        .toList();
  }

  private JwtAuthenticator open(URI url, Duration timeout) {
    return JwtAuthenticator.open(
        List.of(remote(url)),
        null,
        null,
        TokenStanding.ALWAYS,
        Clock.fixed(Bench.NOW, ZoneOffset.UTC),
        nanos::get,
        new JwksHttp(timeout));
  }

  private static Issuer remote(URI url) {
    return new With().keys(new KeySource.Jwks(url, REFRESH, MAX_STALE)).issuer();
  }

  private void bogus(int i) {
    String header = Signer.base64(Json.write(header(OLD, "kid", "bogus-" + i)));
    invalid(authenticator, header + "." + Signer.base64(Json.write(claims())) + ".AAAA");
  }

  private void unavailable(String token) {
    assertThatThrownBy(() -> show(authenticator, token))
        .isInstanceOf(IssuerUnavailableException.class);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
