package io.github.sallyport.http;

/** The authentication schemes of our challenges (RFC 9110 section 11). */
enum Scheme {
  /** Ours, unregistered: the key's own header. */
  API_KEY("ApiKey"),
  /** RFC 6750. */
  BEARER("Bearer"),
  /** RFC 7617: a key's id and its text, where OAuth has it so (RFC 6749 section 2.3.1). */
  BASIC("Basic");

  private final String word;

  Scheme(String word) {
    this.word = word;
  }

  String word() {
    return word;
  }
}
