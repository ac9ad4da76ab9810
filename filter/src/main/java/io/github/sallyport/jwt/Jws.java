package io.github.sallyport.jwt;

import com.auth0.jwt.exceptions.SignatureVerificationException;
import io.github.sallyport.json.Json;
import io.github.sallyport.json.JsonException;
import io.github.sallyport.jwt.KeySource.Named;
import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JWS in compact form (RFC 7515 section 7.1) whose payload is a JSON object, read strictly and
 * not yet verified. {@code jku}, {@code x5u}, {@code x5c} and {@code jwk} are not even looked at: a
 * token does not bring its own key (RFC 8725 section 3.10).
 */
final class Jws {
  private static final System.Logger LOG = System.getLogger("sallyport.jwt");

  private static final int MAX_KID_CHARS = 512;

  /** What a header may say of its type where the issuer's settings say nothing. */
  private static final Set<String> USUAL_TYPES = Set.of("jwt", "at+jwt");

  private final String[] segments;
  private final Map<String, @Nullable Object> header;
  private final Map<String, @Nullable Object> payload;

  private Jws(
      String[] segments,
      Map<String, @Nullable Object> header,
      Map<String, @Nullable Object> payload) {
    this.segments = segments;
    this.header = header;
    this.payload = payload;
  }

  /**
   * Reads a token.
   *
   * @param text of a length that the caller bounds
   */
  static Jws read(String text) throws TokenFault {
    String[] segments = text.split("\\.", -1);
    if (segments.length != 3) throw TokenFault.invalid("The token does not have three parts.");
    byte[][] decoded = new byte[3][];
    for (int i = 0; i < 3; i++) {
      if (segments[i].isEmpty()) throw TokenFault.invalid("A part of the token is empty.");
      decoded[i] =
          Base64Url.decode(segments[i])
              .orElseThrow(() -> TokenFault.invalid("A part of the token is not base64url."));
    }
    Map<String, @Nullable Object> header = object(decoded[0], "header");
    refuseExtensions(header);
    return new Jws(segments, header, object(decoded[1], "payload"));
  }

  private static Map<String, @Nullable Object> object(byte[] utf8, String part) throws TokenFault {
    try {
      return Json.readObject(utf8);
    } catch (JsonException e) {
      throw TokenFault.invalid("The token's " + part + " is not an acceptable JSON object.");
    }
  }

  /**
   * We understand no extension, so each is refused (RFC 7515 section 4.1.11, RFC 7797 section 7).
   */
  private static void refuseExtensions(Map<String, @Nullable Object> header) throws TokenFault {
    if (header.containsKey("crit") || header.containsKey("b64") || header.containsKey("zip")) {
      throw TokenFault.invalid("The token's header asks for an extension that is not supported.");
    }
    Optional<String> cty = text(header, "cty");
    if (cty.isPresent() && mediaType(cty.get()).equals("jwt")) {
      throw TokenFault.invalid("The token holds another token.");
    }
  }

  /** The {@code alg} header: what the token says, which decides nothing. */
  String algorithm() throws TokenFault {
    return text(header, "alg")
        .orElseThrow(() -> TokenFault.invalid("The token's header names no algorithm."));
  }

  /** The {@code kid} header; null where there is none. */
  @Nullable String kid() throws TokenFault {
    String kid = text(header, "kid").orElse(null);
    if (kid != null && (kid.isEmpty() || kid.length() > MAX_KID_CHARS)) {
      throw TokenFault.invalid("The token's kid is empty or too long.");
    }
    return kid;
  }

  /** Tells whether the {@code typ} header is one of these; see {@link Issuer#types()}. */
  boolean isOfType(Set<String> types) throws TokenFault {
    Optional<String> typ = text(header, "typ").map(Jws::mediaType);
    if (types.isEmpty()) return typ.isEmpty() || USUAL_TYPES.contains(typ.get());
    return typ.isPresent() && types.stream().map(Jws::mediaType).anyMatch(typ.get()::equals);
  }

  /** Names what was signed; see {@link VerifiedToken#id()}. */
  String digest() {
    return "sha256:" + VerifiedTokens.sha256(segments[0] + "." + segments[1]);
  }

  /** Tells whether its header says that it is an access token (RFC 9068 section 2.1). */
  boolean isAccessToken() throws TokenFault {
    return text(header, "typ").map(Jws::mediaType).filter("at+jwt"::equals).isPresent();
  }

  /** The claims. Nobody vouches for them before {@link #isSignedBy}. */
  Map<String, @Nullable Object> payload() {
    return payload;
  }

  /** Tells whether the signature is this key's, by this key's algorithm. */
  boolean isSignedBy(Named key) {
    return isSignedBy(key, segments);
  }

  /** The same for the three segments of any JWS, also where the payload is not JSON. */
  static boolean isSignedBy(Named key, String[] segments) {
    try {
      key.algorithm().verifier(key.key()).verify(new SignedParts(segments));
      return true;
    } catch (SignatureVerificationException e) {
      return false;
    } catch (RuntimeException e) {
      // Whatever else the library throws at a stranger's bytes is no signature either.
      LOG.log(Level.DEBUG, "A signature could not be checked: {0}", e.getClass().getName());
      return false;
    }
  }

  private static Optional<String> text(Map<String, @Nullable Object> header, String name)
      throws TokenFault {
    if (!header.containsKey(name)) return Optional.empty();
    if (header.get(name) instanceof String text) return Optional.of(text);
    throw TokenFault.invalid("The token's header has a " + name + " that is not a string.");
  }

  /** Compares as RFC 7515 section 4.1.9 says: without case, {@code application/} understood. */
  private static String mediaType(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.startsWith("application/") ? lower.substring("application/".length()) : lower;
  }

  /** Hides the token. */
  @Override
  public String toString() {
    return "Jws[…]";
  }
}
