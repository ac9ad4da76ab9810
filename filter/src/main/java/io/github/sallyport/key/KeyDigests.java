package io.github.sallyport.key;

import io.github.sallyport.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
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
 *
 * <p>Of a foreign key an old system's digest is all that is known, and its text may be weak. So the
 * digest is digested once more, under our pepper, before it is kept: {@code HMAC(pepper,
 * SHA-256(text))}. Such digests are under a key of their own, so that none can pass for that of a
 * text of ours.
 */
final class KeyDigests {
  private static final String NO_PEPPER = "";

  private final Map<String, Keyed> byPepper = new LinkedHashMap<>();
  private final String newest;

  /**
   * @param peppers newest first
   */
  KeyDigests(List<Pepper> peppers) {
    for (Pepper pepper : peppers) {
      byte[] secret = pepper.bytes();
      byPepper.putIfAbsent(
          pepper.id(),
          new Keyed(
              keyed(secret, "sallyport api-key digest"),
              keyed(secret, "sallyport foreign api-key digest"),
              new HmacSha256(secret)));
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

  /** The digest by which a text of ours is kept. */
  KeyDigest of(Secret text) {
    byte[] bytes = bytes(newest, KeyDigest.OF_TEXT, utf8(text));
    if (bytes == null) throw new AssertionError("the newest pepper is one of them");
    return new KeyDigest(newest, KeyDigest.OF_TEXT, bytes);
  }

  /** Tells whether this is the digest's text; false also where its pepper is not listed. */
  boolean matches(KeyDigest kept, Secret text) {
    byte[] inner = inner(kept.of(), text);
    byte[] bytes = inner == null ? null : bytes(kept.pepperId(), kept.of(), inner);
    return bytes != null && kept.matches(bytes);
  }

  /** Tells whether the same text would be kept by another digest today. */
  boolean isOld(KeyDigest kept) {
    return !kept.pepperId().equals(newest) || kept.of().startsWith(KeyDigest.OF_HMAC);
  }

  /** The digest that the text of this one would be kept by today. */
  KeyDigest renewed(KeyDigest kept, Secret text) {
    return kept.of().equals(KeyDigest.OF_TEXT) ? of(text) : ofForeign(text).get(0);
  }

  /**
   * Everything that a foreign key with this text may be kept by; first, what it would be kept by
   * today.
   */
  List<KeyDigest> ofForeign(Secret text) {
    List<String> inners = new ArrayList<>(List.of(KeyDigest.OF_SHA256));
    for (String id : byPepper.keySet()) inners.add(KeyDigest.OF_HMAC + id);
    List<KeyDigest> all = new ArrayList<>();
    for (String of : inners) {
      byte[] inner = inner(of, text);
      if (inner != null) all.addAll(ofForeign(of, inner));
    }
    return all;
  }

  /** What an old system's digest may be kept by: under each of our peppers, the newest first. */
  List<KeyDigest> ofForeign(String of, byte[] inner) {
    List<KeyDigest> all = new ArrayList<>();
    for (String id : pepperIds()) {
      byte[] bytes = bytes(id, of, inner);
      if (bytes != null) all.add(new KeyDigest(id, of, bytes));
    }
    return all;
  }

  /** Tells whether this, in hex, is the text's SHA-256. */
  static boolean isSha256(String hex, Secret text) {
    return MessageDigest.isEqual(HexFormat.of().parseHex(hex), sha256(utf8(text)));
  }

  private byte @Nullable [] bytes(String pepperId, String of, byte[] inner) {
    if (pepperId.equals(NO_PEPPER)) return ofText(of) ? sha256(inner) : inner;
    Keyed keyed = byPepper.get(pepperId);
    if (keyed == null) return null;
    return (ofText(of) ? keyed.texts : keyed.foreign).of(inner);
  }

  /** What is digested of a text; null if the old system's secret is not listed. */
  private byte @Nullable [] inner(String of, Secret text) {
    if (ofText(of)) return utf8(text);
    if (of.equals(KeyDigest.OF_SHA256)) return sha256(utf8(text));
    if (!of.startsWith(KeyDigest.OF_HMAC)) return null;
    Keyed old = byPepper.get(of.substring(KeyDigest.OF_HMAC.length()));
    return old == null ? null : old.raw.of(utf8(text));
  }

  private static boolean ofText(String of) {
    return of.equals(KeyDigest.OF_TEXT);
  }

  private static byte[] utf8(Secret text) {
    return text.reveal().getBytes(StandardCharsets.UTF_8);
  }

  private static HmacSha256 keyed(byte[] secret, String label) {
    return new HmacSha256(Hkdf.derive(secret, label, HmacSha256.BYTES));
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /**
   * One pepper at its uses.
   *
   * @param texts for texts of ours
   * @param foreign for digests of foreign texts
   * @param raw the secret itself as an old system's key
   */
  private record Keyed(HmacSha256 texts, HmacSha256 foreign, HmacSha256 raw) {}
}
