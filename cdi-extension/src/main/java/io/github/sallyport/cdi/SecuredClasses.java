package io.github.sallyport.cdi;

import jakarta.enterprise.inject.spi.CDI;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.HandlesTypes;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Has the servlet container find every class that carries {@link Secured}, also those that CDI
 * never looks at: one that is neither bean nor resource would be open, so it stops the deployment.
 *
 * <p>CDI may start before this (WildFly) or after it (Weld on Tomcat). Who comes second has the
 * whole picture: the extension takes what was seen here, or the listener asks the extension. An
 * extension that comes first and finds a mistake does not wait; it completes its report by {@link
 * ClassFiles}.
 */
@HandlesTypes(Secured.class)
public final class SecuredClasses implements ServletContainerInitializer {
  private static final Map<ClassLoader, Set<Class<?>>> SEEN =
      Collections.synchronizedMap(new WeakHashMap<>());

  /** Made by the container. */
  public SecuredClasses() {}

  /** The classes that were found in an application; empty if nobody looked yet. */
  static Optional<Set<Class<?>>> seenIn(ClassLoader application) {
    return Optional.ofNullable(SEEN.get(application));
  }

  @Override
  public void onStartup(@Nullable Set<Class<?>> classes, ServletContext context) {
    Set<Class<?>> secured = classes == null ? new HashSet<>() : new HashSet<>(classes);
    secured.removeIf(type -> type.getPackageName().equals(Secured.class.getPackageName()));
    SEEN.put(context.getClassLoader(), secured);
    context.addListener(new Check(secured));
  }

  /** Asks once CDI is up, as it is before the first listener is told. */
  private record Check(Set<Class<?>> secured) implements ServletContextListener {
    @Override
    public void contextInitialized(ServletContextEvent event) {
      List<String> mistakes;
      try {
        mistakes =
            CDI.current().getBeanManager().getExtension(SallyportExtension.class).mistakes(secured);
      } catch (IllegalStateException | IllegalArgumentException e) {
        // No CDI in this application: then nothing is a bean.
        mistakes = SecuredUse.mistakes(secured, Set.of());
      }
      if (!mistakes.isEmpty()) throw new IllegalStateException(SecuredUse.report(mistakes));
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
      SEEN.remove(event.getServletContext().getClassLoader());
    }
  }
}
