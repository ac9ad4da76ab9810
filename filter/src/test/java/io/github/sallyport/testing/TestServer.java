package io.github.sallyport.testing;

import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContainerInitializer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.ErrorPage;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;

/** A real servlet container in this process, on a free port of loopback, with one application. */
public final class TestServer implements AutoCloseable {
  private final Tomcat tomcat = new Tomcat();
  private final Context context;

  /** A server that is not started yet, whose application is the whole host. */
  public TestServer() throws IOException {
    this("");
  }

  /**
   * A server that is not started yet.
   *
   * @param contextPath the application's, as {@code /orders}
   */
  public TestServer(String contextPath) throws IOException {
    Path base = Files.createTempDirectory("sallyport-tomcat");
    base.toFile().deleteOnExit();
    tomcat.setBaseDir(base.toString());
    tomcat.setSilent(true);
    Connector connector = new Connector();
    connector.setPort(0);
    connector.setProperty("address", "127.0.0.1");
    connector.setProperty("maxHttpRequestHeaderSize", "32768");
    connector.setProperty("relaxedPathChars", "\\");
    connector.setProperty("encodedReverseSolidusHandling", "passthrough");
    connector.setEncodedSolidusHandling("passthrough");
    connector.setProperty("allowBackslash", "true");
    tomcat.setConnector(connector);
    context = tomcat.addContext(contextPath, base.toString());
  }

  /** Where it listens, for who has to say so to the application before that is started. */
  public int port() throws LifecycleException {
    if (tomcat.getServer().getState() == LifecycleState.NEW) tomcat.init();
    return tomcat.getConnector().getLocalPort();
  }

  /** Adds a servlet, as {@code web.xml} would: nobody takes its path away later. */
  public TestServer servlet(String pattern, Servlet servlet) {
    String name = "servlet" + pattern;
    Wrapper wrapper = Tomcat.addServlet(context, name, servlet);
    wrapper.setAsyncSupported(true);
    context.addServletMapping(pattern, name);
    return this;
  }

  /** Declares a filter as {@code web.xml} would: REQUEST alone, asynchronous. */
  public TestServer filter(
      Class<? extends Filter> type, Map<String, String> parameters, String... patterns) {
    FilterDef definition = new FilterDef();
    definition.setFilterName(type.getSimpleName());
    definition.setFilterClass(type.getName());
    definition.setAsyncSupported("true");
    new LinkedHashMap<>(parameters).forEach(definition::addInitParameter);
    context.addFilterDef(definition);
    return map(type, patterns, "REQUEST");
  }

  /** Declares the same filter once more, under another name. */
  public TestServer secondFilter(Class<? extends Filter> type, String pattern) {
    FilterDef definition = new FilterDef();
    definition.setFilterName("second");
    definition.setFilterClass(type.getName());
    context.addFilterDef(definition);
    FilterMap map = new FilterMap();
    map.setFilterName("second");
    map.addURLPattern(pattern);
    context.addFilterMap(map);
    return this;
  }

  /** Maps a declared filter to more. */
  public TestServer map(Class<? extends Filter> type, String[] patterns, String... dispatchers) {
    FilterMap map = new FilterMap();
    map.setFilterName(type.getSimpleName());
    for (String pattern : patterns) map.addURLPattern(pattern);
    for (String dispatcher : dispatchers) map.setDispatcher(dispatcher);
    context.addFilterMap(map);
    return this;
  }

  /** Adds what runs before any filter. */
  public TestServer initializer(ServletContainerInitializer initializer) {
    context.addServletContainerInitializer(initializer, Set.of());
    return this;
  }

  /** Shows this page for a status. */
  public TestServer errorPage(int status, String location) {
    ErrorPage page = new ErrorPage();
    page.setErrorCode(status);
    page.setLocation(location);
    context.addErrorPage(page);
    return this;
  }

  /**
   * Starts it.
   *
   * @return what speaks to it; empty answers come if the application could not be started, which
   *     {@link #isRunning} tells
   */
  public Wire start() throws LifecycleException {
    tomcat.start();
    return new Wire(tomcat.getConnector().getLocalPort());
  }

  /** Tells whether the application, not only the server, runs. */
  public boolean isRunning() {
    return context.getState() == LifecycleState.STARTED;
  }

  /** Stops the application alone. */
  public void stopApplication() throws LifecycleException {
    context.stop();
  }

  @Override
  public void close() throws LifecycleException {
    tomcat.stop();
    tomcat.destroy();
  }
}
