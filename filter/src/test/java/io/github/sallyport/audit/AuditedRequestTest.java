package io.github.sallyport.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.sallyport.Application;
import io.github.sallyport.Caller;
import io.github.sallyport.EstablishedCaller;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.User;
import io.github.sallyport.audit.AuditedRequest.Access;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AuditedRequestTest {
  private static final Refused WHY =
      Refused.of(Refusal.SCOPE_INSUFFICIENT, "It lacks a scope.").about("k1");
  private static final Refused OTHER = Refused.of(Refusal.ROLE_MISSING, "It lacks a role.");

  private final List<AuditEvent> events = new CopyOnWriteArrayList<>();
  private final AuditedRequest request =
      new AuditedRequest(events::add, Actor.part("anna"), Clock.systemUTC());

  /** A request by a token of this kind, whose id is t1. */
  private AuditedRequest by(Map<String, @Nullable Object> claims, @Nullable Set<String> scopes) {
    return by(EstablishedCaller.byToken(user(claims, scopes), Instant.EPOCH));
  }

  private AuditedRequest by(Caller caller) {
    return new AuditedRequest(events::add, Actor.of(caller), caller, Clock.systemUTC());
  }

  private static User user(Map<String, @Nullable Object> claims, @Nullable Set<String> scopes) {
    return new User(
        "anna",
        "u1",
        "https://issuer.example",
        "t1",
        scopes,
        Set.of(),
        claims,
        Instant.EPOCH,
        Instant.EPOCH);
  }

  private static Application application() {
    return new Application(
        "k1", "k1", false, "acme", null, "live", Set.of("a", "b"), Set.of(), null, false);
  }

  private List<String> told() {
    return events.stream()
        .map(e -> "%s %s %s: %s".formatted(e.action(), e.result(), e.code(), e.detail()))
        .toList();
  }

  @Test
  void aRefusedRequestIsToldOfOnceHoweverOftenItIsRefused() {
    request.refuse(WHY);
    request.refuse(WHY);
    request.refuse(OTHER);
    assertThat(told())
        .containsExactly("request.refused REFUSED scope_insufficient: It lacks a scope.");
    assertThat(events.get(0).target()).isEqualTo("k1");
  }

  @Test
  void aRefusedAccessTellsOfTheRequestToo() {
    Access access = request.begin("order.cancelled", "Orders.cancel");
    request.refuse(WHY);
    access.allow();
    request.refuse(OTHER);
    assertThat(told())
        .containsExactly(
            "order.cancelled REFUSED scope_insufficient: Orders.cancel: It lacks a scope.");
  }

  @Test
  void whoBeginsTheSameAgainGetsTheSameAndWhatSettlesItFirstCounts() {
    Access first = request.begin("a", "Orders.cancel");
    Access second = request.begin("a", "Orders.cancel");
    assertThat(second).isSameAs(first);
    second.fail(new IllegalStateException("secret"));
    first.allow();
    assertThat(request.begin("a", "Orders.cancel")).isNotSameAs(first);
    assertThat(told())
        .containsExactly("a FAILED null: Orders.cancel: java.lang.IllegalStateException");
  }

  @Test
  void whatNobodySettledFailsWithItsRequest() {
    Access outer = request.begin("a", "outer");
    Access inner = request.begin("b", "inner");
    request.fail(new IllegalStateException());
    outer.allow();
    inner.allow();
    assertThat(told())
        .containsExactly(
            "b FAILED null: inner: java.lang.IllegalStateException",
            "a FAILED null: outer: java.lang.IllegalStateException");
  }

  @Test
  void workBesideARequestHasAccessesOfItsOwn() {
    Access first = request.begin("a", "Orders.cancel");
    Access second = request.beside().begin("a", "Orders.cancel");
    assertThat(second).isNotSameAs(first);
    request.fail(new IllegalStateException());
    second.allow();
    assertThat(told())
        .containsExactly(
            "a FAILED null: Orders.cancel: java.lang.IllegalStateException",
            "a ALLOWED null: Orders.cancel");
    assertThat(events).extracting(AuditEvent::by).containsOnly(request.actor());
  }

  @Test
  void whatIsRefusedBesideARequestIsToldOfOnceThoughTheRequestEndsInIt() {
    request.beside().begin("a", "Orders.cancel").refuse(WHY);
    request.refuse(WHY);
    assertThat(told())
        .containsExactly("a REFUSED scope_insufficient: Orders.cancel: It lacks a scope.");
  }

  @Test
  void aRefusalThatCanNotBeRecordedStaysARefusal() {
    AuditedRequest broken =
        new AuditedRequest(
            event -> {
              throw new IllegalStateException("full");
            },
            Actor.part("anna"),
            Clock.systemUTC());
    assertThatCode(() -> broken.refuse(WHY)).doesNotThrowAnyException();
  }

  @Test
  void anAccessByATokenTellsItsIdItsClientAndItsScopes() {
    AuditedRequest byToken = by(Map.of("azp", "planner", "client_id", "other"), Set.of("b", "a"));
    byToken.begin("orders.read", "Orders.list").allow();
    byToken.begin("orders.read", "Orders.get").refuse(OTHER);
    assertThat(told())
        .containsExactly(
            "orders.read ALLOWED null: Orders.list (for client planner, with scopes a b)",
            "orders.read REFUSED role_missing: Orders.get: It lacks a role. (for client planner,"
                + " with scopes a b)");
    assertThat(events).extracting(AuditEvent::target).containsExactly("t1", "t1");
  }

  @Test
  void theClientOfATokenWithoutAzpIsItsClientId() {
    by(Map.of("client_id", "planner"), Set.of()).begin("a", "Orders.list").allow();
    assertThat(told()).containsExactly("a ALLOWED null: Orders.list (for client planner)");
  }

  @Test
  void ofATokenThatSaysNeitherClientNorScopesNothingIsToldOfThem() {
    by(Map.of("azp", 1), null).begin("a", "Orders.list").allow();
    assertThat(told()).containsExactly("a ALLOWED null: Orders.list");
    assertThat(events.get(0).target()).isEqualTo("t1");
  }

  @Test
  void aTokenThatAnApplicationTookForItsKeyIsToldOfThoughNobodyIsItsUser() {
    Map<String, @Nullable Object> claims = Map.of("jti", "t2", "client_id", "k1");
    Caller caller =
        EstablishedCaller.byTokenOfKey(application(), user(claims, Set.of("a")), Instant.EPOCH);
    by(caller).begin("a", "Orders.list").allow();
    assertThat(told())
        .containsExactly("a ALLOWED null: Orders.list (for client k1, with scopes a)");
    assertThat(events.get(0).target()).isEqualTo("t2");
  }

  @Test
  void ofAnApiKeyAloneNothingIsToldBesideItsId() {
    Caller caller = EstablishedCaller.byKey(application(), Instant.EPOCH);
    by(caller).begin("a", "Orders.list").allow();
    assertThat(told()).containsExactly("a ALLOWED null: Orders.list");
    assertThat(events.get(0).target()).isNull();
    assertThat(events.get(0).by().keyId()).isEqualTo("k1");
  }

  @Test
  void aRefusalThatIsAboutNothingElseIsAboutTheToken() {
    by(Map.of("azp", "planner"), Set.of()).refuse(OTHER);
    by(Map.of("azp", "planner"), Set.of()).refuse(WHY);
    request.refuse(OTHER);
    assertThat(told()).contains("request.refused REFUSED role_missing: It lacks a role.");
    assertThat(events).extracting(AuditEvent::target).containsExactly("t1", "k1", null);
  }

  @Test
  void theCurrentOneIsRestored() {
    assertThat(AuditedRequest.current()).isEmpty();
    AuditedRequest other = new AuditedRequest(events::add, Actor.part("b"), Clock.systemUTC());
    AuditedRequest.Scope outer = request.enter();
    assertThat(AuditedRequest.current()).containsSame(request);
    AuditedRequest.Scope inner = other.enter();
    assertThat(AuditedRequest.current()).containsSame(other);
    inner.close();
    assertThat(AuditedRequest.current()).containsSame(request);
    AuditedRequest.Scope none = AuditedRequest.enterNone();
    assertThat(AuditedRequest.current()).isEmpty();
    none.close();
    assertThat(AuditedRequest.current()).containsSame(request);
    outer.close();
    assertThat(AuditedRequest.current()).isEmpty();
  }
}
