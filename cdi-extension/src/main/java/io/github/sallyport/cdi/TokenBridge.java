package io.github.sallyport.cdi;

import jakarta.enterprise.inject.spi.AfterTypeDiscovery;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.InjectionPoint;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;
import jakarta.servlet.ServletContext;
import java.util.Optional;

/** Joins MicroProfile JWT: its beans where its API is, nothing where that is not. */
interface TokenBridge {

  /** Looks at a type. */
  void look(ProcessAnnotatedType<?> event);

  /** Looks at an injection point. */
  void look(InjectionPoint point);

  /** Adds the beans of the token and of its claims. */
  void addBeans(AfterTypeDiscovery event);

  /** A report of what was seen that can't be; empty: nothing. */
  Optional<String> mistakes(BeanManager beans);

  /** The same, of what only shows once all beans are known. */
  Optional<String> lateMistakes(BeanManager beans);

  /** The bridge for what is on the class path. */
  static TokenBridge find() {
    return isThere() ? new MicroProfileJwt() : new Absent();
  }

  /** What an application asks of its server that Sallyport does too; empty: nothing. */
  static Optional<String> mistake(ServletContext application) {
    return isThere() ? LoginConfigs.mistake(application) : Optional.empty();
  }

  private static boolean isThere() {
    return SallyportExtension.isThere("org.eclipse.microprofile.jwt.JsonWebToken");
  }

  /** Without the API nobody can ask for it. */
  final class Absent implements TokenBridge {
    @Override
    public void look(ProcessAnnotatedType<?> event) {}

    @Override
    public void look(InjectionPoint point) {}

    @Override
    public void addBeans(AfterTypeDiscovery event) {}

    @Override
    public Optional<String> mistakes(BeanManager beans) {
      return Optional.empty();
    }

    @Override
    public Optional<String> lateMistakes(BeanManager beans) {
      return Optional.empty();
    }
  }
}
