package io.github.sallyport.limit;

import java.time.Duration;
import java.util.Objects;

/** Whether a request may go on now. */
public sealed interface Verdict {

  /** The same, where the plan has a quota whose period is this. */
  default Verdict in(Period period) {
    if (this instanceof Granted granted) return new Granted(granted.standing().in(period));
    return this instanceof Wait wait ? new Wait(wait.time(), wait.standing().in(period)) : this;
  }

  /** It may: no rate limit holds for this caller. */
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
