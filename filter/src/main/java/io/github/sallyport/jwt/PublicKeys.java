package io.github.sallyport.jwt;

import io.github.sallyport.json.Json;
import io.github.sallyport.json.JsonException;
import io.github.sallyport.jwt.KeySource.Named;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads public keys that a deployer wrote down: PEM, JWK, JWKS, or either in base64url. */
public final class PublicKeys {
  private static final Pattern PEM_BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----");

  private PublicKeys() {}

  /**
   * Reads the keys in a text.
   *
   * @param text PEM ({@code BEGIN PUBLIC KEY}, one or more), a JWK, a JWK set, or one of the last
   *     two in base64url
   * @param algorithms what the issuer may sign with: a key that fits none of them is refused
   * @return at least one key, once for each of the algorithms that it fits; those in PEM have no
   *     {@code kid}
   * @throws IllegalArgumentException with a sentence that names the fault and never the text:
   *     nothing readable, a private key, a key that is too short or of another kind
   */
  public static List<Named> parse(String text, Set<SignatureAlgorithm> algorithms) {
    String trimmed = text.strip();
    List<Named> keys =
        trimmed.startsWith("-----") ? pem(trimmed, algorithms) : json(trimmed, algorithms);
    if (keys.isEmpty()) {
      throw new IllegalArgumentException(
          "no key that may verify signatures by " + new TreeSet<>(algorithms));
    }
    return keys;
  }

  private static List<Named> pem(String text, Set<SignatureAlgorithm> algorithms) {
    List<Named> keys = new ArrayList<>();
    String rest = text;
    while (!rest.isEmpty()) {
      Matcher begin = PEM_BEGIN.matcher(rest);
      if (!begin.lookingAt()) throw notReadable();
      String label = begin.group(1);
      if (!label.equals("PUBLIC KEY")) throw otherPem(label);
      int end = rest.indexOf("-----END PUBLIC KEY-----", begin.end());
      if (end < 0) throw notReadable();
      PublicKey key = spki(rest.substring(begin.end(), end));
      algorithms.stream()
          .sorted()
          .filter(algorithm -> algorithm.fits(key))
          .forEach(algorithm -> keys.add(new Named(null, algorithm, key)));
      rest = rest.substring(end + "-----END PUBLIC KEY-----".length()).strip();
    }
    return keys;
  }

  private static IllegalArgumentException otherPem(String label) {
    return new IllegalArgumentException(
        label.endsWith("PRIVATE KEY")
            ? "a private key; only the public one belongs here"
            : "PEM must be a PUBLIC KEY (X.509 SubjectPublicKeyInfo)");
  }

  /** SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7); the JDK tells the kind only by trying. */
  private static PublicKey spki(String base64) {
    X509EncodedKeySpec spec;
    try {
      spec = new X509EncodedKeySpec(Base64.getDecoder().decode(base64.replaceAll("\\s", "")));
    } catch (IllegalArgumentException e) {
      throw notReadable();
    }
    for (String kind : List.of("RSA", "EC", "Ed25519")) {
      try {
        return KeyFactory.getInstance(kind).generatePublic(spec);
      } catch (GeneralSecurityException notOfThisKind) {
        // The next kind may be it.
      }
    }
    throw new IllegalArgumentException("neither an RSA, an EC nor an Ed25519 public key");
  }

  private static List<Named> json(String text, Set<SignatureAlgorithm> algorithms) {
    byte[] utf8 =
        text.startsWith("{") ? text.getBytes(StandardCharsets.UTF_8) : unwrappedBase64(text);
    try {
      return new JwkReader(algorithms).written(Json.readObject(utf8));
    } catch (JsonException e) {
      throw notReadable();
    }
  }

  /** Lenient about padding and line breaks: this text is the deployer's, and no signature's. */
  private static byte[] unwrappedBase64(String text) {
    try {
      return Base64.getUrlDecoder().decode(text.replaceAll("\\s", ""));
    } catch (IllegalArgumentException e) {
      throw notReadable();
    }
  }

  private static IllegalArgumentException notReadable() {
    return new IllegalArgumentException(
        "not readable: expected PEM, a JWK, a JWK set, or one of these two in base64url");
  }
}
