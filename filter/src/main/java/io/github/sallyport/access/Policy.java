package io.github.sallyport.access;

/** What a path rule asks of a request before anything else. */
public enum Policy {
  /** Nothing: no credential is read. */
  PERMIT,
  /** A credential is read if one is shown; a bad one is refused. */
  OPTIONAL,
  /** A credential is needed. */
  AUTHENTICATED,
  /** Nobody gets in. */
  DENY
}
