package io.github.sallyport.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.Caller;
import io.github.sallyport.CurrentCaller;
import io.github.sallyport.RefusedException;
import jakarta.ejb.Asynchronous;
import jakarta.ejb.Stateless;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.inject.Inject;
import java.security.Principal;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The threads of a container that takes its own principal along, and nothing of ours. */
class LaterTest {
  private static SeContainer container;

  /** A session bean, as far as CDI without an EJB container can tell. */
  @Stateless
  @ApplicationScoped
  static class Slow {
    @Inject private Caller caller;

    @Asynchronous
    void ship() {}

    String who() {
      return caller.isAuthenticated() ? caller.getName() : "nobody";
    }

    @Secured(roles = "clerk")
    String sign() {
      return "signed";
    }
  }

  /** A session bean without a method that runs later. */
  @Stateless
  @ApplicationScoped
  static class Quick {
    @Inject private Caller caller;

    String who() {
      return caller.isAuthenticated() ? caller.getName() : "nobody";
    }
  }

  /** The container's, which names whoever the test says. */
  @ApplicationScoped
  static class Security extends CurrentSecurityContext {
    private static @Nullable Principal told;

    @SuppressWarnings("NullAway") // It asks no request.
    Security() {
      super(null);
    }

    @Override
    public <T extends Principal> Set<T> getPrincipalsByType(Class<T> type) {
      return type.isInstance(told) ? Set.of(type.cast(told)) : Set.of();
    }
  }

  @BeforeAll
  static void start() {
    container =
        SeContainerInitializer.newInstance()
            .disableDiscovery()
            .addExtensions(new SallyportExtension())
            .addBeanClasses(Slow.class, Quick.class, Security.class)
            .initialize();
  }

  @AfterAll
  static void stop() {
    container.close();
  }

  @AfterEach
  void nobodyIsLeftBehind() {
    Security.told = null;
    assertThat(CurrentCaller.find()).isEmpty();
  }

  @Test
  void aSessionBeansThreadWorksForTheCallerThatTheContainerTookThere() {
    Slow slow = container.select(Slow.class).get();
    Security.told = SallyportPrincipal.of(Callers.user("alice", "clerk"));
    assertThat(slow.who()).isEqualTo("alice");
    assertThat(slow.sign()).isEqualTo("signed");

    Security.told = SallyportPrincipal.of(Callers.user("bob"));
    assertThat(slow.who()).isEqualTo("bob");
    assertThatThrownBy(slow::sign).isInstanceOf(RefusedException.class);
  }

  @Test
  void whomTheContainerKnowsByItselfIsNobodyOfOurs() {
    Security.told = () -> "alice";

    assertThat(container.select(Slow.class).get().who()).isEqualTo("nobody");
  }

  @Test
  void whereTheRequestsOwnCallerIsThereNobodyElseIsAsked() throws Exception {
    Security.told = SallyportPrincipal.of(Callers.user("alice"));
    Slow slow = container.select(Slow.class).get();

    assertThat(Callers.as(Callers.user("bob"), slow::who)).isEqualTo("bob");
  }

  @Test
  void aBeanWithoutSuchMethodsIsLeftAlone() {
    Security.told = SallyportPrincipal.of(Callers.user("alice"));

    assertThat(container.select(Quick.class).get().who()).isEqualTo("nobody");
  }
}
