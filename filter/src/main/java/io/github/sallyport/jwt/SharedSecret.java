package io.github.sallyport.jwt;

import io.github.sallyport.Secret;
import io.github.sallyport.json.Json;
import io.github.sallyport.json.JsonException;
import io.github.sallyport.jwt.KeySource.Named;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Reads the secret that an issuer and we share, for HMACs (RFC 7518 section 3.2). */
public final class SharedSecret {
  private SharedSecret() {}

  /**
   * Reads a secret.
   *
   * @param text the secret's own characters, which count in UTF-8, or a JWK of {@code kty} {@code
   *     oct}
   * @param algorithms symmetric ones: the secret must be long enough for each
   * @return it, once for each of the algorithms, or for the one that the JWK names
   * @throws IllegalArgumentException with a sentence that names the fault and never the secret
   */
  public static List<Named> parse(Secret text, Set<SignatureAlgorithm> algorithms) {
    Map<String, @Nullable Object> jwk =
        text.reveal().startsWith("{") ? json(text.reveal()) : Map.of();
    byte[] secret = jwk.isEmpty() ? text.reveal().getBytes(StandardCharsets.UTF_8) : k(jwk);
    String kid = jwk.get("kid") instanceof String name ? name : null;
    List<Named> keys =
        algorithms.stream()
            .sorted()
            .filter(each -> !jwk.containsKey("alg") || each.name().equals(jwk.get("alg")))
            .map(algorithm -> named(kid, algorithm, secret))
            .toList();
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("is a JWK for another algorithm than the issuer's");
    }
    return keys;
  }

  private static Named named(@Nullable String kid, SignatureAlgorithm algorithm, byte[] secret) {
    if (secret.length < algorithm.minSecretBytes()) {
      throw new IllegalArgumentException(
          "must have at least "
              + algorithm.minSecretBytes()
              + " bytes for "
              + algorithm
              + ": a shorter one can be guessed");
    }
    return new Named(kid, algorithm, new SecretKeySpec(secret, "HMAC"));
  }

  private static Map<String, @Nullable Object> json(String text) {
    try {
      return Json.readObject(text.getBytes(StandardCharsets.UTF_8));
    } catch (JsonException e) {
      throw new IllegalArgumentException("begins like a JWK, and is no JSON that we read");
    }
  }

  private static byte[] k(Map<String, @Nullable Object> jwk) {
    if (!"oct".equals(jwk.get("kty")) || !(jwk.get("k") instanceof String k)) {
      throw new IllegalArgumentException("is a JWK without kty oct, or without k");
    }
    if (!JwkReader.mayVerify(jwk)) {
      throw new IllegalArgumentException("is a JWK that is not for verifying");
    }
    return Base64Url.decode(k)
        .orElseThrow(() -> new IllegalArgumentException("is a JWK whose k is not base64url"));
  }
}
