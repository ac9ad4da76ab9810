package io.github.sallyport.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class InjectedCallerTest {
  private static SeContainer container;

  @ApplicationScoped
  static class Service {
    @Inject private Caller caller;

    String name() {
      return caller.getName();
    }

    Caller caller() {
      return caller;
    }
  }

  /** As an application may have one. */
  @ApplicationScoped
  static class Own implements Principal {
    @Override
    public String getName() {
      return "own";
    }
  }

  @BeforeAll
  static void start() {
    container =
        SeContainerInitializer.newInstance()
            .disableDiscovery()
            .addExtensions(new SallyportExtension())
            .addBeanClasses(Service.class)
            .initialize();
  }

  @AfterAll
  static void stop() {
    container.close();
  }

  @Test
  void oneBeanForAllSeesEachThreadsOwnCaller() throws Exception {
    Service service = container.select(Service.class).get();
    ExecutorService threads = Executors.newFixedThreadPool(64);
    try {
      List<Future<Boolean>> calls = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        String name = i % 2 == 0 ? "alice" : "bob";
        calls.add(
            threads.submit(
                () -> {
                  boolean same = Callers.as(Callers.user(name), service::name).equals(name);
                  return same && !service.caller().isAuthenticated();
                }));
      }
      for (Future<Boolean> call : calls) assertThat(call.get()).isTrue();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void outsideARequestItIsNobodyAndSaysSo() {
    Caller caller = container.select(Service.class).get().caller();
    assertThat(caller.isAuthenticated()).isFalse();
    assertThatThrownBy(caller::getName)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no caller here");
    assertThatThrownBy(caller::scopes).isInstanceOf(IllegalStateException.class);
    assertThat(caller).hasToString("Caller[none here]");
  }

  @Test
  void itSurvivesSerializationWithoutCarryingAnybody() throws Exception {
    Caller caller = container.select(Service.class).get().caller();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Caller copy =
        Callers.as(
            Callers.user("alice"),
            () -> {
              try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(caller);
              }
              try (ObjectInputStream in =
                  new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
                return (Caller) in.readObject();
              }
            });
    assertThat(bytes.toString(StandardCharsets.UTF_8)).doesNotContain("alice");
    assertThat(Callers.as(Callers.user("bob"), copy::getName)).isEqualTo("bob");
  }

  @Test
  void whereNoServerHasOneThePrincipalIsTheCaller() throws Exception {
    Principal principal = container.select(Principal.class).get();
    for (String name : List.of("alice", "bob")) {
      assertThat(Callers.as(Callers.user(name), principal::getName)).isEqualTo(name);
    }
  }

  @Test
  void anApplicationsOwnPrincipalIsLeftAlone() {
    try (SeContainer own =
        SeContainerInitializer.newInstance()
            .disableDiscovery()
            .addExtensions(new SallyportExtension())
            .addBeanClasses(Own.class)
            .initialize()) {
      assertThat(own.select(Principal.class).get().getName()).isEqualTo("own");
    }
  }
}
