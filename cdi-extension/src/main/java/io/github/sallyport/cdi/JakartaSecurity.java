package io.github.sallyport.cdi;

import io.github.sallyport.config.Mechanism;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.AfterTypeDiscovery;
import jakarta.enterprise.inject.spi.AnnotatedMethod;
import jakarta.enterprise.inject.spi.AnnotatedType;
import jakarta.security.enterprise.SecurityContext;
import jakarta.security.enterprise.authentication.mechanism.http.HttpAuthenticationMechanism;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.annotation.Annotation;

/**
 * The bridge where the API is there, which alone means nothing: an implementation shows itself by
 * the class of its {@code SecurityContext}, or by a method that produces one. Loaded only with the
 * API.
 */
final class JakartaSecurity implements SecurityBridge {
  private boolean implemented;
  private boolean applicationHasMechanism;

  @Override
  public void look(AnnotatedType<?> type, boolean discovered) {
    Class<?> javaClass = type.getJavaClass();
    if (javaClass.isInterface()) return;
    implemented |=
        SecurityContext.class.isAssignableFrom(javaClass)
            || type.getMethods().stream().anyMatch(JakartaSecurity::producesSecurityContext);
    // An implementation adds the mechanisms that it has in stock, whether anybody wants one or not.
    applicationHasMechanism |=
        discovered
            && (HttpAuthenticationMechanism.class.isAssignableFrom(javaClass)
                || type.getAnnotations().stream().anyMatch(JakartaSecurity::definesMechanism));
  }

  private static boolean producesSecurityContext(AnnotatedMethod<?> method) {
    return method.isAnnotationPresent(Produces.class)
        && SecurityContext.class.isAssignableFrom(method.getJavaMember().getReturnType());
  }

  /** By name: each version of Jakarta Security has more of them (3.0, 2.4). */
  private static boolean definesMechanism(Annotation annotation) {
    String name = annotation.annotationType().getName();
    return name.startsWith("jakarta.security.enterprise.")
        && name.endsWith("AuthenticationMechanismDefinition");
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
