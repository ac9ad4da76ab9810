package io.github.sallyport.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.AnonymousCaller;
import io.github.sallyport.Caller;
import io.github.sallyport.EstablishedCaller;
import io.github.sallyport.Refusal;
import io.github.sallyport.RefusedException;
import io.github.sallyport.User;
import io.github.sallyport.access.AccessPolicy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.SessionScoped;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InterceptorBinding;
import jakarta.interceptor.InvocationContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code @Guarded} and {@code @Fresh}, beside {@code @Secured} and alone. */
class GuardedTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  private static SeContainer container;
  private static Orders orders;

  /** Orders are called by their owner's name. */
  @ApplicationScoped
  static class OwnsOrder implements AccessPolicy {
    static final List<List<@Nullable Object>> ASKED = new ArrayList<>();
    static final List<String> METHODS = new ArrayList<>();

    @Override
    public boolean permits(Caller caller, Method method, List<@Nullable Object> arguments) {
      ASKED.add(arguments);
      METHODS.add(method.getName());
      return caller.getName().equals(arguments.get(0));
    }
  }

  @Dependent
  static class Throwing implements AccessPolicy {
    @Override
    public boolean permits(Caller caller, Method method, List<@Nullable Object> arguments) {
      throw new IllegalStateException("as if");
    }
  }

  @ApplicationScoped
  static class Never implements AccessPolicy {
    @Override
    public boolean permits(Caller caller, Method method, List<@Nullable Object> arguments) {
      return false;
    }
  }

  @ApplicationScoped
  static class Orders {
    static int called;

    @Guarded(OwnsOrder.class)
    String read(String owner) {
      called++;
      return "done";
    }

    @Secured(scopes = "orders:write")
    @Fresh("PT5M")
    @Guarded(OwnsOrder.class)
    String change(String owner) {
      return "done";
    }

    @Guarded({OwnsOrder.class, Never.class})
    String both(String owner) {
      return "done";
    }

    @Guarded(Throwing.class)
    String fails(String owner) {
      called++;
      return "done";
    }

    @Fresh("PT5M")
    String fresh() {
      return "done";
    }
  }

  @ApplicationScoped
  @Secured(roles = "admin")
  @Fresh("PT5M")
  static class Admin {
    @Fresh("PT1H")
    String lenient() {
      return "done";
    }

    @Secured
    String strict() {
      return "done";
    }
  }

  @InterceptorBinding
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.TYPE, ElementType.METHOD})
  @interface Swaps {}

  /** Changes the call's own array, as an interceptor may. */
  @Swaps
  @Interceptor
  @Priority(Interceptor.Priority.APPLICATION)
  static class Swapping {
    @AroundInvoke
    Object swap(InvocationContext call) throws Exception {
      call.getParameters()[0] = "swapped";
      return call.proceed();
    }
  }

  @ApplicationScoped
  static class Swapped {
    @Swaps
    @Guarded(OwnsOrder.class)
    String read(String owner) {
      return owner;
    }
  }

  @SessionScoped
  static class Basket implements Serializable {
    private static final long serialVersionUID = 1L;

    @Secured
    @Audited
    @Guarded(OwnsOrder.class)
    String read(String owner) {
      return "done";
    }
  }

  /** A bean that a container may write out with its interceptors. */
  @Dependent
  static class Kept implements Serializable {
    private static final long serialVersionUID = 1L;

    @Secured(scopes = "never")
    String read() {
      return "done";
    }
  }

  @BeforeAll
  static void start() {
    container =
        SeContainerInitializer.newInstance()
            .disableDiscovery()
            .addExtensions(new SallyportExtension())
            .addBeanClasses(
                OwnsOrder.class,
                Throwing.class,
                Never.class,
                Orders.class,
                Admin.class,
                Swapping.class,
                Swapped.class,
                Basket.class,
                Kept.class)
            .initialize();
    orders = container.select(Orders.class).get();
  }

  @AfterAll
  static void stop() {
    container.close();
  }

  @BeforeEach
  void forget() {
    OwnsOrder.ASKED.clear();
    OwnsOrder.METHODS.clear();
    Orders.called = 0;
  }

  /** A user whose login is this old. */
  private static Caller loggedIn(Duration ago, String... roles) {
    return EstablishedCaller.byToken(
        new User(
            "alice",
            "alice",
            "iss",
            null,
            Set.of("orders:write"),
            Set.of(roles),
            Map.of("auth_time", NOW.minus(ago).getEpochSecond()),
            NOW,
            NOW.plusSeconds(60)),
        NOW);
  }

  private static void assertRefused(
      Caller caller, Refusal refusal, java.util.concurrent.Callable<String> call) {
    assertThatThrownBy(() -> Callers.as(caller, call))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.refused().refusal()).isEqualTo(refusal));
  }

  @Test
  void aPolicyJudgesTheVeryCall() throws Exception {
    assertThat(Callers.as(Callers.user("alice"), () -> orders.read("alice"))).isEqualTo("done");
    assertRefused(Callers.user("bob"), Refusal.POLICY_DENIED, () -> orders.read("alice"));
    assertThat(Orders.called).isEqualTo(1);
    assertThat(OwnsOrder.METHODS).containsExactly("read", "read");
  }

  @Test
  void guardedAloneAsksForAnAuthenticatedCallerAndThePolicyIsNotAskedOfOthers() {
    assertRefused(AnonymousCaller.INSTANCE, Refusal.CREDENTIAL_MISSING, () -> orders.read("alice"));
    assertThatThrownBy(() -> orders.read("alice")).isInstanceOf(RefusedException.class);
    assertThat(OwnsOrder.ASKED).isEmpty();
  }

  @Test
  void allPoliciesHaveToPermit() {
    assertRefused(Callers.user("alice"), Refusal.POLICY_DENIED, () -> orders.both("alice"));
    assertThat(OwnsOrder.ASKED).hasSize(1);
  }

  @Test
  void whatAPolicyThrowsGoesToTheCallerAndTheMethodIsNotCalled() {
    assertThatThrownBy(() -> Callers.as(Callers.user("alice"), () -> orders.fails("alice")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("as if");
    assertThat(Orders.called).isZero();
  }

  @Test
  void threeAnnotationsOnAMethodAreOneQuestionEachInTheirOrder() throws Exception {
    Caller fresh = loggedIn(Duration.ofMinutes(5));
    assertThat(Callers.as(fresh, () -> orders.change("alice"))).isEqualTo("done");
    assertThat(OwnsOrder.ASKED).hasSize(1);

    assertRefused(Callers.user("alice"), Refusal.SCOPE_INSUFFICIENT, () -> orders.change("alice"));
    assertRefused(
        loggedIn(Duration.ofSeconds(301)),
        Refusal.AUTHENTICATION_TOO_OLD,
        () -> orders.change("alice"));
    assertThat(OwnsOrder.ASKED).hasSize(1);
    assertRefused(fresh, Refusal.POLICY_DENIED, () -> orders.change("bob"));
  }

  @Test
  void whatAPolicyWasGivenIsItsOwn() throws Exception {
    Swapped bean = container.select(Swapped.class).get();
    assertThat(Callers.as(Callers.user("alice"), () -> bean.read("alice"))).isEqualTo("swapped");
    assertThat(OwnsOrder.ASKED).containsExactly(Arrays.asList("alice"));
    assertThatThrownBy(() -> OwnsOrder.ASKED.get(0).set(0, "bob"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void freshAloneAsksForALoginOfThatAge() throws Exception {
    assertThat(Callers.as(loggedIn(Duration.ofMinutes(5)), orders::fresh)).isEqualTo("done");
    assertRefused(loggedIn(Duration.ofSeconds(301)), Refusal.AUTHENTICATION_TOO_OLD, orders::fresh);
    assertRefused(Callers.key(), Refusal.AUTHENTICATION_TOO_OLD, orders::fresh);
    assertRefused(AnonymousCaller.INSTANCE, Refusal.CREDENTIAL_MISSING, orders::fresh);
  }

  @Test
  void eachOfThemIsReplacedByItsLikeAlone() throws Exception {
    Admin admin = container.select(Admin.class).get();
    Duration half = Duration.ofMinutes(30);
    assertThat(Callers.as(loggedIn(half, "admin"), admin::lenient)).isEqualTo("done");
    assertRefused(loggedIn(half), Refusal.ROLE_MISSING, admin::lenient);
    assertRefused(loggedIn(half), Refusal.AUTHENTICATION_TOO_OLD, admin::strict);
    assertThat(Callers.as(loggedIn(Duration.ZERO), admin::strict)).isEqualTo("done");
  }

  /**
   * The container itself would not start if an interceptor of this bean could not be passivated.
   */
  @Test
  void aBeanThatIsPassivatedIsSecuredBeforeAndAfter() throws Exception {
    assertThat(container.select(Basket.class).isResolvable()).isTrue();

    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ObjectOutputStream objects = new ObjectOutputStream(out)) {
      objects.writeObject(container.select(Kept.class).get());
    }
    try (ObjectInputStream objects =
        new ObjectInputStream(new ByteArrayInputStream(out.toByteArray()))) {
      Kept again = (Kept) objects.readObject();
      assertRefused(Callers.key(), Refusal.SCOPE_INSUFFICIENT, again::read);
    }
  }
}
