package io.github.sallyport.jwt;

import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import org.jspecify.annotations.Nullable;

/**
 * Ends the reading of a token that does not stand. It never leaves this room: {@link
 * JwtAuthenticator} answers with what it holds. No stack trace, since strangers cause it at will.
 */
final class TokenFault extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Refused refused;

  private TokenFault(Refused refused) {
    super(refused.detail(), null, false, false);
    this.refused = refused;
  }

  /**
   * A token that is none, or not one for us.
   *
   * @param detail the class of fault, in a sentence that holds nothing of the token
   */
  static TokenFault invalid(String detail) {
    return of(Refusal.TOKEN_INVALID, detail);
  }

  static TokenFault of(Refusal refusal, String detail) {
    return new TokenFault(Refused.of(refusal, detail));
  }

  /**
   * The same about a token that audit may name.
   *
   * @param id null: it has no name
   */
  TokenFault about(@Nullable String id) {
    return new TokenFault(refused.about(id));
  }

  Refused refused() {
    return refused;
  }
}
