package io.github.sallyport.cdi;

import jakarta.enterprise.inject.spi.AfterTypeDiscovery;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.InjectionPoint;
import java.util.Optional;

/** Joins MicroProfile JWT: its beans where its API is, nothing where that is not. */
interface TokenBridge {

  /** Looks at an injection point. */
  void look(InjectionPoint point);

  /** Adds the beans of the token and of its claims. */
  void addBeans(AfterTypeDiscovery event);

  /** A report of what was seen that can't be; empty: nothing. */
  Optional<String> mistakes(BeanManager beans);

  /** The bridge for what is on the class path. */
  static TokenBridge find() {
    return SallyportExtension.isThere("org.eclipse.microprofile.jwt.JsonWebToken")
        ? new MicroProfileJwt()
        : new Absent();
  }

  /** Without the API nobody can ask for it. */
  final class Absent implements TokenBridge {
    @Override
    public void look(InjectionPoint point) {}

    @Override
    public void addBeans(AfterTypeDiscovery event) {}

    @Override
    public Optional<String> mistakes(BeanManager beans) {
      return Optional.empty();
    }
  }
}
