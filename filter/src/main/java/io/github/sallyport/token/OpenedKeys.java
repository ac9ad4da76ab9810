package io.github.sallyport.token;

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
   * A key, or that it can't be opened.
   *
   * @param sealed what was tried
   * @param key null: it was sealed under another pepper, or the row is not as we wrote it
   */
  private record Opened(String sealed, @Nullable SigningKey key) {}

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
    return !record.sealedBy().equals(cipher.newest()) && open(record) != null;
  }

  /** Puts the newest pepper's seal on a key that has an older one's. */
  boolean reseal(SigningKeyRecord record, SigningKeyStore store) {
    SigningKey key = open(record);
    if (key == null) return false;
    return store.reseal(record, sealed(key, about(record)), cipher.newest());
  }

  /**
   * Opens a key. One that does not open does not verify either: who may write to the table, and has
   * no pepper, must not have us believe what he signs.
   *
   * @return null: it does not open
   */
  @Nullable SigningKey open(SigningKeyRecord record) {
    Opened known = byKid.get(record.kid());
    if (known != null && stands(known, record)) return known.key();
    // Not while the map's entry is locked: this logs.
    Opened opened = read(record);
    byKid.put(record.kid(), opened);
    return opened.key();
  }

  /** Another node may have put a seal on it that opens here. */
  private static boolean stands(Opened known, SigningKeyRecord record) {
    return known.key() != null || known.sealed().equals(record.sealedKey());
  }

  /** Forgets all others. */
  void retain(Set<String> kids) {
    byKid.keySet().retainAll(kids);
  }

  private Opened read(SigningKeyRecord record) {
    String sealed = record.sealedKey();
    try {
      SignatureAlgorithm algorithm = SignatureAlgorithm.valueOf(record.algorithm());
      byte[] spki = bytes(record.publicKey());
      byte[] pkcs8 = cipher.open(record.sealedBy(), bytes(sealed), about(record));
      SigningKey key = SigningKey.of(algorithm, pkcs8, spki);
      Arrays.fill(pkcs8, (byte) 0);
      // The name is the key's own digest: under another it would stand for what it is not.
      if (!record.kid().equals(key.kid())) throw new IllegalArgumentException("it is another key");
      return new Opened(sealed, key);
    } catch (IllegalArgumentException e) {
      LOG.log(
          Level.ERROR,
          "The signing key {0} can''t be opened: {1}. It signs nothing more, and what it signed does"
              + " not verify here: if a pepper was taken off sallyport.api-key.pepper, put it back.",
          record.kid(),
          e.getMessage());
      return new Opened(sealed, null);
    }
  }

  private static byte[] bytes(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the row is not base64");
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
