package io.github.sallyport.token;

import io.github.sallyport.Secret;
import io.github.sallyport.jwt.SigningKey;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Signs access tokens (RFC 9068). Safe for use by many threads. */
public final class AccessTokens {
  private static final String TYPE = "at+jwt"; // RFC 9068 section 2.1
  private static final int ID_BYTES = 16;
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

  private final TokenSettings settings;
  private final Supplier<SigningKey> signer;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param signer the key that signs now, as {@link SigningKeys#signer}
   */
  public AccessTokens(TokenSettings settings, Supplier<SigningKey> signer, Clock clock) {
    this.settings = Objects.requireNonNull(settings, "settings");
    this.signer = Objects.requireNonNull(signer, "signer");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  AccessToken sign(TokenTerms terms) {
    Instant issuedAt = Instant.ofEpochSecond(clock.instant().getEpochSecond());
    Instant end = issuedAt.plus(settings.accessTtl());
    Instant notAfter = terms.notAfter();
    if (notAfter != null && notAfter.isBefore(end)) {
      end = Instant.ofEpochSecond(notAfter.getEpochSecond());
    }
    String id = terms.idStart() + randomId();
    Map<String, @Nullable Object> claims = new LinkedHashMap<>(terms.others());
    claims.put("iss", settings.issuer());
    claims.put("sub", terms.subject());
    List<String> audience = List.copyOf(new TreeSet<>(terms.audience()));
    claims.put("aud", audience.size() == 1 ? audience.get(0) : audience);
    claims.put("iat", issuedAt.getEpochSecond());
    claims.put("exp", end.getEpochSecond());
    claims.put("jti", id);
    claims.put(OwnClaims.CLIENT_ID, terms.clientId());
    // Also where there is none: a token that says nothing of scopes would not narrow a key's.
    claims.put("scope", String.join(" ", new TreeSet<>(terms.scopes())));
    claims.put("roles", List.copyOf(new TreeSet<>(terms.roles())));
    claims.put(OwnClaims.VERSION, terms.version());
    Secret text = new Secret(signer.get().sign(TYPE, claims));
    return new AccessToken(text, id, issuedAt, end, terms.scopes());
  }

  /** What makes a {@code jti} one that nobody has seen before: 128 random bits, as base64url. */
  String randomId() {
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    return BASE64URL.encodeToString(bytes);
  }
}
