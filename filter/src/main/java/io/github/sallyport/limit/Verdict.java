package io.github.sallyport.limit;

import java.time.Duration;
import java.util.Objects;

/** Whether a request may go on now. */
public sealed interface Verdict {

  /** It may: no plan holds for this caller. */
  record Unlimited() implements Verdict {}

  /** It may, and its permits were taken. */
  record Granted(Standing standing) implements Verdict {
    public Granted {
      Objects.requireNonNull(standing, "standing");
    }
  }

  /**
   * It may not, and nothing was taken.
   *
   * @param time the shortest after which it could have what it wants
   */
  record Wait(Duration time, Standing standing) implements Verdict {
    public Wait {
      Objects.requireNonNull(time, "time");
      Objects.requireNonNull(standing, "standing");
    }
  }
}
