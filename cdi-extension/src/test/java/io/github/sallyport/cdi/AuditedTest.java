package io.github.sallyport.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.Caller;
import io.github.sallyport.RefusedException;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.audit.AuditSink;
import io.github.sallyport.audit.AuditTrail;
import io.github.sallyport.audit.AuditedRequest;
import io.github.sallyport.audit.Seals;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.servlet.ServletContext;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuditedTest {
  private static final String HERE = AuditedTest.class.getName() + "$";

  private static SeContainer container;
  private static Orders orders;

  private final List<AuditEvent> events = new ArrayList<>();

  @ApplicationScoped
  static class Orders {
    static int cancelled;

    @Audited("order.cancelled")
    @Secured(scopes = "orders:write")
    String cancel() {
      cancelled++;
      return "done";
    }

    @Audited
    String open() {
      return "done";
    }

    @Audited
    String fail() {
      throw new IllegalStateException("with a secret in it");
    }

    String silent() {
      return "done";
    }
  }

  @ApplicationScoped
  @Audited("report.read")
  static class Reports {
    String read() {
      return "done";
    }

    @Audited("report.printed")
    String print() {
      return "done";
    }
  }

  interface Ledger {
    @Audited("ledger.read")
    String read();
  }

  @ApplicationScoped
  static class PaperLedger implements Ledger {
    @Override
    public String read() {
      return "done";
    }
  }

  @ApplicationScoped
  static class Observer {
    static final BlockingQueue<String> HEARD = new LinkedBlockingQueue<>();

    void throwing(@Observes AuditEvent event) {
      HEARD.add("sync " + event.action());
      throw new IllegalStateException("as if");
    }

    void later(@ObservesAsync AuditEvent event) {
      HEARD.add("async " + event.action());
    }
  }

  static class Nothing {
    @Audited
    void open() {}
  }

  @ApplicationScoped
  static class Closed {
    @Audited
    final void open() {}
  }

  @BeforeAll
  static void start() {
    container =
        SeContainerInitializer.newInstance()
            .disableDiscovery()
            .addExtensions(new SallyportExtension())
            .addBeanClasses(Orders.class, Reports.class, PaperLedger.class, Observer.class)
            .initialize();
    orders = container.select(Orders.class).get();
  }

  @AfterAll
  static void stop() {
    container.close();
  }

  @BeforeEach
  void forget() {
    Orders.cancelled = 0;
  }

  private <T> T in(AuditSink sink, Caller caller, Callable<T> call) throws Exception {
    Actor request = new Actor(null, "r1", "192.0.2.7", "GET", "/x").by(caller);
    AuditedRequest.Scope scope = new AuditedRequest(sink, request, Clock.systemUTC()).enter();
    try {
      return Callers.as(caller, call);
    } finally {
      scope.close();
    }
  }

  private List<String> told() {
    return events.stream()
        .map(
            e ->
                "%s %s %s %s %s: %s"
                    .formatted(
                        e.action(),
                        e.result().word(),
                        e.code(),
                        e.by().keyId(),
                        e.by().requestId(),
                        e.detail()))
        .toList();
  }

  @Test
  void whoIsLetInIsToldOfOnce() throws Exception {
    assertThat(in(events::add, Callers.key("orders:write"), orders::cancel)).isEqualTo("done");
    assertThat(told())
        .containsExactly("order.cancelled allowed null k1 r1: " + HERE + "Orders.cancel");
  }

  @Test
  void whatStandsOnAnInterfacesMethodIsToldOfWhatImplementsIt() throws Exception {
    Ledger ledger = container.select(Ledger.class).get();
    assertThat(in(events::add, Callers.key(), ledger::read)).isEqualTo("done");
    assertThat(told())
        .containsExactly("ledger.read allowed null k1 r1: " + HERE + "PaperLedger.read");
  }

  @Test
  void whoIsRefusedIsToldOfOnceAndHisRequestNotAgain() {
    assertThatThrownBy(
            () ->
                in(
                    events::add,
                    Callers.key(),
                    () -> {
                      try {
                        return orders.cancel();
                      } catch (RefusedException e) {
                        AuditedRequest.current().orElseThrow().refuse(e.refused());
                        throw e;
                      }
                    }))
        .isInstanceOf(RefusedException.class);
    assertThat(told())
        .containsExactly(
            "order.cancelled refused scope_insufficient k1 r1: "
                + HERE
                + "Orders.cancel: The credential lacks a scope that this needs.");
    assertThat(Orders.cancelled).isZero();
  }

  @Test
  void whatThrowsIsToldOfByItsClassAlone() {
    assertThatThrownBy(() -> in(events::add, Callers.key(), orders::fail))
        .isInstanceOf(IllegalStateException.class);
    assertThat(told())
        .containsExactly(
            "method.called failed null k1 r1: "
                + HERE
                + "Orders.fail: java.lang.IllegalStateException");
  }

  @Test
  void withoutSecuredNobodyIsKeptOutAndWithoutAuditedNothingIsTold() throws Exception {
    assertThat(in(events::add, Callers.key(), orders::open)).isEqualTo("done");
    assertThat(in(events::add, Callers.key(), orders::silent)).isEqualTo("done");
    assertThat(told()).containsExactly("method.called allowed null k1 r1: " + HERE + "Orders.open");
  }

  @Test
  void whatStandsOnAMethodReplacesWhatStandsOnItsClass() throws Exception {
    Reports reports = container.select(Reports.class).get();
    in(events::add, Callers.user("anna"), reports::read);
    in(events::add, Callers.user("anna"), reports::print);
    assertThat(events)
        .extracting(AuditEvent::action)
        .containsExactly("report.read", "report.printed");
    assertThat(events).allSatisfy(e -> assertThat(e.by().subject()).isEqualTo("anna"));
    assertThat(events).allSatisfy(e -> assertThat(e.by().issuer()).isEqualTo("iss"));
  }

  @Test
  void whatAuditHasNoRoomForIsNotDone() throws Exception {
    AuditSink full =
        new AuditSink() {
          @Override
          public void record(AuditEvent event) {
            events.add(event);
          }

          @Override
          public Place reserve() {
            throw new StoreUnavailableException("full");
          }
        };
    assertThatThrownBy(() -> in(full, Callers.key("orders:write"), orders::cancel))
        .isInstanceOf(StoreUnavailableException.class);
    assertThat(Orders.cancelled).isZero();
    assertThat(events).isEmpty();
  }

  @Test
  void whereNobodyCouldRecordItTheCallIsRefused() {
    assertThatThrownBy(() -> Callers.as(Callers.key("orders:write"), orders::cancel))
        .isInstanceOf(RefusedException.class);
    assertThat(Orders.cancelled).isZero();
  }

  @Test
  void outsideARequestTheApplicationsOwnTrailIsTold() throws Exception {
    AuditTrail trail = new AuditTrail("none", events::add, null, Seals.OFF, Clock.systemUTC());
    SallyportExtension extension =
        container.getBeanManager().getExtension(SallyportExtension.class);
    extension.opened(contextWith(trail));
    try {
      assertThat(Callers.as(Callers.key("orders:write"), orders::cancel)).isEqualTo("done");
    } finally {
      extension.opened(null);
    }
    assertThat(told())
        .containsExactly("order.cancelled allowed null k1 null: " + HERE + "Orders.cancel");
  }

  private static ServletContext contextWith(AuditTrail trail) {
    return (ServletContext)
        Proxy.newProxyInstance(
            AuditedTest.class.getClassLoader(),
            new Class<?>[] {ServletContext.class},
            (proxy, method, arguments) ->
                arguments[0].equals(AuditTrail.class.getName()) ? trail : null);
  }

  @Test
  void whereItCanNotBeEnforcedIsAMistake() {
    assertThat(
            SecuredUse.report(
                Set.of(Nothing.class, Closed.class),
                Set.of(Closed.class),
                new Demands(false),
                policies -> List.of()))
        .contains(
            "@Audited can't be enforced where it stands, 2 mistakes:\n - "
                + HERE
                + "Closed.open is final, and no interceptor can stand before it: drop final\n - "
                + HERE
                + "Nothing is neither a CDI bean nor a JAX-RS resource: give it a scope, as"
                + " @ApplicationScoped, and inject it");
    assertThatThrownBy(
            () ->
                SeContainerInitializer.newInstance()
                    .disableDiscovery()
                    .addExtensions(new SallyportExtension())
                    .addBeanClasses(Closed.class)
                    .initialize()
                    .close())
        .hasMessageContaining("@Audited can't be enforced");
  }

  @Test
  void observersHearOfEachEventAndBreakNothing() throws Exception {
    AuditTrail trail = new AuditTrail("none", event -> {}, null, Seals.OFF, Clock.systemUTC());
    AuditTrail.Listening listening = AuditEvents.begin(trail, container.getBeanManager());
    try {
      for (String action : List.of("one", "two")) {
        trail.record(
            new AuditEvent(
                Clock.systemUTC().instant(), action, null, Actor.part("test"), null, null));
      }
      for (String heard : List.of("sync one", "async one", "sync two", "async two")) {
        assertThat(Observer.HEARD.poll(30, TimeUnit.SECONDS)).isEqualTo(heard);
      }
    } finally {
      listening.close();
    }
  }
}
