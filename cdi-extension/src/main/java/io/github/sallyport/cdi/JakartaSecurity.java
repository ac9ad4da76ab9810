package io.github.sallyport.cdi;

import io.github.sallyport.config.Mechanism;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.AfterTypeDiscovery;
import jakarta.security.enterprise.SecurityContext;
import jakarta.security.enterprise.authentication.mechanism.http.HttpAuthenticationMechanism;
import jakarta.servlet.http.HttpServletRequest;

/**
 * The bridge where the API is there, which alone means nothing: an implementation shows itself by
 * the class of its {@code SecurityContext}. Loaded only with the API.
 */
final class JakartaSecurity implements SecurityBridge {
  private boolean implemented;
  private boolean applicationHasMechanism;

  @Override
  public void look(Class<?> type) {
    if (type.isInterface()) return;
    implemented |= SecurityContext.class.isAssignableFrom(type);
    applicationHasMechanism |= HttpAuthenticationMechanism.class.isAssignableFrom(type);
  }

  @Override
  public void addMechanism(AfterTypeDiscovery event) {
    boolean wanted =
        switch (Mechanism.configured(Thread.currentThread().getContextClassLoader())) {
          case ON -> true;
          case OFF -> false;
          case AUTO -> implemented && !applicationHasMechanism;
        };
    if (wanted) {
      event.addAnnotatedType(SallyportMechanism.class, SallyportMechanism.class.getName());
    }
  }

  @Override
  public void addSecurityContext(AfterBeanDiscovery event) {
    if (implemented) return;
    event
        .<SecurityContext>addBean()
        .id(CurrentSecurityContext.class.getName())
        .beanClass(CurrentSecurityContext.class)
        .types(SecurityContext.class)
        .scope(Dependent.class)
        .produceWith(
            instance ->
                new CurrentSecurityContext(instance.select(HttpServletRequest.class).get()));
  }
}
