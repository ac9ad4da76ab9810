package io.github.sallyport.client;

import static io.github.sallyport.client.Callers.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.Secret;
import io.github.sallyport.http.Destinations;
import io.github.sallyport.testing.HandClock;
import io.github.sallyport.testing.KnownSecrets;
import io.github.sallyport.testing.LogCapture;
import io.github.sallyport.testing.ServiceBehind;
import io.github.sallyport.testing.ServiceBehind.Answer;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A token endpoint and a service behind, both on real sockets. */
class OwnTokenTest {
  private static final Secret KEY = new Secret(KnownSecrets.add("the-key-of-the-nightly-job"));
  private static final int THREADS = 50;

  private final HandClock clock = new HandClock(NOW);
  private ServiceBehind endpoint;
  private ServiceBehind behind;
  private OwnToken own;
  private Client client;

  @BeforeEach
  void open() throws Exception {
    endpoint = new ServiceBehind();
    behind = new ServiceBehind();
    endpoint.answer(call -> token("token." + endpoint.calls().size() + ".x"));
    use(byKey());
  }

  @AfterEach
  void close() {
    client.close();
    own.close();
    endpoint.close();
    behind.close();
  }

  private OwnToken.Builder byKey() {
    return OwnToken.byKey(endpoint.url() + "/sallyport/token", KEY);
  }

  private void use(OwnToken.Builder builder) {
    own = builder.clock(clock).to(Destinations.of(behind.url()));
    client = ClientBuilder.newClient().register(own);
  }

  private static Answer token(String text) {
    return json(
        200, "{\"access_token\":\"" + text + "\",\"token_type\":\"Bearer\",\"expires_in\":100}");
  }

  private static Answer json(int status, String body) {
    return new Answer(status, body, Map.of("Content-Type", "application/json"));
  }

  private int call() {
    return client.target(behind.url()).request().get().getStatus();
  }

  @Test
  void aTokenIsFetchedByTheKeyAndUsed() {
    use(byKey().scopes("orders:read", "orders:write").parameter("audience", "https://a b"));
    assertThat(call()).isEqualTo(200);
    assertThat(call()).isEqualTo(200);

    assertThat(endpoint.call().method()).isEqualTo("POST");
    assertThat(endpoint.call().path()).isEqualTo("/sallyport/token");
    assertThat(endpoint.call().all("X-API-Key")).containsExactly(KEY.reveal());
    assertThat(endpoint.call().all("Content-Type"))
        .containsExactly("application/x-www-form-urlencoded");
    assertThat(endpoint.call().body())
        .isEqualTo(
            "grant_type=client_credentials&scope=orders%3Aread+orders%3Awrite"
                + "&audience=https%3A%2F%2Fa+b");
    assertThat(behind.authorizations()).containsExactly("Bearer token.1.x", "Bearer token.1.x");
    assertThat(behind.calls().toString()).doesNotContain(KEY.reveal());
  }

  @Test
  void aClientsNameAndSecretGoAsBasic() {
    use(OwnToken.byClient(endpoint.url(), "night:job", new Secret("s e/c")));
    assertThat(call()).isEqualTo(200);
    String basic = endpoint.authorizations().get(0).substring("Basic ".length());
    assertThat(new String(Base64.getDecoder().decode(basic), StandardCharsets.UTF_8))
        .isEqualTo("night%3Ajob:s+e%2Fc");
    assertThat(endpoint.call().body()).isEqualTo("grant_type=client_credentials");
  }

  @Test
  void itIsRenewedBesideTheCallsAtFourFifthsOfItsLife() {
    call();
    clock.now = NOW.plusSeconds(80);
    call();
    await()
        .untilAsserted(
            () -> {
              call();
              assertThat(behind.authorizations()).contains("Bearer token.2.x");
            });
    assertThat(endpoint.calls()).hasSize(2);
  }

