package io.github.sallyport.http;

import io.github.sallyport.Caller;
import io.github.sallyport.Secret;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.jwt.Claims;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/**
 * A caller that is the token too, as MicroProfile JWT 2.1 wants every principal to be (chapter 7).
 * Its claims come from the token as it was read strictly; its name and groups are those of the
 * caller, by the issuer's {@code name-claim} and {@code roles-claim}.
 *
 * <p>Loaded only where MicroProfile JWT is. It needs no Jakarta JSON Processing, which {@link
 * Claims} does: so it overrides whatever would ask that for a name.
 */
final class JsonWebTokenCaller extends CallerWithToken implements JsonWebToken {
  private static final String RAW_TOKEN = "raw_token";
  private static final String GROUPS = "groups";
  private static final String AUDIENCE = "aud";
  private static final Set<String> DATES = Set.of("exp", "iat", "nbf", "auth_time", "updated_at");

  JsonWebTokenCaller(Caller caller, @Nullable Secret jwt) {
    super(caller, jwt);
  }

  @Override
  public String getName() {
    return super.getName();
  }

  @Override
  public @Nullable String getRawToken() {
    Secret text = jwt();
    return text == null ? null : text.reveal();
  }

  @Override
  public @Nullable String getIssuer() {
    return text("iss");
  }

  @Override
  public @Nullable Set<String> getAudience() {
    Object audience = claims().get(AUDIENCE);
    if (audience instanceof String one) return Set.of(one);
    if (!(audience instanceof List<?> all)) return null;
    Set<String> texts = new LinkedHashSet<>();
    for (Object each : all) if (each instanceof String text) texts.add(text);
    return Collections.unmodifiableSet(texts);
  }

  @Override
  public @Nullable String getSubject() {
    return text("sub");
  }

  @Override
  public @Nullable String getTokenID() {
    return text("jti");
  }

  /** {@inheritDoc} Zero where the token has none. */
  @Override
  public long getExpirationTime() {
    return orZero("exp");
  }

  /** {@inheritDoc} Zero where the token has none. */
  @Override
  public long getIssuedAtTime() {
    return orZero("iat");
  }

  @Override
  public Set<String> getGroups() {
    return roles();
  }

  @Override
  public Set<String> getClaimNames() {
    Set<String> names = new LinkedHashSet<>(claims().keySet());
    if (jwt() != null) names.add(RAW_TOKEN);
    return Collections.unmodifiableSet(names);
  }

  @Override
  public boolean containsClaim(String claimName) {
    return value(claimName) != null;
  }

  /**
   * {@inheritDoc}
   *
   * <p>What {@link Claims} does not name, and is not a string, is a {@code JsonValue} (7.1.2);
   * without Jakarta JSON Processing a number, a Boolean, a list or a map.
   */
  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // The interface's own shape.
  public <T> @Nullable T getClaim(String claimName) {
    return (T) value(claimName);
  }

  @Override
  public <T> Optional<T> claim(String claimName) {
    return Optional.ofNullable(getClaim(claimName));
  }

  private @Nullable Object value(String name) {
    if (name.equals(RAW_TOKEN)) return getRawToken();
    if (name.equals(AUDIENCE)) return getAudience();
    Object claim = claims().get(name);
    if (name.equals(GROUPS)) return claim == null && roles().isEmpty() ? null : roles();
    if (DATES.contains(name)) return seconds(claim);
    if (claim == null || claim instanceof String || !JsonValues.areThere()) return claim;
    boolean whole = claim instanceof List || claim instanceof Map;
    return !whole && Standard.NAMES.contains(name) ? claim : JsonValues.of(claim);
  }

  private @Nullable String text(String name) {
    return claims().get(name) instanceof String text ? text : null;
  }

  private long orZero(String name) {
    Long seconds = seconds(claims().get(name));
    return seconds == null ? 0 : seconds;
  }

  /** A NumericDate may have a fraction (RFC 7519 section 2); MicroProfile's has not. */
  private static @Nullable Long seconds(@Nullable Object claim) {
    if (claim instanceof Long || claim instanceof BigInteger) return ((Number) claim).longValue();
    return claim instanceof BigDecimal decimal
        ? decimal.setScale(0, RoundingMode.FLOOR).longValue()
        : null;
  }

  /** Loaded only where Jakarta JSON Processing is: one of the names is a class of its. */
  private static final class Standard {
    static final Set<String> NAMES =
        Arrays.stream(Claims.values()).map(Claims::name).collect(Collectors.toUnmodifiableSet());
  }
}
