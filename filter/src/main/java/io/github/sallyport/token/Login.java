package io.github.sallyport.token;

import java.time.Duration;
import java.util.Objects;

/** How a login ended. */
public sealed interface Login {

  /** The user is in, and these are the tokens. */
  record Done(IssuedTokens tokens) implements Login {
    public Done {
      Objects.requireNonNull(tokens, "tokens");
    }
  }

  /** Name and password don't belong together; more is not said. */
  record Failed() implements Login {}

  /**
   * Too many have failed for this user or from this address: nothing was looked at.
   *
   * @param time how long to wait
   */
  record Wait(Duration time) implements Login {
    public Wait {
      Objects.requireNonNull(time, "time");
    }
  }
}