  @Test
  void fiftyThreadsMakeOneFetch() throws Exception {
    CountDownLatch all = new CountDownLatch(THREADS);
    endpoint.answer(
        call -> {
          try {
            all.await(); // until every thread is on its way
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return token("token.only.x");
        });
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<Integer>> calls = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        calls.add(
            threads.submit(
                () -> {
                  all.countDown();
                  return call();
                }));
      }
      for (Future<Integer> call : calls) assertThat(call.get()).isEqualTo(200);
    } finally {
      threads.shutdownNow();
    }
    assertThat(endpoint.calls()).hasSize(1);
    assertThat(behind.authorizations()).hasSize(THREADS).containsOnly("Bearer token.only.x");
  }

  @Test
  void theOldOneServesWhileTheEndpointIsDown() {
    call();
    endpoint.close();
    clock.now = NOW.plusSeconds(99);
    assertThat(call()).isEqualTo(200);
    assertThat(behind.authorizations()).containsOnly("Bearer token.1.x");
    clock.now = NOW.plusSeconds(100);
    assertThatThrownBy(this::call)
        .hasStackTraceContaining("the token endpoint was not reached: ConnectException");
  }

  @Test
  void a401ForgetsTheTokenAndTheNextCallHasAnother() {
    behind.answer(
        call ->
            new Answer(
                call.all("Authorization").contains("Bearer token.1.x") ? 401 : 200, "", Map.of()));
    assertThat(call()).isEqualTo(401);
    assertThat(call()).isEqualTo(200);
    assertThat(behind.authorizations()).containsExactly("Bearer token.1.x", "Bearer token.2.x");
  }

  @Test
  void aServiceThatRefusesEverythingHasTheEndpointAskedOnceMore() {
    behind.answer(401);
    for (int i = 0; i < 10; i++) assertThat(call()).isEqualTo(401);
    assertThat(endpoint.calls()).hasSize(2);
  }

  @Test
  void aRefusalOfTheEndpointIsToldWithoutTheSecret() {
    endpoint.answer(
        call -> json(401, "{\"error\":\"invalid_client\",\"error_description\":\"their text\"}"));
    assertThatThrownBy(this::call)
        .hasStackTraceContaining(
            "the token endpoint gave no token: the status is 401, invalid_client")
        .satisfies(thrown -> assertThat(trace(thrown)).doesNotContain("their text"))
        .satisfies(thrown -> LogCapture.assertNoSecretIn("the exception", trace(thrown)));
    assertThat(behind.calls()).isEmpty();
    endpoint.answer(call -> token("token.good.x"));
    assertThat(call()).isEqualTo(200);
  }

  private static String trace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{}",
        "{\"access_token\":\"a.b.c\"}",
        "{\"access_token\":\"a.b.c\",\"token_type\":\"DPoP\"}",
        "{\"access_token\":\"a b\",\"token_type\":\"Bearer\"}",
        "{\"access_token\":\"a\\r\\nX: y\",\"token_type\":\"Bearer\"}",
        "{\"access_token\":\"a.b.c\",\"token_type\":\"Bearer\",\"expires_in\":0}",
        "{\"access_token\":\"a.b.c\",\"token_type\":\"Bearer\",\"expires_in\":\"9\"}"
      })
  void anAnswerThatIsNoBearerTokenIsNone(String body) {
    endpoint.answer(call -> json(200, body));
    assertThatThrownBy(this::call).hasStackTraceContaining("the token endpoint");
    assertThat(behind.calls()).isEmpty();
  }

  @Test
  void anAnswerWithoutAnEndIsGoodForAMinute() {
    endpoint.answer(call -> json(200, "{\"access_token\":\"a.b.c\",\"token_type\":\"bearer\"}"));
    assertThat(call()).isEqualTo(200);
    clock.now = NOW.plusSeconds(47);
    call();
    assertThat(endpoint.calls()).hasSize(1);
    clock.now = NOW.plusSeconds(60);
    call();
    assertThat(endpoint.calls()).hasSize(2);
  }

  @Test
  void aLongAnswerIsBrokenOff() {
    endpoint.answer(call -> json(200, " ".repeat(1 << 17) + "{}"));
    assertThatThrownBy(this::call).hasStackTraceContaining("not reached: TooLongException");
  }

  @Test
  void anEndpointThatDoesNotAnswerIsWaitedForNoLongerThanTheTimeout() {
    CountDownLatch never = new CountDownLatch(1);
    endpoint.answer(
        call -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return token("late.late.late");
        });
    use(byKey().timeout(Duration.ofMillis(50)));
    assertThatThrownBy(this::call).hasRootCauseInstanceOf(IOException.class);
    never.countDown();
  }

  @Test
  void aRedirectOfTheEndpointIsNotFollowed() throws Exception {
    try (ServiceBehind stranger = new ServiceBehind()) {
      endpoint.answer(call -> new Answer(307, "", Map.of("Location", stranger.url())));
      assertThatThrownBy(this::call).hasStackTraceContaining("the status is 307");
      assertThat(stranger.calls()).isEmpty();
    }
  }

  @Test
  void anotherOriginIsNotCalledAndNothingIsFetchedForIt() throws Exception {
    try (ServiceBehind stranger = new ServiceBehind()) {
      assertThatThrownBy(() -> client.target(stranger.url()).request().get())
          .rootCause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Destinations");
      assertThat(stranger.calls()).isEmpty();
      assertThat(endpoint.calls()).isEmpty();
    }
  }

  @Test
  void theKeyGoesInClearOnlyWhereThatIsSaid() {
    OwnToken.Builder far = OwnToken.byKey("http://edge.example/sallyport/token", KEY);
    Destinations to = Destinations.of(behind.url());
    assertThatThrownBy(() -> far.to(to))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("endpointInClear");
    assertThatCode(() -> far.endpointInClear().to(to).close()).doesNotThrowAnyException();
    assertThatThrownBy(() -> OwnToken.byKey("edge", KEY).to(to))
        .hasMessageContaining("https: or http: URL");
  }

  @Test
  void aKeyWithItsLineEndIsRefusedWithoutQuotingIt() {
    assertThatThrownBy(() -> OwnToken.byKey(endpoint.url(), new Secret(KEY.reveal() + "\n")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an API key is printable ASCII without spaces: is there a line end?");
  }

  @Test
  void closedItFetchesNothing() {
    own.close();
    assertThatThrownBy(this::call).hasStackTraceContaining("closed: the application stops");
    assertThat(endpoint.calls()).isEmpty();
  }
}
