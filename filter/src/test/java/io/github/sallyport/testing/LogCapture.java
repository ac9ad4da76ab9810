package io.github.sallyport.testing;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Fails every test during which a secret reached a log record of any logger at any level: in its
 * message, its parameters, or its chain of exceptions.
 *
 * <p>Registered for all tests by {@code META-INF/services}. What is a secret is said in {@link
 * KnownSecrets}; texts that are no log (a response, a {@code toString}) are handed to {@link
 * #assertNoSecretIn}.
 */
public final class LogCapture
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

  private static final Namespace NAMESPACE = Namespace.create(LogCapture.class);

  /**
   * Fails if a secret stands in a text.
   *
   * @param where what the text is, for the report, which never quotes it
   */
  public static void assertNoSecretIn(String where, String text) {
    KnownSecrets.findIn(text)
        .ifPresent(
            kind -> {
              throw new AssertionError(where + " holds " + kind);
            });
  }

  /** The messages that our loggers took in this test, at this level or above, oldest first. */
  public static List<String> messages(String logger, Level least) {
    return Watch.current().records().stream()
        .filter(r -> logger.equals(r.getLoggerName()))
        .filter(r -> r.getLevel().intValue() >= least.intValue())
        .map(Watch::message)
        .toList();
  }

  /** The records that our loggers took in this test, oldest first. */
  public static List<LogRecord> records() {
    return Watch.current().records();
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    watch(context).openAllLevels();
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    watch(context).openAllLevels();
    watch(context).forgetRecords();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    watch(context).throwIfLeaked();
  }

  /** Finds what leaked outside a test: in {@code @BeforeAll}, or by a thread that goes on. */
  @Override
  public void afterAll(ExtensionContext context) {
    watch(context).throwIfLeaked();
  }

  private static Watch watch(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(Watch.class, key -> new Watch(), Watch.class);
  }
}
