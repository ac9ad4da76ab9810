package io.github.sallyport.token;

import java.time.Instant;
import java.util.Objects;

/**
 * A signing key as it is kept: its private part under another key.
 *
 * @param ordinal 1 for the first, and one more for each that follows
 * @param kid its public name (RFC 7517 section 4.5)
 * @param algorithm by which it signs (RFC 7518 section 3.1)
 * @param publicKey X.509 SubjectPublicKeyInfo, base64
 * @param sealedKey its PKCS #8, sealed; base64
 * @param sealedBy which secret opens it; no secret itself
 * @param createdAt since when it is published
 * @param usedFrom from when on it signs, until the next one does
 */
public record SigningKeyRecord(
    int ordinal,
    String kid,
    String algorithm,
    String publicKey,
    String sealedKey,
    String sealedBy,
    Instant createdAt,
    Instant usedFrom) {

  public SigningKeyRecord {
    Objects.requireNonNull(kid, "kid");
    Objects.requireNonNull(algorithm, "algorithm");
    Objects.requireNonNull(publicKey, "publicKey");
    Objects.requireNonNull(sealedKey, "sealedKey");
    Objects.requireNonNull(sealedBy, "sealedBy");
    Objects.requireNonNull(createdAt, "createdAt");
    Objects.requireNonNull(usedFrom, "usedFrom");
  }

  /** Leaves the sealed key out. */
  @Override
  public String toString() {
    return "SigningKeyRecord[" + ordinal + ", " + kid + "]";
  }
}
