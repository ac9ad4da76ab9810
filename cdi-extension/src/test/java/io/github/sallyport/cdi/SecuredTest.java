package io.github.sallyport.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.AnonymousCaller;
import io.github.sallyport.Caller;
import io.github.sallyport.CredentialKind;
import io.github.sallyport.Refusal;
import io.github.sallyport.RefusedException;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InterceptorBinding;
import jakarta.interceptor.InvocationContext;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SecuredTest {
  private static SeContainer container;
  private static Orders orders;

  @ApplicationScoped
  static class Orders {
    @Secured(scopes = {"a", "b"})
    String scoped() {
      return "done";
    }

    @Secured(roles = {"admin", "clerk"})
    String roled() {
      return "done";
    }

    @Secured(credentials = CredentialKind.BEARER)
    String byToken() {
      return "done";
    }

    @Secured
    String anybody() {
      return "done";
    }

    String open() {
      return "done";
    }
  }

  @ApplicationScoped
  @Secured(roles = "admin")
  static class Admin {
    String onClass() {
      return "done";
    }

    @Secured
    String onMethod() {
      return "done";
    }
  }

  @ApplicationScoped
  static class Heir extends Admin {
    String own() {
      return "done";
    }
  }

  @ApplicationScoped
  static class Transactional {
    @Begins
    @Secured(scopes = "never")
    String change() {
      return "done";
    }
  }

  /** Stands for a transaction, at the priority that Jakarta Transactions gives its interceptor. */
  @InterceptorBinding
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.TYPE, ElementType.METHOD})
  @interface Begins {}

  @Begins
  @Interceptor
  @Priority(Interceptor.Priority.PLATFORM_BEFORE + 200)
  static class Transaction {
    private static boolean begun;

    @AroundInvoke
    Object begin(InvocationContext call) throws Exception {
      begun = true;
      return call.proceed();
    }
  }

  @BeforeAll
  static void start() {
    container =
        SeContainerInitializer.newInstance()
            .disableDiscovery()
            .addExtensions(new SallyportExtension())
            .addBeanClasses(
                Orders.class, Admin.class, Heir.class, Transactional.class, Transaction.class)
            .initialize();
    orders = container.select(Orders.class).get();
  }

  @AfterAll
  static void stop() {
    container.close();
  }

  private static <T> void assertRefused(
      Caller caller, T bean, Function<T, String> call, Refusal refusal) {
    assertThatThrownBy(() -> Callers.as(caller, () -> call.apply(bean)))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.refused().refusal()).isEqualTo(refusal));
  }

  private static <T> void assertDone(Caller caller, T bean, Function<T, String> call)
      throws Exception {
    assertThat(Callers.as(caller, () -> call.apply(bean))).isEqualTo("done");
  }

  @Test
  void allScopesAreNeeded() throws Exception {
    assertRefused(Callers.key("a"), orders, Orders::scoped, Refusal.SCOPE_INSUFFICIENT);
    assertDone(Callers.key("a", "b", "c"), orders, Orders::scoped);
  }

  @Test
  void anyRoleWillDo() throws Exception {
    assertRefused(Callers.user("u", "user"), orders, Orders::roled, Refusal.ROLE_MISSING);
    assertDone(Callers.user("u", "clerk"), orders, Orders::roled);
  }

  @Test
  void theKindOfCredentialIsAskedFor() throws Exception {
    assertRefused(Callers.key(), orders, Orders::byToken, Refusal.CREDENTIAL_KIND_REFUSED);
    assertDone(Callers.user("u"), orders, Orders::byToken);
  }

  @Test
  void withoutMembersAnybodyWhoIsSomebodyMayCall() throws Exception {
    assertDone(Callers.key(), orders, Orders::anybody);
    assertRefused(AnonymousCaller.INSTANCE, orders, Orders::anybody, Refusal.CREDENTIAL_MISSING);
  }

  @Test
  void whatIsNotSecuredIsOpen() throws Exception {
    assertDone(AnonymousCaller.INSTANCE, orders, Orders::open);
    assertThat(orders.open()).isEqualTo("done");
  }

  @Test
  void theMethodReplacesWhatItsClassSays() throws Exception {
    Admin admin =
        container.select(Admin.class).stream()
            .filter(a -> !(a instanceof Heir))
            .findFirst()
            .orElseThrow();
    assertRefused(Callers.user("u"), admin, Admin::onClass, Refusal.ROLE_MISSING);
    assertDone(Callers.user("u", "admin"), admin, Admin::onClass);
    assertDone(Callers.user("u"), admin, Admin::onMethod);
  }

  @Test
  void aSubclassIsSecuredAsItsSuperclassIs() throws Exception {
    Heir heir = container.select(Heir.class).get();
    assertRefused(Callers.user("u"), heir, Heir::own, Refusal.ROLE_MISSING);
    assertRefused(Callers.user("u"), heir, Heir::onClass, Refusal.ROLE_MISSING);
    assertDone(Callers.user("u", "admin"), heir, Heir::own);
  }

  @Test
  void aRefusedCallBeginsNoTransaction() {
    Transaction.begun = false;
    Transactional bean = container.select(Transactional.class).get();
    assertRefused(Callers.key("a"), bean, Transactional::change, Refusal.SCOPE_INSUFFICIENT);
    assertThat(Transaction.begun).isFalse();
  }

  @Test
  void whereNoSallyportStoodOnTheWayNobodyGetsInAndOneErrorNamesTheMend() {
    List<String> logged = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            logged.add(record.getLevel() + " " + new SimpleFormatter().formatMessage(record));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger("sallyport.cdi");
    logger.addHandler(handler);
    try {
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(orders::anybody)
            .isInstanceOfSatisfying(
                RefusedException.class,
                e -> assertThat(e.refused().refusal()).isEqualTo(Refusal.POLICY_DENIED));
      }
    } finally {
      logger.removeHandler(handler);
    }
    assertThat(logged)
        .singleElement()
        .asString()
        .startsWith("SEVERE " + Orders.class.getName() + ".anybody is @Secured")
        .contains("url-pattern");
  }
}
