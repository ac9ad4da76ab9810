package io.github.sallyport.cdi;

import io.github.sallyport.Caller;
import io.github.sallyport.Health;
import io.github.sallyport.audit.AuditTrail;
import io.github.sallyport.boot.SallyportInitializer;
import io.github.sallyport.config.Jsr250Setting;
import io.github.sallyport.key.ApiKeys;
import io.github.sallyport.token.Tokens;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Default;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.AfterTypeDiscovery;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanAttributes;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.BeforeBeanDiscovery;
import jakarta.enterprise.inject.spi.BeforeShutdown;
import jakarta.enterprise.inject.spi.DefinitionException;
import jakarta.enterprise.inject.spi.DeploymentException;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;
import jakarta.enterprise.inject.spi.ProcessBean;
import jakarta.enterprise.inject.spi.ProcessBeanAttributes;
import jakarta.enterprise.inject.spi.ProcessInjectionPoint;
import jakarta.enterprise.inject.spi.ProcessManagedBean;
import jakarta.enterprise.inject.spi.ProcessSyntheticAnnotatedType;
import jakarta.servlet.ServletContext;
import java.lang.reflect.Method;
import java.security.Principal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is secured or audited, reports every mistake of it at once, and adds the beans of
 * {@link Caller}, {@link ApiKeys}, {@link AuditTrail} and {@link Tokens}. It decides nothing.
 */
public class SallyportExtension implements Extension {
  private final Set<Class<?>> secured = ConcurrentHashMap.newKeySet();
  private final Set<Class<?>> beans = ConcurrentHashMap.newKeySet();
  private final Set<Bean<?>> policies = ConcurrentHashMap.newKeySet();
  private final SecurityBridge bridge = SecurityBridge.find();
  private final TokenBridge tokens = TokenBridge.find();
  // Written by the thread that starts and stops the application, read by whoever asks how it does.
  private volatile @Nullable ServletContext application;
  // Set before the application's own code can run.
  private volatile @Nullable ClassLoader loader;
  // Written and read by the thread that starts CDI.
  private boolean applicationsPrincipal;
  // Replaced by the thread that starts CDI, before any type is looked at.
  private volatile Demands demands = new Demands(false);

  /** Made by the CDI container. */
  public SallyportExtension() {}

  void addInterceptors(@Observes BeforeBeanDiscovery event) {
    demands = new Demands(Jsr250Setting.isOn(Thread.currentThread().getContextClassLoader()));
    bridge.addMechanism(event);
    event.addInterceptorBinding(Guarded.class);
    event.addInterceptorBinding(Fresh.class);
    event.addInterceptorBinding(Secured.class);
    event.addAnnotatedType(SecuredInterceptor.class, SecuredInterceptor.class.getName());
    event.addInterceptorBinding(Audited.class);
    event.addAnnotatedType(AuditedInterceptor.class, AuditedInterceptor.class.getName());
    event.addAnnotatedType(InjectedCaller.class, InjectedCaller.class.getName());
    bridge.addInterceptors(event);
  }

  void note(@Observes ProcessAnnotatedType<?> event) {
    if (Bindings.add(event, demands)) secured.add(event.getAnnotatedType().getJavaClass());
  }

  void noteSecurity(@Observes ProcessAnnotatedType<?> event) {
    bridge.bind(event);
    bridge.look(event.getAnnotatedType(), !(event instanceof ProcessSyntheticAnnotatedType<?>));
    tokens.look(event);
  }

  void addMechanism(@Observes AfterTypeDiscovery event) {
    bridge.addMechanism(event);
    tokens.addBeans(event);
  }

  void noteInjection(@Observes ProcessInjectionPoint<?, ?> event) {
    tokens.look(event.getInjectionPoint());
  }

  void noteBean(@Observes ProcessManagedBean<?> event) {
    beans.add(event.getBean().getBeanClass());
  }

  void notePolicy(@Observes ProcessBean<?> event) {
    if (Policies.isPolicy(event.getBean())) policies.add(event.getBean());
  }

  void notePrincipal(@Observes ProcessBeanAttributes<?> event) {
    BeanAttributes<?> bean = event.getBeanAttributes();
    applicationsPrincipal |=
        bean.getTypes().contains(Principal.class)
            && bean.getQualifiers().contains(Default.Literal.INSTANCE);
  }

  void addBeans(@Observes AfterBeanDiscovery event) {
    addOpened(event, ApiKeys.class);
    addOpened(event, AuditTrail.class);
    addOpened(event, Tokens.class);
    bridge.addSecurityContext(event);
    if (bridge.leavesPrincipalFree() && !applicationsPrincipal) addPrincipal(event);
    if (isThere("org.eclipse.microprofile.health.HealthCheck")) {
      ReadinessCheck.add(event, this::health);
    }
  }

