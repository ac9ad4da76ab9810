package io.github.sallyport.key;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts what the store keeps of signing keys, by AES-256-GCM (NIST SP 800-38D) under keys of
 * their own, made from the peppers: the newest seals, every listed one opens. Safe for use by many
 * threads.
 *
 * <p>Nonces are random. That is sound for 2^32 seals under one key (section 8.3), and a key is
 * sealed a few times a month.
 */
public final class PepperCipher {
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final Map<String, SecretKeySpec> byPepper = new LinkedHashMap<>();
  private final String newest;
  private final SecureRandom random = new SecureRandom();

  private PepperCipher(List<Pepper> peppers) {
    for (Pepper pepper : peppers) {
      byte[] key = Hkdf.derive(pepper.bytes(), "sallyport signing-key", KEY_BYTES);
      byPepper.putIfAbsent(pepper.id(), new SecretKeySpec(key, "AES"));
    }
    newest = byPepper.keySet().iterator().next();
  }

  /**
   * The cipher of these settings.
   *
   * @return empty where there is no pepper
   */
  public static Optional<PepperCipher> of(KeySettings settings) {
    return settings.peppers().isEmpty()
        ? Optional.empty()
        : Optional.of(new PepperCipher(settings.peppers()));
  }

  /** The public name of the pepper that seals: who opens must give it. */
  public String newest() {
    return newest;
  }

  /**
   * Seals under the newest pepper.
   *
   * @param about what the bytes belong to: they open only beside the same
   * @return the nonce, then what was encrypted and its tag
   */
  public byte[] seal(byte[] bytes, byte[] about) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    SecretKeySpec key = byPepper.get(newest);
    if (key == null) throw new AssertionError("the newest pepper is one of them");
    try {
      byte[] encrypted = cipher(Cipher.ENCRYPT_MODE, key, nonce, about).doFinal(bytes);
      byte[] sealed = Arrays.copyOf(nonce, NONCE_BYTES + encrypted.length);
      System.arraycopy(encrypted, 0, sealed, NONCE_BYTES, encrypted.length);
      return sealed;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has AES-GCM with such keys", e);
    }
  }

  /**
   * Opens what was sealed under a pepper.
   *
   * @param pepperId its public name, as {@link #newest} was then
   * @throws IllegalArgumentException with a sentence, if the pepper is not listed, or if these
   *     bytes were not sealed under it or not beside this
   */
  public byte[] open(String pepperId, byte[] sealed, byte[] about) {
    SecretKeySpec key = byPepper.get(pepperId);
    if (key == null) {
      throw new IllegalArgumentException(
          "it was sealed under a pepper that sallyport.api-key.pepper does not list");
    }
    if (sealed.length < NONCE_BYTES + TAG_BITS / Byte.SIZE) throw altered();
    try {
      byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
      return cipher(Cipher.DECRYPT_MODE, key, nonce, about)
          .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
    } catch (GeneralSecurityException e) {
      throw altered(); // Without the cause: there is nothing in it that this does not say.
    }
  }

  private static IllegalArgumentException altered() {
    return new IllegalArgumentException("what was sealed was altered, or belongs elsewhere");
  }

  private static Cipher cipher(int mode, SecretKeySpec key, byte[] nonce, byte[] about)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(about);
    return cipher;
  }
}
