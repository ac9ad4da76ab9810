package io.github.sallyport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.AnonymousCaller;
import io.github.sallyport.Application;
import io.github.sallyport.Caller;
import io.github.sallyport.Credential;
import io.github.sallyport.CurrentCaller;
import io.github.sallyport.EstablishedCaller;
import io.github.sallyport.ForwardingCaller;
import io.github.sallyport.Secret;
import io.github.sallyport.User;
import io.github.sallyport.testing.KnownSecrets;
import io.github.sallyport.testing.ServiceBehind;
import io.github.sallyport.testing.ServiceBehind.Answer;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes out with a call is seen by a real server. */
class ShownTokenTest {
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  // No known secret: the JDK's own client logs the headers of its calls at FINE.
  private static final Secret TEXT = new Secret("head.claims-of-alice.sign");
  private static final Credential.Bearer TOKEN = new Credential.Bearer(TEXT);
  private static final Credential.ApiKey KEY =
      new Credential.ApiKey(new Secret(KnownSecrets.add("the-text-of-a-key")));

  private ServiceBehind behind;
  private Client client;

  @BeforeEach
  void open() throws Exception {
    behind = new ServiceBehind();
    client = ClientBuilder.newClient().register(new ShownToken(Destinations.of(behind.url())));
  }

  @AfterEach
  void close() {
    client.close();
    behind.close();
  }

  private static Caller alice() {
    User user =
        new User(
            "alice",
            "alice",
            "https://idp.example",
            "j-1",
            Set.of("orders:read"),
            Set.of(),
            Map.of(),
            NOW,
            NOW.plusSeconds(300));
    return CallerWithToken.of(EstablishedCaller.byToken(user, NOW), TOKEN);
  }

  private static Caller byKey(Credential shown) {
    Application application =
        new Application(
            "k1", "k1", false, "acme", null, "live", Set.of("orders:read"), Set.of(), null, false);
    return CallerWithToken.of(EstablishedCaller.byKey(application, NOW), shown);
  }

  private static <T> T as(Caller caller, Callable<T> task) throws Exception {
    CurrentCaller.Scope scope = CurrentCaller.enter(caller);
    try {
      return task.call();
    } finally {
      scope.close();
    }
  }

  private int call() {
    return client.target(behind.url()).path("/invoices").request().get().getStatus();
  }

  @Test
  void theJwtThatTheRequestShowedIsPassedOn() throws Exception {
    assertThat(as(alice(), this::call)).isEqualTo(200);
    assertThat(behind.call().path()).isEqualTo("/invoices");
    assertThat(behind.call().all("Authorization")).containsExactly("Bearer " + TEXT.reveal());
  }

  @Test
  void itTakesThePlaceOfWhatTheCallSaid() throws Exception {
    as(
        alice(),
        () -> client.target(behind.url()).request().header("Authorization", "Basic eDp5").get());
    assertThat(behind.authorizations()).containsExactly("Bearer " + TEXT.reveal());
  }

  @Test
  void ofAKeyAndATokenTheTokenIsPassedOn() throws Exception {
    as(byKey(new Credential.Both(KEY, TOKEN)), this::call);
    assertThat(behind.authorizations()).containsExactly("Bearer " + TEXT.reveal());
    assertThat(behind.call().headers().toString()).doesNotContain(KEY.text().reveal());
  }

  @Test
  void anApiKeyIsPassedOnToNobody() {
    assertThatThrownBy(() -> as(byKey(KEY), this::call))
        .hasRootCauseInstanceOf(IllegalStateException.class)
        .rootCause()
        .hasMessage(
            "There is no JWT to pass on: the request showed an API key or an opaque token, which"
                + " goes no further than here. Use InternalToken, which calls with a token in its"
                + " place.");
    assertThat(behind.calls()).isEmpty();
  }

  @Test
  void anOpaqueTokenIsNoJwt() {
    assertThatThrownBy(() -> as(byKey(new Credential.Bearer(new Secret("b64token"))), this::call))
        .rootCause()
        .hasMessageContaining("Use InternalToken");
    assertThat(behind.calls()).isEmpty();
  }

