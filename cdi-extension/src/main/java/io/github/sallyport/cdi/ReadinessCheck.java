package io.github.sallyport.cdi;

import io.github.sallyport.Health;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Tells MicroProfile Health whether requests can be answered, as {@code GET /sallyport/health}
 * does: one word, since everybody can ask there.
 *
 * <p>Loaded only where MicroProfile Health is.
 */
final class ReadinessCheck implements HealthCheck {
  private final Supplier<Optional<Health>> health;

  private ReadinessCheck(Supplier<Optional<Health>> health) {
    this.health = health;
  }

  /**
   * Adds the check as a bean.
   *
   * @param health empty while Sallyport is not open: then nothing can be answered
   */
  static void add(AfterBeanDiscovery event, Supplier<Optional<Health>> health) {
    event
        .<HealthCheck>addBean()
        .id(ReadinessCheck.class.getName())
        .beanClass(ReadinessCheck.class)
        .types(HealthCheck.class)
        .qualifiers(Readiness.Literal.INSTANCE)
        .scope(Dependent.class)
        .produceWith(instance -> new ReadinessCheck(health));
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("sallyport")
        .status(health.get().filter(Health::isUp).isPresent())
        .build();
  }
}
