package io.github.sallyport.jwt;

/** The signature algorithms that an issuer may be allowed (RFC 7518 section 3.1). */
public enum SignatureAlgorithm {
  RS256,
  ES256
}
