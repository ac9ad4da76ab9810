package io.github.sallyport.http;

import io.github.sallyport.Caller;
import io.github.sallyport.Credential;
import io.github.sallyport.EstablishedCaller;
import io.github.sallyport.Secret;
import io.github.sallyport.User;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Callers as the filter makes them of tokens that were shown, for tests of the rooms behind. */
public final class ShownTokens {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  private ShownTokens() {}

  /** A user who showed a token with these claims, beside {@code iss} and {@code sub}. */
  public static Caller of(String name, Map<String, ? extends @Nullable Object> more) {
    Map<String, @Nullable Object> claims = new LinkedHashMap<>(more);
    claims.put("iss", "https://people.example");
    claims.put("sub", name);
    User user =
        new User(
            name, name, "https://people.example", null, null, Set.of("clerk"), claims, null, NOW);
    return CallerWithToken.of(
        EstablishedCaller.byToken(user, NOW), new Credential.Bearer(new Secret("text.of." + name)));
  }
}
