package io.github.sallyport.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.audit.AuditedRequest.Access;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class AuditedRequestTest {
  private static final Refused WHY =
      Refused.of(Refusal.SCOPE_INSUFFICIENT, "It lacks a scope.").about("k1");
  private static final Refused OTHER = Refused.of(Refusal.ROLE_MISSING, "It lacks a role.");

  private final List<AuditEvent> events = new CopyOnWriteArrayList<>();
  private final AuditedRequest request =
      new AuditedRequest(events::add, Actor.part("anna"), Clock.systemUTC());

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
  void theCurrentOneIsRestored() {
    assertThat(AuditedRequest.current()).isEmpty();
    AuditedRequest other = new AuditedRequest(events::add, Actor.part("b"), Clock.systemUTC());
    AuditedRequest.Scope outer = request.enter();
    assertThat(AuditedRequest.current()).containsSame(request);
    AuditedRequest.Scope inner = other.enter();
    assertThat(AuditedRequest.current()).containsSame(other);
    inner.close();
    assertThat(AuditedRequest.current()).containsSame(request);
    outer.close();
    assertThat(AuditedRequest.current()).isEmpty();
  }
}
