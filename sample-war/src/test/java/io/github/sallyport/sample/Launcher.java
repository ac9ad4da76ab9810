package io.github.sallyport.sample;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.ContextConfig;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.scan.StandardJarScanFilter;
import org.apache.tomcat.util.scan.StandardJarScanner;

/**
 * Runs the sample's WAR in an embedded Tomcat, until it is told to stop.
 *
 * <p>It listens on the loopback address alone: the sample's pepper and its demo issuer are for
 * trying things out, and belong on no network. The port is the system property {@code port}. All
 * other settings are the WAR's, which MicroProfile Config reads from the environment.
 */
public final class Launcher {
  private static final int DEFAULT_PORT = 8080;
  private static final int MAX_HEADER_BYTES = 32 * 1024;
  private static final String LOGGING =
      """
      handlers = java.util.logging.ConsoleHandler
      org.apache.level = WARNING
      com.hazelcast.level = WARNING
      com.zaxxer.level = WARNING
      org.ehcache.level = WARNING
      org.flywaydb.level = WARNING
      org.glassfish.level = SEVERE
      java.util.logging.SimpleFormatter.format = %1$tT %4$-7s %3$s: %5$s%6$s%n
      """;

  private Launcher() {}

  /**
   * Serves the WAR until it is told to stop.
   *
   * @param args the WAR; what the run writes goes beside it
   */
  public static void main(String[] args) throws IOException, GeneralSecurityException {
    Path war = Path.of(args[0]).toAbsolutePath();
    LogManager.getLogManager()
        .readConfiguration(new ByteArrayInputStream(LOGGING.getBytes(StandardCharsets.UTF_8)));
    Path data = data(war.resolveSibling("sallyport"));
    DeploymentReport report = new DeploymentReport();
    try {
      if (!DemoIssuer.deployerNamedOne()) DemoIssuer.install(data);
    } catch (IOException e) {
      report.add(new IOException("sallyport.data: the folder " + data + " can't be written", e));
      end(report);
    }

    Tomcat tomcat = new Tomcat();
    Logger.getLogger("").addHandler(report);
    Context context = deploy(tomcat, war, Integer.getInteger("port", DEFAULT_PORT));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(tomcat), "stop"));
    try {
      tomcat.start();
    } catch (LifecycleException e) {
      report.add(e);
    }
    // A deployment that failed leaves a server that runs, and answers 404 to everything.
    if (!report.isStarted(tomcat, context)) {
      stop(tomcat);
      end(report);
    }
    Logger.getLogger("").removeHandler(report);
    System.out.println(welcome(tomcat.getConnector().getLocalPort(), data));
    tomcat.getServer().await();
  }

  /** Ends the process with the report on its last lines, whatever Maven would say after it. */
  private static void end(DeploymentReport report) {
    System.out.flush();
    System.err.println(report.text());
    System.err.flush();
    Runtime.getRuntime().halt(1);
  }

  /** The folder that the deployer named, in the order of MicroProfile Config, or else this one. */
  private static Path data(Path byDefault) {
    String property = System.getProperty("sallyport.data");
    String variable = System.getenv("SALLYPORT_DATA");
    if (property != null) return Path.of(property);
    if (variable != null) return Path.of(variable);
    System.setProperty("sallyport.data", byDefault.toString());
    return byDefault;
  }

  private static Context deploy(Tomcat tomcat, Path war, int port) throws IOException {
    // In Maven's JVM the thread's class loader is Maven's, and the engine's parent would be too.
    ClassLoader own = Launcher.class.getClassLoader();
    Thread.currentThread().setContextClassLoader(own);
    Path base = war.resolveSibling("tomcat-" + port);
    Files.createDirectories(base.resolve("webapps"));
    tomcat.setBaseDir(base.toString());
    tomcat.getEngine().setParentClassLoader(own);
    tomcat.setConnector(connector(port));

    // No JSPs here: of what Tomcat gives every application, the default servlet will do.
    tomcat.setAddDefaultWebXmlToWebapp(false);
    ContextConfig config = new ContextConfig();
    config.setDefaultWebXml(tomcat.noDefaultWebXmlPath());
    Context context = tomcat.addWebapp(tomcat.getHost(), "", war.toString(), config);
    // A servlet that can't start is a failed deployment; and nothing of ours is the application's.
    ((StandardContext) context).setFailCtxIfServletStartFails(true);
    StandardJarScanner scanner = (StandardJarScanner) context.getJarScanner();
    scanner.setScanClassPath(false);
    // 15,000 classes, and none that a container looks for: seconds of each start.
    ((StandardJarScanFilter) scanner.getJarScanFilter()).setPluggabilitySkip("hazelcast-*.jar");
    Tomcat.addServlet(context, "default", "org.apache.catalina.servlets.DefaultServlet")
        .setAsyncSupported(true);
    context.addServletMappingDecoded("/", "default");
    return context;
  }

  private static Connector connector(int port) {
    Connector connector = new Connector();
    connector.setPort(port);
    connector.setProperty("address", "127.0.0.1");
    // Larger than our own limits, so that a credential beyond them gets our answer.
    connector.setProperty("maxHttpRequestHeaderSize", String.valueOf(MAX_HEADER_BYTES));
    connector.setThrowOnFailure(true);
    return connector;
  }

  private static void stop(Tomcat tomcat) {
    try {
      tomcat.stop();
      tomcat.destroy();
    } catch (LifecycleException e) {
      System.err.println("The sample did not stop cleanly: " + e);
    }
  }

  private static String welcome(int port, Path data) {
    String url = "http://localhost:" + port;
    Path key = data.resolve("initial-admin-key");
    String line =
        Files.exists(key)
            ? "curl -i -H \"X-API-Key: $(cat " + key + ")\" " + url + "/api/whoami"
            : "curl -i " + url + "/public/ping";
    return "%nThe sample answers at %s/ until Ctrl-C. Try:%n%n  %s%n".formatted(url, line);
  }
}
