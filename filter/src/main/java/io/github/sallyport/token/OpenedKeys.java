package io.github.sallyport.token;

import io.github.sallyport.jwt.KeySource.Named;
import io.github.sallyport.jwt.SignatureAlgorithm;
import io.github.sallyport.jwt.SigningKey;
import io.github.sallyport.key.PepperCipher;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Seals signing keys for the store, and opens what it keeps: each once, since that costs as much as
 * a signature, and what can't be opened is reported once. Safe for use by many threads.
 */
final class OpenedKeys {
  private static final System.Logger LOG = System.getLogger("sallyport.token");

  private final PepperCipher cipher;
  private final Map<String, Opened> byKid = new ConcurrentHashMap<>();

  OpenedKeys(PepperCipher cipher) {
    this.cipher = cipher;
  }

  /**
   * A key as far as it could be read.
   *
   * @param sealed what was tried
   * @param verifying null: not even its public key can be read
   * @param signing null: it was sealed under another pepper, or is no pair with the public key
   */
  record Opened(String sealed, @Nullable Named verifying, @Nullable SigningKey signing) {}

  /** A new key as the store keeps it. */
  SigningKeyRecord seal(SigningKey key, int ordinal, Instant createdAt, Instant usedFrom) {
    String algorithm = key.algorithm().name();
    return new SigningKeyRecord(
        ordinal,
        key.kid(),
        algorithm,
        Base64.getEncoder().encodeToString(key.spki()),
        sealed(key, about(ordinal, key.kid(), algorithm)),
        cipher.newest(),
        createdAt,
        usedFrom);
  }

  /** Tells whether a key should get another seal, since an older pepper made the one it has. */
  boolean isOld(SigningKeyRecord record) {
    return !record.sealedBy().equals(cipher.newest()) && open(record).signing() != null;
  }

  /** Puts the newest pepper's seal on a key that has an older one's. */
  boolean reseal(SigningKeyRecord record, SigningKeyStore store) {
    SigningKey key = open(record).signing();
    if (key == null) return false;
    return store.reseal(record, sealed(key, about(record)), cipher.newest());
  }

  /** Opens a key, or what of it can be read. */
  Opened open(SigningKeyRecord record) {
    Opened known = byKid.get(record.kid());
    if (known != null && stands(known, record)) return known;
    // Not while the map's entry is locked: this logs.
    Opened opened = read(record);
    byKid.put(record.kid(), opened);
    return opened;
  }

  /** Another node may have put a seal on it that opens here. */
  private static boolean stands(Opened known, SigningKeyRecord record) {
    return known.signing() != null || known.sealed().equals(record.sealedKey());
  }

  /** Forgets all others. */
  void retain(Set<String> kids) {
    byKid.keySet().retainAll(kids);
  }

  private Opened read(SigningKeyRecord record) {
    String sealed = record.sealedKey();
    Named verifying;
    SignatureAlgorithm algorithm;
    byte[] spki;
    try {
      algorithm = SignatureAlgorithm.valueOf(record.algorithm());
      spki = Base64.getDecoder().decode(record.publicKey());
      verifying = SigningKey.verifying(algorithm, spki);
    } catch (IllegalArgumentException e) {
      return unreadable(record);
    }
    // The name is the key's own digest: under another it would stand for what it is not.
    if (!record.kid().equals(verifying.kid())) return unreadable(record);
    try {
      byte[] pkcs8 = cipher.open(record.sealedBy(), bytes(sealed), about(record));
      SigningKey signing = SigningKey.of(algorithm, pkcs8, spki);
      Arrays.fill(pkcs8, (byte) 0);
      return new Opened(sealed, verifying, signing);
    } catch (IllegalArgumentException e) {
      LOG.log(
          Level.ERROR,
          "The signing key {0} can''t be opened: {1}. What it signed goes on to verify, and it signs"
              + " nothing more.",
          record.kid(),
          e.getMessage());
      return new Opened(sealed, verifying, null);
    }
  }

  private static Opened unreadable(SigningKeyRecord record) {
    LOG.log(
        Level.ERROR,
        "The row of the signing key {0} holds no public key of that name, so that nothing it signed"
            + " verifies.",
        record.kid());
    return new Opened(record.sealedKey(), null, null);
  }

  private static byte[] bytes(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("what was sealed is not base64");
    }
  }

  private String sealed(SigningKey key, byte[] about) {
    byte[] pkcs8 = key.pkcs8();
    try {
      return Base64.getEncoder().encodeToString(cipher.seal(pkcs8, about));
    } finally {
      Arrays.fill(pkcs8, (byte) 0);
    }
  }

  private static byte[] about(SigningKeyRecord record) {
    return about(record.ordinal(), record.kid(), record.algorithm());
  }

  /** No row's sealed key opens in another row. */
  private static byte[] about(int ordinal, String kid, String algorithm) {
    return (ordinal + " " + kid + " " + algorithm).getBytes(StandardCharsets.UTF_8);
  }
}
