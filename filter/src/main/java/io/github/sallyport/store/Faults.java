package io.github.sallyport.store;

import io.github.sallyport.StoreUnavailableException;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns what drivers throw into what the house throws. Drivers like to print the URL, and a URL may
 * hold a password; so their words go on without both.
 */
final class Faults {
  private static final Pattern URL = Pattern.compile("jdbc:[^\\s\"']+");
  private static final int DEPTH = 10;

  private final List<String> secrets;

  /**
   * @param secrets what must not be printed
   */
  Faults(List<String> secrets) {
    this.secrets = secrets.stream().filter(s -> !s.isEmpty()).toList();
  }

  StoreUnavailableException unavailable(String doing, Throwable fault) {
    return new StoreUnavailableException("the store does not answer: " + doing, purged(fault));
  }

  /** The same fault in its own words, without what must not be printed. */
  private Throwable purged(Throwable fault) {
    SQLException sql = sqlIn(fault);
    Throwable purged =
        new SQLException(
            words(fault),
            sql == null ? null : sql.getSQLState(),
            sql == null ? 0 : sql.getErrorCode());
    purged.setStackTrace(fault.getStackTrace());
    return purged;
  }

  private String words(Throwable fault) {
    StringBuilder words = new StringBuilder();
    Throwable at = fault;
    for (int i = 0; at != null && i < DEPTH; i++, at = at.getCause()) {
      if (i > 0) words.append("; caused by ");
      words.append(at.getClass().getName()).append(": ").append(at.getMessage());
    }
    String text = words.toString();
    for (String secret : secrets) text = text.replace(secret, "…");
    return URL.matcher(text).replaceAll("jdbc:…");
  }

  private static @Nullable SQLException sqlIn(Throwable fault) {
    Throwable at = fault;
    for (int i = 0; at != null && i < DEPTH; i++, at = at.getCause()) {
      if (at instanceof SQLException sql) return sql;
    }
    return null;
  }
}
