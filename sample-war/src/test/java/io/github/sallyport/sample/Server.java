package io.github.sallyport.sample;

import java.nio.file.Path;
import java.util.Locale;

/** The servers that the container tests run on: for what differs by the server's own nature. */
enum Server {
  TOMCAT(false, "logs"),
  TOMCAT10(false, "logs"),
  JETTY(false, ""),
  JETTY_FLOOR(false, ""),
  WILDFLY(true, "standalone/log"),
  WILDFLY_PREVIEW(true, "standalone/log"),
  LIBERTY(true, "usr/servers/defaultServer/logs"),
  GLASSFISH7(true, "glassfish/domains/domain1/logs"),
  GLASSFISH8(true, "glassfish/domains/domain1/logs"),
  PAYARA(true, "glassfish/domains/domain1/logs"),
  PAYARA_MICRO(true, "");

  /** The one of this run. */
  static final Server HERE =
      valueOf(System.getProperty("arquillian.launch").replace('-', '_').toUpperCase(Locale.ROOT));

  private final boolean full;
  private final String logs;

  Server(boolean full, String logs) {
    this.full = full;
    this.logs = logs;
  }

  /** Whether it has CDI, Jakarta Security and a transaction manager itself. */
  boolean isFull() {
    return full;
  }

  boolean isJetty() {
    return this == JETTY || this == JETTY_FLOOR;
  }

  boolean isWildFly() {
    return this == WILDFLY || this == WILDFLY_PREVIEW;
  }

  /** Or what has grown from it. */
  boolean isGlassFish() {
    return this == GLASSFISH7 || this == GLASSFISH8 || this == PAYARA || this == PAYARA_MICRO;
  }

  boolean showsServletsToCdi() {
    return this == LIBERTY || this == PAYARA || this == PAYARA_MICRO;
  }

  /** What {@code web.xml} needs behind the filter, so that nothing stands before it. */
  String afterFilter() {
    return isJetty()
        ? """
          <filter>
            <filter-name>org.eclipse.jetty.%1$s.websocket.servlet.WebSocketUpgradeFilter</filter-name>
            <filter-class>org.eclipse.jetty.%1$s.websocket.servlet.WebSocketUpgradeFilter</filter-class>
            <async-supported>true</async-supported>
          </filter>
          <filter-mapping>
            <filter-name>org.eclipse.jetty.%1$s.websocket.servlet.WebSocketUpgradeFilter</filter-name>
            <url-pattern>/*</url-pattern>
          </filter-mapping>
          """
            .formatted(this == JETTY ? "ee11" : "ee10")
        : "";
  }

  /** The build's WAR for it, with what the server has not. */
  Path sample() {
    return Path.of(System.getProperty("sample.target"))
        .resolve(full ? "sallyport-sample-thin.war" : "sallyport-sample.war");
  }

  /** The folder that it logs to. */
  Path logs() {
    return Path.of(System.getProperty("container.home")).resolve(logs);
  }
}
