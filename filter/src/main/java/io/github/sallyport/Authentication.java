package io.github.sallyport;

import java.util.Objects;

/** How authentication ended. A refusal is an answer; exceptions are kept for faults of ours. */
public sealed interface Authentication {

  /** The credential stands, and this is who showed it. */
  record Known(Caller caller) implements Authentication {
    public Known {
      Objects.requireNonNull(caller, "caller");
    }
  }

  /** The credential does not stand. */
  record No(Refused why) implements Authentication {
    public No {
      Objects.requireNonNull(why, "why");
    }
  }
}
