package io.github.sallyport.access;

/** What happens to a request without a credential where no path rule says otherwise. */
public enum Unauthenticated {
  /** It is refused. */
  REJECT,
  /** It goes on, and nobody is its caller. */
  ALLOW
}
