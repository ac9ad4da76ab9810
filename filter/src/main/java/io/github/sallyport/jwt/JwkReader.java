package io.github.sallyport.jwt;

import io.github.sallyport.jwt.KeySource.Named;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads JWKs and JWK sets (RFC 7517) into the keys that may verify an issuer's signatures.
 *
 * <p>A key is <i>skipped</i> if it is none of ours to use: another {@code kty}, {@code use}, {@code
 * key_ops}, {@code alg} or curve. It is <i>defective</i> if it claims to be ours and is unsound. A
 * set with a private or symmetric key in it is refused whole: what everybody can read signs
 * nothing, and a mixed set is how a public key comes to be taken for an HMAC secret.
 *
 * <p>All refusals are {@link IllegalArgumentException}s whose sentence holds nothing of the text.
 */
final class JwkReader {
  /** Members that only private and symmetric keys have (RFC 7518 sections 6.2.2, 6.3.2, 6.4.1). */
  private static final List<String> SECRET_MEMBERS =
      List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");

  private static final int ED25519_BYTES = 32;

  private final Set<SignatureAlgorithm> algorithms;

  JwkReader(Set<SignatureAlgorithm> algorithms) {
    this.algorithms = algorithms;
  }

  /** Reads what a deployer wrote down, a JWK or a set of them: a defective key is a mistake. */
  List<Named> written(Map<String, @Nullable Object> json) {
    if (!json.containsKey("keys")) return read(json);
    List<List<Named>> keys = members(json).stream().map(this::read).toList();
    if (hasRepeatedKid(keys)) throw repeatedKid();
    return keys.stream().flatMap(List::stream).toList();
  }

  /**
   * Reads what an issuer publishes: a defective key is left out (RFC 7517 section 5). Two keys of
   * the same kid are no set, since nobody could say which of them signed; one key twice is.
   */
  List<Named> published(Map<String, @Nullable Object> set) {
    List<Map<String, @Nullable Object>> members = members(set);
    members.forEach(JwkReader::refuseSecrets);
    List<Named> keys = members.stream().flatMap(jwk -> readOrLeaveOut(jwk).stream()).toList();
    Map<String, Key> byKid = new HashMap<>();
    for (Named key : keys) {
      if (key.kid() == null) continue;
      Key other = byKid.putIfAbsent(key.kid(), key.key());
      if (other != null && !other.equals(key.key())) throw repeatedKid();
    }
    return keys.stream().distinct().toList();
  }

  private static IllegalArgumentException repeatedKid() {
    return new IllegalArgumentException("two keys of a set have the same kid");
  }

  private static List<Map<String, @Nullable Object>> members(Map<String, @Nullable Object> set) {
    if (!(set.get("keys") instanceof List<?> keys)) {
      throw new IllegalArgumentException("a JWK set must have an array of keys");
    }
    List<Map<String, @Nullable Object>> members = new ArrayList<>();
    for (Object key : keys) {
      if (!(key instanceof Map<?, ?>)) {
        throw new IllegalArgumentException("a key of a JWK set is not an object");
      }
      @SuppressWarnings("unchecked") // Json makes maps of no other kind
      Map<String, @Nullable Object> member = (Map<String, @Nullable Object>) key;
      members.add(member);
    }
    return members;
  }

  private static boolean hasRepeatedKid(List<List<Named>> keys) {
    Set<String> seen = new HashSet<>();
    for (List<Named> key : keys) {
      if (key.isEmpty()) continue;
      String kid = key.get(0).kid();
      if (kid != null && !seen.add(kid)) return true;
    }
    return false;
  }

