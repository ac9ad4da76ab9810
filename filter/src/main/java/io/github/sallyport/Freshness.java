package io.github.sallyport;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long ago a user may have logged in, for what should not be done by whoever finds an open
 * session (step-up, RFC 9470).
 *
 * <p>A login's time is what the token says of it ({@code auth_time}, OpenID Connect Core 1.0
 * section 2), else when the token was issued ({@code iat}), which may be later: a refreshed token
 * is younger than its login. It is measured at the request. An application has no login: without a
 * user nothing is fresh, and an issuer that names a login's time in a way that can't be read, or
 * one that is still to come, is not believed.
 *
 * @param maxAge the longest time since the login, itself included; more than nothing
 */
public record Freshness(Duration maxAge) {
  /** How far an issuer's clock may be ahead of ours. */
  private static final Duration AHEAD = Duration.ofMinutes(1);

  /** In seconds: thousands of years, and far from what a date can't hold. */
  private static final double FARTHEST = 1e11;

  private static final String LOGIN = "auth_time";

  public Freshness {
    if (maxAge.isNegative() || maxAge.isZero()) {
      throw new IllegalArgumentException("maxAge must be positive, was " + maxAge);
    }
  }

  /** Says why this caller may not go on; empty if it may. */
  public Optional<Refused> judge(Caller caller) {
    if (!caller.isAuthenticated()) {
      return Optional.of(
          Refused.of(Refusal.CREDENTIAL_MISSING, "This needs a credential, and none was shown."));
    }
    Optional<User> user = caller.user();
    if (user.isEmpty()) return refuse("This needs a user who has just logged in.");
    Instant login = loginOf(user.get());
    if (login == null) return refuse("The token does not say when its user logged in.");
    Instant now = caller.authenticatedAt();
    if (login.isAfter(now.plus(AHEAD))) {
      return refuse("The token names a login that is still to come.");
    }
    return Duration.between(login, now).compareTo(maxAge) > 0
        ? refuse("The user's login is too long ago for this.")
        : Optional.empty();
  }

  private static @Nullable Instant loginOf(User user) {
    if (!user.claims().containsKey(LOGIN)) return user.issuedAt();
    return user.claims().get(LOGIN) instanceof Number seconds
            && Math.abs(seconds.doubleValue()) < FARTHEST
        ? Instant.ofEpochSecond(seconds.longValue())
        : null;
  }

  private Optional<Refused> refuse(String detail) {
    return Optional.of(Refused.tooOld(detail, maxAge));
  }
}
