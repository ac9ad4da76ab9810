package io.github.sallyport.cdi;

import io.github.sallyport.Caller;
import io.github.sallyport.key.ApiKeys;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.AfterTypeDiscovery;
import jakarta.enterprise.inject.spi.BeforeBeanDiscovery;
import jakarta.enterprise.inject.spi.DefinitionException;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;
import jakarta.enterprise.inject.spi.ProcessManagedBean;
import jakarta.enterprise.inject.spi.ProcessSyntheticAnnotatedType;
import jakarta.enterprise.inject.spi.WithAnnotations;
import jakarta.servlet.ServletContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds what is secured, reports every mistake of it at once, and adds the beans of {@link Caller}
 * and {@link ApiKeys}. It decides nothing.
 */
public class SallyportExtension implements Extension {
  private final Set<Class<?>> secured = ConcurrentHashMap.newKeySet();
  private final Set<Class<?>> beans = ConcurrentHashMap.newKeySet();
  private final SecurityBridge bridge = SecurityBridge.find();

  /** Made by the CDI container. */
  public SallyportExtension() {}

  void addInterceptor(@Observes BeforeBeanDiscovery event) {
    event.addInterceptorBinding(Secured.class);
    event.addAnnotatedType(SecuredInterceptor.class, SecuredInterceptor.class.getName());
  }

  void note(@Observes @WithAnnotations(Secured.class) ProcessAnnotatedType<?> event) {
    Class<?> type = event.getAnnotatedType().getJavaClass();
    if (type != SecuredInterceptor.class) secured.add(type);
  }

  void noteSecurity(@Observes ProcessAnnotatedType<?> event) {
    bridge.look(event.getAnnotatedType(), !(event instanceof ProcessSyntheticAnnotatedType<?>));
  }

  void addMechanism(@Observes AfterTypeDiscovery event) {
    bridge.addMechanism(event);
  }

  void noteBean(@Observes ProcessManagedBean<?> event) {
    beans.add(event.getBean().getBeanClass());
  }

  void addBeans(@Observes AfterBeanDiscovery event) {
    event
        .<Caller>addBean()
        .id(InjectedCaller.class.getName())
        .beanClass(InjectedCaller.class)
        // Caller alone: as a Principal it would make everybody's @Inject Principal ambiguous.
        .types(Caller.class)
        .scope(Dependent.class)
        .produceWith(instance -> new InjectedCaller());
    event
        .<ApiKeys>addBean()
        .id(ApiKeys.class.getName())
        .beanClass(ApiKeys.class)
        .types(ApiKeys.class)
        .scope(Dependent.class)
        .produceWith(instance -> keys(instance.select(ServletContext.class).get()));
    bridge.addSecurityContext(event);
  }

  /** Found when it is injected: CDI may start before the servlet container has opened Sallyport. */
  private static ApiKeys keys(ServletContext context) {
    if (context.getAttribute(ApiKeys.class.getName()) instanceof ApiKeys keys) return keys;
    throw new IllegalStateException(
        "Sallyport is not open in this application yet, or not any more: inject ApiKeys into what"
            + " is made once the application has started");
  }

  /** Before the container looks itself: it would stop at the first final method that it meets. */
  void report(@Observes AfterBeanDiscovery event) {
    Optional<Set<Class<?>>> seen =
        SecuredClasses.seenIn(Thread.currentThread().getContextClassLoader());
    seen.ifPresent(secured::addAll);
    if (mistakes(secured).isEmpty()) return;
    // To wait for the servlet container would mean to let CDI start with doors that do not lock.
    if (seen.isEmpty()) seen = ClassFiles.securedBeside(secured);
    seen.ifPresent(secured::addAll);
    String report = SecuredUse.report(mistakes(secured));
    if (seen.isEmpty()) report += "\nClasses that CDI does not look at are checked after these.";
    event.addDefinitionError(new DefinitionException(report));
  }

  /** What can't be enforced in these classes, a sentence each, in a stable order. */
  List<String> mistakes(Set<Class<?>> classes) {
    return SecuredUse.mistakes(classes, beans);
  }
}
