package io.github.sallyport.cdi;

import io.github.sallyport.audit.AuditTrail;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.HandlesTypes;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Has the servlet container find every class that carries {@link Secured} or its like, also those
 * that CDI never looks at: one that is neither bean nor resource would be open, so it stops the
 * deployment.
 *
 * <p>CDI may start before this (WildFly) or after it (Weld on Tomcat). Who comes second has the
 * whole picture: the extension takes what was seen here, or the listener asks the extension. An
 * extension that comes first and finds a mistake does not wait; it completes its report by {@link
 * ClassFiles}.
 */
@HandlesTypes({Secured.class, Guarded.class, Fresh.class, Audited.class})
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
  public void onStartup(@Nullable Set<Class<?>> classes, ServletContext context)
      throws ServletException {
    Optional<String> login = TokenBridge.mistake(context);
    if (login.isPresent()) throw new ServletException(login.get());
    Set<Class<?>> secured = classes == null ? new HashSet<>() : new HashSet<>(classes);
    secured.removeIf(type -> type.getPackageName().equals(Secured.class.getPackageName()));
    SEEN.put(context.getClassLoader(), secured);
    context.addListener(new Check(secured));
  }

  /** Asks once CDI is up, as it is before the first listener is told; then audit is heard. */
  private static final class Check implements ServletContextListener {
    private final Set<Class<?>> seen;
    // Set and read by the thread that starts and stops the application.
    private AuditTrail.Listening listening = () -> {};
    private @Nullable SallyportExtension extension;

    private Check(Set<Class<?>> seen) {
      this.seen = seen;
    }

    @Override
    public void contextInitialized(ServletContextEvent event) {
      Optional<String> report;
      try {
        BeanManager beans = CDI.current().getBeanManager();
        extension = beans.getExtension(SallyportExtension.class);
        extension.opened(event.getServletContext());
        report = extension.mistakes(seen, beans);
        if (event.getServletContext().getAttribute(AuditTrail.class.getName())
            instanceof AuditTrail trail) {
          listening = AuditEvents.begin(trail, beans);
        }
      } catch (IllegalStateException | IllegalArgumentException e) {
        // No CDI in this application: then nothing is a bean.
        report =
            SecuredUse.report(
                seen, Set.of(), new Demands(false), policies -> policies.unknown(Set.of()));
      }
      report.ifPresent(
          text -> {
            throw new IllegalStateException(text);
          });
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
      listening.close();
      if (extension != null) extension.opened(null);
      SEEN.remove(event.getServletContext().getClassLoader());
    }
  }
}
