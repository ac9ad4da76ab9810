package io.github.sallyport.token;

import java.util.Objects;

/** How a request for tokens ended. */
public sealed interface TokenAnswer {

  /** They are issued. */
  record Issued(IssuedTokens tokens) implements TokenAnswer {
    public Issued {
      Objects.requireNonNull(tokens, "tokens");
    }
  }

  /**
   * They are not.
   *
   * @param description a sentence for a developer; no secret, no input echoed
   */
  record Denied(TokenError error, String description) implements TokenAnswer {
    public Denied {
      Objects.requireNonNull(error, "error");
      Objects.requireNonNull(description, "description");
    }
  }
}
