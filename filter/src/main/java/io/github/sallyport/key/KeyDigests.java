package io.github.sallyport.key;

import io.github.sallyport.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes and compares digests of key texts. The newest pepper makes them, every listed one compares.
 * A digest that was made before there was any pepper goes on to verify: a key's 190 random bits
 * can't be guessed from it.
 */
final class KeyDigests {
  private static final String NO_PEPPER = "";
  private static final int ID_BYTES = 8;

  private final Map<String, HmacSha256> byPepper = new LinkedHashMap<>();
  private final String newest;

  /**
   * @param peppers newest first
   */
  KeyDigests(List<Pepper> peppers) {
    for (Pepper pepper : peppers) {
      byte[] secret = pepper.bytes();
      byPepper.putIfAbsent(
          HexFormat.of().formatHex(Hkdf.derive(secret, "sallyport pepper id", ID_BYTES)),
          new HmacSha256(Hkdf.derive(secret, "sallyport api-key digest", HmacSha256.BYTES)));
    }
    newest = byPepper.isEmpty() ? NO_PEPPER : byPepper.keySet().iterator().next();
  }

  /** The pepper ids under which digests verify, the empty one among them. */
  Set<String> pepperIds() {
    Set<String> ids = new LinkedHashSet<>(byPepper.keySet());
    ids.add(NO_PEPPER);
    return ids;
  }

  boolean peppered() {
    return !newest.equals(NO_PEPPER);
  }

  KeyDigest of(Secret text) {
    byte[] digest = digest(newest, text);
    if (digest == null) throw new AssertionError("the newest pepper is one of them");
    return new KeyDigest(newest, digest);
  }

  /** Tells whether this is the digest's text; false also where its pepper is not listed. */
  boolean matches(KeyDigest kept, Secret text) {
    byte[] digest = digest(kept.pepperId(), text);
    return digest != null && kept.matches(digest);
  }

  private byte @Nullable [] digest(String pepperId, Secret text) {
    byte[] bytes = text.reveal().getBytes(StandardCharsets.UTF_8);
    if (pepperId.equals(NO_PEPPER)) return sha256(bytes);
    HmacSha256 hmac = byPepper.get(pepperId);
    return hmac == null ? null : hmac.of(bytes);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
