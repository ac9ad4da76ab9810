package io.github.sallyport.cdi;

import io.github.sallyport.config.Mechanism;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.AfterTypeDiscovery;
import jakarta.enterprise.inject.spi.AnnotatedMethod;
import jakarta.enterprise.inject.spi.AnnotatedType;
import jakarta.enterprise.inject.spi.BeforeBeanDiscovery;
import jakarta.enterprise.inject.spi.DefinitionException;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;
import jakarta.enterprise.util.AnnotationLiteral;
import jakarta.security.enterprise.SecurityContext;
import jakarta.security.enterprise.authentication.mechanism.http.HttpAuthenticationMechanism;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.annotation.Annotation;
import org.jspecify.annotations.Nullable;

/**
 * The bridge where the API is there, which alone means nothing: an implementation shows itself by
 * the class of its {@code SecurityContext}, or by a method that produces one. Loaded only with the
 * API.
 */
final class JakartaSecurity implements SecurityBridge {
  // Open Liberty hears of mechanisms by ProcessAnnotatedType alone, which is before anybody knows
  // whether the application has one.
  private static final boolean LIBERTY = System.getProperty("wlp.install.dir") != null;

  // These discover what they have in stock as an application's classes, and don't load it as they
  // are; Payara comes from GlassFish.
  private static final boolean SHOWS_STOCK =
      LIBERTY || System.getProperty("com.sun.aas.instanceRoot") != null;

  private boolean implemented;
  private @Nullable Class<?> applicationsMechanism;

  @Override
  public void addInterceptors(BeforeBeanDiscovery event) {
    event.addInterceptorBinding(Later.class);
    event.addAnnotatedType(LaterInterceptor.class, LaterInterceptor.class.getName());
  }

  @Override
  public void bind(ProcessAnnotatedType<?> event) {
    if (SessionBeans.runLater(event.getAnnotatedType().getJavaClass())) {
      event.configureAnnotatedType().add(new LaterLiteral());
    }
  }

  @Override
  public void look(AnnotatedType<?> type, boolean discovered) {
    Class<?> javaClass = type.getJavaClass();
    if (javaClass.isInterface()) return;
    implemented |=
        SecurityContext.class.isAssignableFrom(javaClass)
            || type.getMethods().stream().anyMatch(JakartaSecurity::producesSecurityContext);
    // An implementation adds the mechanisms that it has in stock, whether anybody wants one or not.
    if (discovered
        && (HttpAuthenticationMechanism.class.isAssignableFrom(javaClass)
            || type.getAnnotations().stream().anyMatch(JakartaSecurity::definesMechanism))) {
      if (!SHOWS_STOCK || isOfApplication(javaClass)) applicationsMechanism = javaClass;
    }
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
  public void addMechanism(BeforeBeanDiscovery event) {
    if (LIBERTY && configured() != Mechanism.OFF) {
      event.addAnnotatedType(SallyportMechanism.class, SallyportMechanism.class.getName());
    }
  }

  @Override
  public void addMechanism(AfterTypeDiscovery event) {
    boolean wanted =
        switch (configured()) {
          case ON -> true;
          case OFF -> false;
          case AUTO -> implemented && applicationsMechanism == null;
        };
    if (wanted && !LIBERTY) {
      event.addAnnotatedType(SallyportMechanism.class, SallyportMechanism.class.getName());
    }
  }

  private static Mechanism configured() {
    return Mechanism.configured(Thread.currentThread().getContextClassLoader());
  }

  private static boolean isOfApplication(Class<?> type) {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    while (loader != null && loader != type.getClassLoader()) loader = loader.getParent();
    return loader != null;
  }

  @Override
  public void addSecurityContext(AfterBeanDiscovery event) {
    if (LIBERTY && applicationsMechanism != null && configured() == Mechanism.AUTO) {
      event.addDefinitionError(
          new DefinitionException(
              applicationsMechanism.getName()
                  + " is or defines an HttpAuthenticationMechanism, and Open Liberty takes one alone:"
                  + " sallyport.mechanism=off leaves it to the application's"));
    }
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

  @Override
  public boolean leavesPrincipalFree() {
    return !implemented;
  }

  private static final class LaterLiteral extends AnnotationLiteral<Later> implements Later {
    private static final long serialVersionUID = 1L;
  }
}
