package io.github.sallyport.limit;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whether a request that has its permits may begin. */
public sealed interface Admission {

  /**
   * It may.
   *
   * @param taken what it holds until it ends
   * @param standing how its caller stands with the quota; null: there is none
   */
  record Begun(Taken taken, @Nullable Standing standing) implements Admission {
    public Begun {
      Objects.requireNonNull(taken, "taken");
    }
  }

  /** It may not: as many of its caller's are on their way as the plan allows. */
  record Crowded() implements Admission {}

  /**
   * It may not: the quota is used up.
   *
   * @param time until the next period begins
   */
  record Exhausted(Duration time, Standing standing) implements Admission {
    public Exhausted {
      Objects.requireNonNull(time, "time");
      Objects.requireNonNull(standing, "standing");
    }
  }
}