  /** An alternative, since OpenWebBeans has one that is null where no server is behind it. */
  private static void addPrincipal(AfterBeanDiscovery event) {
    event
        .<Principal>addBean()
        .id(InjectedCaller.class.getName() + " as Principal")
        .beanClass(InjectedCaller.class)
        .types(Principal.class)
        .alternative(true)
        .priority(1)
        .scope(Dependent.class)
        .produceWith(instance -> new InjectedCaller());
  }

  static boolean isThere(String className) {
    try {
      Class.forName(className, false, SallyportExtension.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** Where Sallyport is open now; null: nowhere. */
  void opened(@Nullable ServletContext context) {
    application = context;
  }

  /** Null: Sallyport is open nowhere. */
  @Nullable AuditTrail trail() {
    ServletContext context = application;
    return context != null
            && context.getAttribute(AuditTrail.class.getName()) instanceof AuditTrail trail
        ? trail
        : null;
  }

  private Optional<Health> health() {
    ServletContext context = application;
    if (context == null) return Optional.empty();
    Object health = context.getAttribute(Health.class.getName());
    return health instanceof Supplier<?> now && now.get() instanceof Health told
        ? Optional.of(told)
        : Optional.empty();
  }

  /** Found when it is injected: CDI may start before the servlet container has opened Sallyport. */
  private static <T> void addOpened(AfterBeanDiscovery event, Class<T> type) {
    event
        .<T>addBean()
        .id(type.getName())
        .beanClass(type)
        .types(type)
        .scope(Dependent.class)
        .produceWith(instance -> opened(instance.select(ServletContext.class).get(), type));
  }

  private static <T> T opened(ServletContext context, Class<T> type) {
    Object opened = context.getAttribute(type.getName());
    if (type.isInstance(opened)) return type.cast(opened);
    if (type == Tokens.class && context.getAttribute(ApiKeys.class.getName()) != null) {
      throw new IllegalStateException(
          "This application issues no tokens: set sallyport.token.issuer, or inject no Tokens");
    }
    throw new IllegalStateException(
        "Sallyport is not open in this application yet, or not any more: inject "
            + type.getSimpleName()
            + " into what is made once the application has started");
  }

  /** Before the container looks itself: it would stop at the first final method that it meets. */
  void report(@Observes AfterBeanDiscovery event, BeanManager beanManager) {
    loader = Thread.currentThread().getContextClassLoader();
    Optional<String> claims = tokens.mistakes(beanManager);
    Optional<Set<Class<?>>> seen =
        SecuredClasses.seenIn(Thread.currentThread().getContextClassLoader());
    seen.ifPresent(this::add);
    if (claims.isEmpty()
        && SecuredUse.report(secured, beans, demands, named -> List.of()).isEmpty()) {
      demands.prepare();
      return;
    }
    // To wait for the servlet container would mean to let CDI start with doors that do not lock.
    if (seen.isEmpty()) seen = ClassFiles.securedBeside(secured);
    seen.ifPresent(this::add);
    String report =
        Stream.of(
                SecuredUse.report(secured, beans, demands, named -> named.unknown(policies)),
                claims)
            .flatMap(Optional::stream)
            .collect(Collectors.joining("\n"));
    if (seen.isEmpty()) report += "\nClasses that CDI does not look at are checked after these.";
    event.addDefinitionError(new DefinitionException(report));
  }

  void reportLate(@Observes AfterDeploymentValidation event, BeanManager beanManager) {
    tokens
        .lateMistakes(beanManager)
        .ifPresent(report -> event.addDeploymentProblem(new DeploymentException(report)));
  }

  /** Undertow tells no listener of the end of an application whose start failed. */
  void close(@Observes BeforeShutdown event) {
    ClassLoader here = loader;
    if (here != null) SallyportInitializer.closeIn(here);
  }

  private void add(Set<Class<?>> seen) {
    secured.addAll(seen);
  }

  /** Asks for the policies, which nobody could before. */
  void findPolicies(@Observes AfterDeploymentValidation event, BeanManager manager) {
    mistakes(Set.of(), manager)
        .ifPresent(report -> event.addDeploymentProblem(new DeploymentException(report)));
  }

  /** What can't be enforced in these classes; empty: everything can. */
  Optional<String> mistakes(Set<Class<?>> seen, BeanManager manager) {
    return SecuredUse.report(seen, beans, demands, named -> named.find(manager, policies));
  }

  /** What is asked before a method of a bean or resource; empty: nothing is. */
  Optional<Demand> demand(Class<?> type, Method method) {
    return demands.of(type, method);
  }

  /** Whether CDI has looked at a class that is secured. */
  boolean knows(Class<?> type) {
    return demands.knows(type);
  }
}
