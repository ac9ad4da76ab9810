package io.github.sallyport.cache;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Catches what a logger of ours says while a test runs. */
public final class CapturedLog implements AutoCloseable {
  private final Logger logger;
  private final List<LogRecord> records = new CopyOnWriteArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          records.add(record);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  public CapturedLog(String name) {
    logger = Logger.getLogger(name);
    logger.addHandler(handler);
  }

  /** Level and message of each line. */
  public List<String> lines() {
    SimpleFormatter formatter = new SimpleFormatter();
    return records.stream().map(r -> r.getLevel() + " " + formatter.formatMessage(r)).toList();
  }

  /** The lines of one level and above, as a log file would have them, exceptions included. */
  public String text() {
    SimpleFormatter formatter = new SimpleFormatter();
    StringBuilder text = new StringBuilder();
    for (LogRecord record : records) {
      if (record.getLevel().intValue() >= Level.INFO.intValue()) {
        text.append(formatter.format(record));
      }
    }
    return text.toString();
  }

  @Override
  public void close() {
    logger.removeHandler(handler);
  }
}
