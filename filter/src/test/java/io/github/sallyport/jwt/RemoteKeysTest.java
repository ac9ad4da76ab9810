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
import io.github.sallyport.IssuerUnavailableException;
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

/** Keys over HTTP, on a real socket, with a ticker that the tests move. */
@Timeout(30)
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
  void nothingIsFetchedAtStartNorForStrangers() { // F01, E06, B02
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
  void aSetServesUntilItsRefreshAndIsThenReadAgain() {
    server.publishes(OLD);
    user(authenticator, OLD.token(claims()));
    pass(REFRESH.minusNanos(1));
    user(authenticator, OLD.token(claims()));
    assertThat(server.fetches()).isOne();
    server.publishes(NEW);
    pass(Duration.ofNanos(1));
    user(authenticator, NEW.token(claims()));
    assertThat(server.fetches()).isEqualTo(2);
    invalid(authenticator, OLD.token(claims()));
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
    for (int i = 0; i < 11; i++) bogus(i); // the first of them fetches the new key for all
    assertThat(server.fetches()).isEqualTo(3);
    user(authenticator, NEW.token(claims()));
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
    for (int i = 0; i < 100; i++) user(authenticator, OLD.token(claims()));
    assertThat(server.fetches()).as("one try, not one a request").isEqualTo(2);
    pass(MAX_STALE.minusNanos(1));
    user(authenticator, OLD.token(claims()));
    pass(Duration.ofNanos(1));
    unavailable(OLD.token(claims()));
    server.publishes(OLD);
    pass(RemoteKeys.LOOK_AGAIN);
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
      user(authenticator, OLD.token(claims()));
      unavailable(NEW.token(claims()));
      server.publishes(OLD);
      pass(RemoteKeys.LOOK_AGAIN);
      user(authenticator, OLD.token(claims()));
    }
    assertThat(elsewhere.fetches()).as("redirects are not followed").isZero();
    elsewhere.close();
    server.publishes(NEW);
    pass(REFRESH);
    user(authenticator, NEW.token(claims()));
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
  void aKidThatTwoKeysOfASetHaveIsRefusedAndTheOthersServe() { // F08
    Signer twin = Signer.rsa("twin");
    Signer twinToo = Signer.ec("twin");
    server.publishes(twin, OLD, twinToo);
    user(authenticator, OLD.token(claims()));
    invalid(authenticator, twin.token(claims()));
    invalid(authenticator, twinToo.token(claims()));
    invalid(authenticator, twin.token(without(twin.header(), "kid"), claims()));
    server.publishes(twin, OLD);
    pass(REFRESH);
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
        Clock.fixed(Bench.NOW, ZoneOffset.UTC),
        nanos::get,
        new JwksHttp(timeout));
  }

  private static Issuer remote(URI url) {
    return new With().keys(new KeySource.Jwks(url, REFRESH, MAX_STALE)).issuer();
  }

  private void bogus(int i) {
    invalid(authenticator, OLD.token(header(OLD, "kid", "bogus-" + i), claims()));
  }

  private void unavailable(String token) {
    assertThatThrownBy(() -> show(authenticator, token))
        .isInstanceOf(IssuerUnavailableException.class);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
