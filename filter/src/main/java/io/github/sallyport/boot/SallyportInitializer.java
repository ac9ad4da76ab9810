package io.github.sallyport.boot;

import io.github.sallyport.access.AccessRules;
import io.github.sallyport.config.ConfigurationException;
import io.github.sallyport.config.SallyportSettings;
import io.github.sallyport.config.SettingsReader;
import io.github.sallyport.http.FilterCoverage;
import io.github.sallyport.http.SallyportFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Opens Sallyport in a web application that declares its filter, and closes it with the
 * application.
 *
 * <p>The container finds it in our jar (Servlet 6.0, 8.2.4). It completes the filter's mapping, so
 * that a deployer writes one {@code url-pattern} and no {@code <dispatcher>}: our endpoints go
 * through the filter, and asynchronous and error dispatches of every path, where it only restores
 * the caller.
 */
public final class SallyportInitializer implements ServletContainerInitializer {
  private static final System.Logger LOG = System.getLogger("sallyport.boot");

  /** How the name of Jetty's filter ends, in each of its environments. */
  private static final String SOCKETS = "WebSocketUpgradeFilter";

  /** What is open, by its application; it goes with the application's end. */
  private static final Map<ClassLoader, Closer> OPEN =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final Clock clock;

  /** Made by the container. */
  public SallyportInitializer() {
    this(Clock.systemUTC());
  }

  /**
   * @param clock what tells the time of day, in place of the system's
   */
  SallyportInitializer(Clock clock) {
    this.clock = clock;
  }

  @Override
  public void onStartup(@Nullable Set<Class<?>> classes, ServletContext context)
      throws ServletException {
    List<FilterRegistration> filters =
        context.getFilterRegistrations().values().stream()
            .<FilterRegistration>map(registration -> registration)
            .filter(filter -> SallyportFilter.class.getName().equals(filter.getClassName()))
            .toList();
    if (filters.isEmpty()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "sallyport-filter is on the class path of this application, but its web.xml declares no"
              + " <filter> of the class {0}: nothing is protected.",
          SallyportFilter.class.getName());
      return;
    }
    if (filters.size() > 1) {
      throw new ServletException(
          "Sallyport does not start: web.xml declares "
              + filters.size()
              + " filters of the class "
              + SallyportFilter.class.getName()
              + ". Declare one, and give it several url-patterns.");
    }
    FilterRegistration filter = filters.get(0);
    filter.addMappingForUrlPatterns(
        EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR),
        true,
        AccessRules.ENDPOINTS + "/*");
    FilterCoverage guarded = FilterCoverage.of(filter);
    Closer closer = new Closer();
    context.addListener(closer);
    try {
      SallyportSettings settings =
          SettingsReader.read(
              filter.getInitParameters(), context.getClassLoader(), System.getenv());
      closer.deployment = Deployment.open(context, settings, guarded, clock);
      OPEN.put(context.getClassLoader(), closer);
    } catch (ConfigurationException e) {
      // The report is the message: a stack trace of ours would only hide it.
      throw new ServletException(e.getMessage());
    } catch (RuntimeException e) {
      throw new ServletException("Sallyport does not start: " + e.getMessage(), e);
    }
    filter.addMappingForUrlPatterns(
        EnumSet.of(DispatcherType.ASYNC, DispatcherType.ERROR), true, "/*");
    if (socketsComeFirst(context)) {
      LOG.log(
          System.Logger.Level.ERROR,
          "Handshakes of WebSocket go around Sallyport: Jetty has a filter of its own before all"
              + " others. Declare "
              + SOCKETS
              + " in web.xml, behind ours and with a mapping to /*.");
    }
  }

  /** What Jetty makes itself it puts first; what web.xml declares stays where that has it. */
  private static boolean socketsComeFirst(ServletContext context) {
    if (context.getFilterRegistrations().values().stream()
        .map(FilterRegistration::getClassName)
        .noneMatch(name -> name != null && name.endsWith(SOCKETS))) return false;
    try (InputStream declared = context.getResourceAsStream("/WEB-INF/web.xml")) {
      return declared == null
          || !new String(declared.readAllBytes(), StandardCharsets.UTF_8).contains(SOCKETS);
    } catch (IOException e) {
      return true;
    }
  }

  /**
   * Closes what an application opened, for whoever knows of its end where the container tells no
   * listener: Undertow does not where the start of another one failed. Closing twice is harmless.
   */
  public static void closeIn(ClassLoader application) {
    Closer open = OPEN.remove(application);
    if (open != null) open.close();
  }

  /** Closes the deployment with its application. */
  private static final class Closer implements ServletContextListener {
    // Set by onStartup, which the container finishes before it calls any listener.
    private @Nullable Deployment deployment;

    @Override
    public void contextDestroyed(ServletContextEvent event) {
      OPEN.remove(event.getServletContext().getClassLoader());
      close();
    }

    void close() {
      if (deployment != null) deployment.close();
    }
  }
}
