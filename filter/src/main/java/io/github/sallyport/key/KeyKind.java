package io.github.sallyport.key;

/** What a key is made for. */
public enum KeyKind {
  /** A program that keeps it secret shows it. */
  SECRET(""),
  /**
   * A page in a browser shows it, so that everybody can read it: it is good for few scopes and from
   * named origins only. That is a fence and no lock, since any other program can claim an origin.
   */
  PUBLISHABLE("pub_");

  private final String mark;

  KeyKind(String mark) {
    this.mark = mark;
  }

  /** What stands before the environment in the key's text. */
  String mark() {
    return mark;
  }
}
