package io.github.sallyport.sample;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;

/**
 * Why the sample did not start. Tomcat keeps the cause of a failed deployment to its log, so that
 * is where it is listened for.
 */
final class DeploymentReport extends Handler {
  private final Set<String> causes = new LinkedHashSet<>(); // guarded by this

  @Override
  public synchronized void publish(LogRecord record) {
    if (record.getLevel().intValue() < Level.SEVERE.intValue()) return;
    if (record.getThrown() != null) add(record.getThrown());
  }

  synchronized void add(Throwable fault) {
    // Tomcat wraps what it caught; whatever says something of its own on the way down is told.
    String said = "";
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      String message = cause.getMessage();
      if (cause instanceof LifecycleException || message == null || said.contains(message)) {
        continue;
      }
      causes.add(message);
      said = message;
    }
  }

  boolean isStarted(Tomcat tomcat, Context context) {
    return tomcat.getServer().getState().isAvailable()
        && tomcat.getConnector().getState().isAvailable()
        && context.getState().isAvailable();
  }

  synchronized String text() {
    return "The sample did not start."
        + System.lineSeparator()
        + String.join(System.lineSeparator(), causes);
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