  @Test
  void whereNobodyIsAuthenticatedThereIsNothingToPassOn() {
    assertThatThrownBy(() -> as(AnonymousCaller.INSTANCE, this::call))
        .rootCause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("nobody is authenticated")
        .hasMessageContaining("OwnToken");
    assertThat(behind.calls()).isEmpty();
  }

  @Test
  void afterLogoutNothingIsPassedOn() throws Exception {
    as(
        alice(),
        () -> {
          assertThat(call()).isEqualTo(200);
          CurrentCaller.replace(AnonymousCaller.INSTANCE);
          assertThatThrownBy(this::call).rootCause().hasMessageContaining("nobody");
          return null;
        });
    assertThat(behind.calls()).hasSize(1);
  }

  @Test
  void onAnotherThreadTheSentenceSaysHowTheCallerGetsThere() throws Exception {
    Executor another =
        task -> {
          Thread thread = new Thread(task);
          thread.start();
          try {
            thread.join();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    Throwable[] thrown = new Throwable[1];
    Runnable work =
        () -> {
          try {
            call();
          } catch (RuntimeException e) {
            thrown[0] = e;
          }
        };
    another.execute(work);
    assertThat(thrown[0])
        .rootCause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Caller.wrap");

    // As it is injected: a caller that asks the current one.
    Caller injected = new Forwarding();
    thrown[0] = null;
    another.execute(as(alice(), () -> injected.wrap(work)));
    assertThat(thrown[0]).isNull();
    assertThat(behind.authorizations()).containsExactly("Bearer " + TEXT.reveal());
  }

  private static final class Forwarding implements ForwardingCaller {
    @Override
    public Caller caller() {
      return CurrentCaller.find().orElseThrow();
    }
  }

  @Test
  void anotherOriginIsNotCalled() throws Exception {
    try (ServiceBehind stranger = new ServiceBehind()) {
      assertThatThrownBy(() -> as(alice(), () -> client.target(stranger.url()).request().get()))
          .rootCause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Destinations");
      assertThat(stranger.calls()).isEmpty();
    }
    assertThat(as(alice(), this::call)).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://127.0.0.1:PORT/", // another scheme
        "http://localhost:PORT/", // another name
        "http://127.0.0.1:PORT@evil.example/", // another host behind a user
        "http://127.0.0.1.evil.example:PORT/"
      })
  void whatOnlyLooksLikeTheOriginIsNotCalled(String url) {
    String port = behind.url().substring(behind.url().lastIndexOf(':') + 1);
    assertThatThrownBy(
            () -> as(alice(), () -> client.target(url.replace("PORT", port)).request().get()))
        .rootCause()
        .hasMessageContaining("Destinations");
  }

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    try (ServiceBehind stranger = new ServiceBehind()) {
      behind.answer(call -> new Answer(302, "", Map.of("Location", stranger.url() + "/steal")));
      assertThat(as(alice(), this::call)).isEqualTo(302);
      assertThat(stranger.calls()).isEmpty();
    }
  }

  @Test
  void plainHttpNeedsAWordOfItsOwn() throws Exception {
    assertThatThrownBy(() -> Destinations.of("http://billing.example"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a token would go to billing.example in clear: name it with https, or by andInClear");
    Destinations allowed =
        Destinations.of("https://billing.example").andInClear("http://127.1.2.3");
    assertThatCode(() -> new ShownToken(allowed)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://billing.example", "billing", "https://u@billing.example", "/x"})
  void aDestinationIsAUrlOfHttp(String url) {
    assertThatThrownBy(() -> Destinations.of(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("https: or http: URL");
  }

  @Test
  void atLeastOneDestinationIsNamed() {
    assertThatThrownBy(Destinations::of).hasMessageContaining("at least one");
  }

  @Test
  void theCallerSaysNothingOfTheToken() {
    assertThat(alice()).hasToString("Caller[alice, BEARER]");
  }
}
