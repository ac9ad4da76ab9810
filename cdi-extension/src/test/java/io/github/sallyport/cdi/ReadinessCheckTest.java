package io.github.sallyport.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Health;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.servlet.ServletContext;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What MicroProfile Health hears. */
class ReadinessCheckTest {
  private Health.Status store = Health.Status.UP;

  @Test
  void aNodeIsReadyWhileRequestsCanBeAnsweredAndSaysNoMoreThanThat() {
    SallyportExtension extension = new SallyportExtension();
    try (SeContainer container =
        SeContainerInitializer.newInstance()
            .disableDiscovery()
            .addExtensions(extension)
            .initialize()) {
      HealthCheck check = container.select(HealthCheck.class, Readiness.Literal.INSTANCE).get();
      assertThat(check.call().getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
      extension.opened(context());
      HealthCheckResponse up = check.call();
      assertThat(up.getName()).isEqualTo("sallyport");
      assertThat(up.getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
      assertThat(up.getData()).as("parts are for administrators").isEmpty();
      store = Health.Status.DEGRADED;
      assertThat(check.call().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
      store = Health.Status.DOWN;
      assertThat(check.call().getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
      store = Health.Status.UP;
      extension.opened(null);
      assertThat(check.call().getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
      assertThat(container.select(HealthCheck.class, Liveness.Literal.INSTANCE).isUnsatisfied())
          .as("a restart brings no database back")
          .isTrue();
    }
  }

  /** A context with nothing but the attribute that Sallyport sets. */
  private ServletContext context() {
    Supplier<Health> health =
        () -> new Health(List.of(new Health.Part("store", store, "As the test says.")));
    return (ServletContext)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {ServletContext.class},
            (proxy, method, arguments) -> attribute(arguments, health));
  }

  private static @Nullable Object attribute(Object[] arguments, Supplier<Health> health) {
    return arguments[0].equals(Health.class.getName()) ? health : null;
  }
}
