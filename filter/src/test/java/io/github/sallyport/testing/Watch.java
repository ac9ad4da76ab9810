package io.github.sallyport.testing;

import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;

/**
 * Watches all loggers for one run of the test engine.
 *
 * <p>A test may run another engine inside itself, to see a leak on purpose; while that one watches,
 * the outer one looks away. The engine closes it with the store that holds it.
 */
final class Watch extends Handler implements AutoCloseable {
  private static final Deque<Watch> OPEN = new ConcurrentLinkedDeque<>();
  private static final String OURS = "sallyport.";
  private static final String WIRE = "org.apache.coyote.";

  /** Tools of the tests: no part of what is tested, and ArchUnit alone logs for a minute. */
  private static final List<Logger> TOOLS =
      List.of(Logger.getLogger("com.tngtech.archunit"), Logger.getLogger("org.junit"));

  private static final SimpleFormatter FORMATTER = new SimpleFormatter();

  private final Logger root = Logger.getLogger("");
  private final Map<Logger, @Nullable Level> levels = new LinkedHashMap<>();
  private final Queue<LogRecord> records = new ConcurrentLinkedQueue<>();
  private final Queue<String> leaks = new ConcurrentLinkedQueue<>();

  /** A parameter's toString may log: what it logs is not looked at a second time. */
  private final ThreadLocal<Boolean> busy = ThreadLocal.withInitial(() -> false);

  Watch() {
    setLevel(Level.ALL);
    OPEN.push(this);
    root.addHandler(this);
  }

  static Watch current() {
    return OPEN.element();
  }

  /** Lets every logger that exists by now log everything, and to us. */
  void openAllLevels() {
    Collections.list(LogManager.getLogManager().getLoggerNames()).stream()
        .map(LogManager.getLogManager()::getLogger)
        .filter(logger -> logger != null)
        .forEach(this::open);
    TOOLS.forEach(tool -> tool.setLevel(Level.INFO));
  }

  private void open(Logger logger) {
    if (logger.getLevel() != null || logger == root) {
      levels.putIfAbsent(logger, logger.getLevel());
      logger.setLevel(Level.ALL);
    }
    if (!logger.getUseParentHandlers() && !List.of(logger.getHandlers()).contains(this)) {
      levels.putIfAbsent(logger, logger.getLevel());
      logger.addHandler(this);
    }
  }

  List<LogRecord> records() {
    return List.copyOf(records);
  }

  void forgetRecords() {
    records.clear();
  }

  void throwIfLeaked() {
    List<String> found = leaks.stream().distinct().toList();
    leaks.clear();
    if (!found.isEmpty()) {
      throw new AssertionError("A secret reached the log:\n  " + String.join("\n  ", found));
    }
  }

  @Override
  public void publish(LogRecord record) {
    if (current() != this || busy.get() || isWireLog(record)) return;
    busy.set(true);
    try {
      if (String.valueOf(record.getLoggerName()).startsWith(OURS)) records.add(record);
      look(record, "message", String.valueOf(record.getMessage()));
      look(record, "message", message(record));
      Object[] parameters = record.getParameters();
      for (int i = 0; parameters != null && i < parameters.length; i++) {
        look(record, "parameter " + i, String.valueOf(parameters[i]));
      }
      lookAtChain(record, record.getThrown());
    } finally {
      busy.remove();
    }
  }

  /** The container prints every byte that it reads, at the finest level: that log is its own. */
  private static boolean isWireLog(LogRecord record) {
    return String.valueOf(record.getLoggerName()).startsWith(WIRE)
        && record.getLevel().intValue() < Level.INFO.intValue();
  }

  /** The message as a formatter would write it. */
  static String message(LogRecord record) {
    return String.valueOf(FORMATTER.formatMessage(record));
  }

  private void lookAtChain(LogRecord record, @Nullable Throwable thrown) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    lookAtChain(record, thrown, seen);
  }

  private void lookAtChain(LogRecord record, @Nullable Throwable thrown, Set<Throwable> seen) {
    if (thrown == null || !seen.add(thrown)) return;
    look(record, thrown.getClass().getName(), thrown + "\n" + thrown.getMessage());
    lookAtChain(record, thrown.getCause(), seen);
    for (Throwable suppressed : thrown.getSuppressed()) lookAtChain(record, suppressed, seen);
  }

  private void look(LogRecord record, String part, String text) {
    KnownSecrets.findIn(text)
        .ifPresent(
            kind ->
                leaks.add(
                    "logger %s, %s, %s: %s"
                        .formatted(record.getLoggerName(), record.getLevel(), part, kind)));
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    OPEN.remove(this);
    root.removeHandler(this);
    levels.forEach(
        (logger, level) -> {
          logger.removeHandler(this);
          logger.setLevel(level);
        });
  }
}