  private List<Named> readOrLeaveOut(Map<String, @Nullable Object> jwk) {
    try {
      return read(jwk);
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  /** One key, once for each algorithm that it may be used with; empty where it is skipped. */
  private List<Named> read(Map<String, @Nullable Object> jwk) {
    refuseSecrets(jwk);
    if (!(jwk.get("kty") instanceof String kty)) {
      throw new IllegalArgumentException("a JWK must name its kty");
    }
    if (!mayVerify(jwk)) return List.of();
    List<SignatureAlgorithm> wanted = wanted(jwk);
    if (wanted.isEmpty()) return List.of();
    Optional<PublicKey> key =
        switch (kty) {
          case "RSA" -> Optional.of(rsa(jwk));
          case "EC" -> ec(jwk, wanted);
          case "OKP" -> edwards(jwk);
          default -> Optional.empty();
        };
    List<Named> named =
        key.stream()
            .flatMap(
                found ->
                    wanted.stream()
                        .filter(algorithm -> algorithm.fits(found))
                        .map(algorithm -> new Named(kid(jwk), algorithm, found)))
            .toList();
    if (named.isEmpty() && jwk.containsKey("alg")) {
      throw new IllegalArgumentException("a JWK's alg contradicts its kty or crv");
    }
    return named;
  }

  private static void refuseSecrets(Map<String, @Nullable Object> jwk) {
    if (SECRET_MEMBERS.stream().anyMatch(jwk::containsKey) || "oct".equals(jwk.get("kty"))) {
      throw new IllegalArgumentException("a private or secret key stands where public ones belong");
    }
  }

  static boolean mayVerify(Map<String, @Nullable Object> jwk) {
    boolean use = !jwk.containsKey("use") || "sig".equals(jwk.get("use"));
    boolean operations =
        !jwk.containsKey("key_ops")
            || (jwk.get("key_ops") instanceof List<?> list && list.contains("verify"));
    return use && operations;
  }

  /** The issuer's algorithms, narrowed to the key's own where it names one. */
  private List<SignatureAlgorithm> wanted(Map<String, @Nullable Object> jwk) {
    Stream<SignatureAlgorithm> wanted = algorithms.stream().sorted();
    if (jwk.containsKey("alg")) {
      wanted = wanted.filter(algorithm -> algorithm.name().equals(jwk.get("alg")));
    }
    return wanted.toList();
  }

  private static @Nullable String kid(Map<String, @Nullable Object> jwk) {
    if (!jwk.containsKey("kid")) return null;
    if (jwk.get("kid") instanceof String kid) return kid;
    throw new IllegalArgumentException("a JWK's kid must be a string");
  }

  private static PublicKey rsa(Map<String, @Nullable Object> jwk) {
    BigInteger modulus = new BigInteger(1, bytes(jwk, "n"));
    BigInteger exponent = new BigInteger(1, bytes(jwk, "e"));
    try {
      RSAPublicKeySpec spec = new RSAPublicKeySpec(modulus, exponent);
      return KeyFactory.getInstance("RSA").generatePublic(spec);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("a JWK is not a usable RSA key");
    }
  }

  /** A key on a curve of one of these algorithms; empty: it is on another. */
  private static Optional<PublicKey> ec(
      Map<String, @Nullable Object> jwk, List<SignatureAlgorithm> wanted) {
    NistCurve curve = NistCurve.named(jwk.get("crv"));
    if (curve == null || wanted.stream().noneMatch(each -> each.curve() == curve)) {
      return Optional.empty();
    }
    int length = curve.coordinateBytes();
    ECPoint point = new ECPoint(number(jwk, "x", length), number(jwk, "y", length));
    try {
      ECPublicKeySpec spec = new ECPublicKeySpec(point, curve.params());
      return Optional.of(KeyFactory.getInstance("EC").generatePublic(spec));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("a JWK is not a usable EC key");
    }
  }

  /** RFC 8037 section 2: the point as RFC 8032 section 5.1.2 writes it, the sign of x on top. */
  private static Optional<PublicKey> edwards(Map<String, @Nullable Object> jwk) {
    if (!"Ed25519".equals(jwk.get("crv"))) return Optional.empty();
    BigInteger number = littleEndian(bytes(jwk, "x", ED25519_BYTES));
    int sign = ED25519_BYTES * Byte.SIZE - 1;
    EdECPoint point = new EdECPoint(number.testBit(sign), number.clearBit(sign));
    try {
      EdECPublicKeySpec spec = new EdECPublicKeySpec(NamedParameterSpec.ED25519, point);
      return Optional.of(KeyFactory.getInstance("Ed25519").generatePublic(spec));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("a JWK is not a usable Ed25519 key");
    }
  }

  private static BigInteger littleEndian(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) reversed[bytes.length - 1 - i] = bytes[i];
    return new BigInteger(1, reversed);
  }

  private static BigInteger number(Map<String, @Nullable Object> jwk, String member, int length) {
    return new BigInteger(1, bytes(jwk, member, length));
  }

  private static byte[] bytes(Map<String, @Nullable Object> jwk, String member, int length) {
    byte[] bytes = bytes(jwk, member);
    if (bytes.length == length) return bytes;
    throw new IllegalArgumentException("a JWK's " + member + " must have " + length + " bytes");
  }

  private static byte[] bytes(Map<String, @Nullable Object> jwk, String member) {
    return Base64Url.decode(jwk.get(member) instanceof String text ? text : "")
        .filter(bytes -> bytes.length > 0)
        .orElseThrow(
            () -> new IllegalArgumentException("a JWK's " + member + " must be base64url"));
  }
}
