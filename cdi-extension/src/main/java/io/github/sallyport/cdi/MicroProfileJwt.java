package io.github.sallyport.cdi;

import jakarta.enterprise.inject.spi.AfterTypeDiscovery;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.InjectionPoint;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The bridge where MicroProfile JWT's API is. Loaded only there. */
final class MicroProfileJwt implements TokenBridge {
  // Without Jakarta JSON Processing the JVM itself can't read a @Claim.
  private final boolean claims = SallyportExtension.isThere("jakarta.json.JsonValue");
  private final List<InjectionPoint> points = new CopyOnWriteArrayList<>();

  @Override
  public void look(InjectionPoint point) {
    if (claims && ClaimUse.claim(point).isPresent()) points.add(point);
  }

  @Override
  public void addBeans(AfterTypeDiscovery event) {
    event.addAnnotatedType(InjectedToken.class, InjectedToken.class.getName());
    if (claims) event.addAnnotatedType(ClaimProducers.class, ClaimProducers.class.getName());
  }

  @Override
  public Optional<String> mistakes(BeanManager beans) {
    return points.isEmpty() ? Optional.empty() : new ClaimUse(beans).report(points);
  }
}
