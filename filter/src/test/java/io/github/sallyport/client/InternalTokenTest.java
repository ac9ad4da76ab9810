package io.github.sallyport.client;

import static io.github.sallyport.client.Callers.NOW;
import static io.github.sallyport.client.Callers.as;
import static io.github.sallyport.client.Callers.key;
import static io.github.sallyport.client.Callers.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.AnonymousCaller;
import io.github.sallyport.Caller;
import io.github.sallyport.Secret;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditedRequest;
import io.github.sallyport.http.Destinations;
import io.github.sallyport.testing.HandClock;
import io.github.sallyport.testing.ServiceBehind;
import io.github.sallyport.token.AccessToken;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes out is seen by a real server; who issues is a list here. */
class InternalTokenTest {
  private static final String BILLING = "https://billing.example";
  private static final Duration LIFE = Duration.ofMinutes(15);

  private final HandClock clock = new HandClock(NOW);
  private final List<Issue> issued = new ArrayList<>();
  private ServiceBehind behind;
  private Client client;

  private record Issue(Caller caller, String audience, @Nullable Set<String> scopes, Actor actor) {}

  @BeforeEach
  void open() throws Exception {
    behind = new ServiceBehind();
    client = client(tokens(null, 100));
  }

  @AfterEach
  void close() {
    client.close();
    behind.close();
  }

  private InternalTokens tokens(@Nullable Set<String> scopes, int most) {
    return new InternalTokens(
        (caller, audience, wanted, actor) -> {
          issued.add(new Issue(caller, audience, wanted, actor));
          String text = "token." + issued.size() + ".x";
          return new AccessToken(
              new Secret(text), "id", clock.instant(), clock.instant().plus(LIFE), Set.of());
        },
        BILLING,
        scopes,
        clock,
        most);
  }

  private Client client(InternalTokens tokens) {
    return ClientBuilder.newClient()
        .register(new InternalToken(tokens, Destinations.of(behind.url())));
  }

  private int call() {
    return client.target(behind.url()).request().get().getStatus();
  }

  private List<String> sent() {
    return behind.authorizations();
  }

  @Test
  void theCallIsMadeByATokenOfOursForThatAudience() throws Exception {
    assertThat(as(key("k1", "a", "b"), this::call)).isEqualTo(200);
    assertThat(sent()).containsExactly("Bearer token.1.x");
    assertThat(issued.get(0).audience()).isEqualTo(BILLING);
    assertThat(issued.get(0).scopes()).isNull();
    assertThat(issued.get(0).actor().keyId()).isEqualTo("k1");
  }

  @Test
  void itHasTheScopesThatWereNamed() throws Exception {
    InternalTokens some = tokens(Set.of("a"), 100);
    as(key("k1", "a", "b"), some::current);
    assertThat(issued.get(0).scopes()).containsExactly("a");
    assertThat(some).hasToString("InternalTokens[for https://billing.example]");
  }

  @Test
  void auditIsToldOfTheRequest() throws Exception {
    Actor actor = new Actor("k1", "request-1", "192.0.2.1", "GET", "/orders");
    AuditedRequest.Scope scope = new AuditedRequest(event -> {}, actor, clock).enter();
    try {
      as(key("k1"), this::call);
    } finally {
      scope.close();
    }
    assertThat(issued.get(0).actor()).isEqualTo(actor);
  }

  @Test
  void itIsRememberedUntilFourFifthsOfItsLife() throws Exception {
    as(key("k1", "a"), this::call);
    clock.now = NOW.plus(Duration.ofMinutes(12)).minusMillis(1);
    as(key("k1", "a"), this::call); // another object: it is another request
    clock.now = NOW.plus(Duration.ofMinutes(12));
    as(key("k1", "a"), this::call);
    assertThat(sent()).containsExactly("Bearer token.1.x", "Bearer token.1.x", "Bearer token.2.x");
  }

  @Test
  void aKeyWithOtherScopesOrOfAnotherIdHasItsOwn() throws Exception {
    as(key("k1", "a", "b"), this::call);
    as(key("k1", "a"), this::call); // was changed meanwhile
    as(key("k2", "a", "b"), this::call);
    assertThat(issued).hasSize(3);
  }

  @Test
  void aTokenIsToldByItsIdAndNotByItsUsersName() throws Exception {
    as(user("alice", "j-1", "a"), this::call);
    as(user("alice", "j-2", "a"), this::call);
    as(user("alice", "j-1", "a"), this::call);
    assertThat(sent()).containsExactly("Bearer token.1.x", "Bearer token.2.x", "Bearer token.1.x");
  }

  @Test
  void forATokenWithoutAnIdNothingIsRemembered() throws Exception {
    as(user("alice", null, "a"), this::call);
    as(user("alice", null, "a"), this::call);
    assertThat(issued).hasSize(2);
  }

  @Test
  void whoWasUsedLongestAgoIsForgottenWhereThereAreTooMany() throws Exception {
    client = client(tokens(null, 2));
    as(key("k1"), this::call);
    as(key("k2"), this::call);
    as(key("k1"), this::call);
    as(key("k3"), this::call);
    as(key("k1"), this::call);
    as(key("k2"), this::call);
    assertThat(issued.stream().map(issue -> issue.caller().getName()))
        .containsExactly("k1", "k2", "k3", "k2");
  }

  @Test
  void a401ForgetsTheToken() throws Exception {
    behind.answer(401);
    assertThat(as(key("k1"), this::call)).isEqualTo(401);
    behind.answer(403);
    as(key("k1"), this::call);
    as(key("k1"), this::call);
    assertThat(sent()).containsExactly("Bearer token.1.x", "Bearer token.2.x", "Bearer token.2.x");
  }

  @Test
  void anotherOriginIsNotCalledAndNoTokenIsMadeForIt() throws Exception {
    try (ServiceBehind stranger = new ServiceBehind()) {
      assertThatThrownBy(() -> as(key("k1"), () -> client.target(stranger.url()).request().get()))
          .rootCause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Destinations");
      assertThat(stranger.calls()).isEmpty();
      assertThat(issued).isEmpty();
    }
    assertThat(as(key("k1"), this::call)).isEqualTo(200);
  }

  @Test
  void whereNobodyIsAuthenticatedNoCallIsMade() {
    assertThatThrownBy(() -> as(AnonymousCaller.INSTANCE, this::call))
        .rootCause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("nobody is authenticated in this request");
    assertThat(behind.calls()).isEmpty();
  }

  @Test
  void onAThreadOfNoRequestTheSentenceSaysHowTheCallerGetsThere() throws Exception {
    assertThatThrownBy(this::call)
        .rootCause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Caller.wrap")
        .hasMessageContaining("OwnToken");
    int[] status = new int[1];
    Thread thread = new Thread(key("k1").wrap(() -> status[0] = call()));
    thread.start();
    thread.join();
    assertThat(status[0]).isEqualTo(200);
    assertThat(issued.get(0).actor().name()).isEqualTo("k1");
  }
}
