package io.github.sallyport.token;

import io.github.sallyport.key.ApiKeyRecord;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A user whom the application has authenticated, and what the tokens shall say.
 *
 * @param name the {@code sub} claim, 1 to 255 characters without control characters, by which the
 *     application knows exactly one user; not in the form of a key's id, 14 letters and digits
 * @param scopes what the user may have done by this client
 * @param roles what the user is
 * @param claims further claims, such as {@code email}; none that says what the rest of a token
 *     means ({@code exp}, {@code act}, {@code sallyport_…})
 */
public record LoginUser(
    String name, Set<String> scopes, Set<String> roles, Map<String, @Nullable Object> claims) {
  private static final int MOST_CHARS = 255;

  public LoginUser {
    if (name.isEmpty() || name.length() > MOST_CHARS) {
      throw new IllegalArgumentException("name must have 1 to " + MOST_CHARS + " characters");
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("name must not have control characters");
    }
    if (ApiKeyRecord.isId(name)) {
      throw new IllegalArgumentException(
          "name must not be in the form of a key's id, 14 letters and digits: put something before"
              + " it that all of your users' names have");
    }
    scopes = Set.copyOf(scopes);
    if (!scopes.stream().allMatch(ScopeRequest::isScope)) {
      throw new IllegalArgumentException("a scope has printable ASCII without space, \" and \\");
    }
    roles = Set.copyOf(roles);
    claims = Collections.unmodifiableMap(new LinkedHashMap<>(claims));
    for (String claim : claims.keySet()) {
      if (OwnClaims.isReserved(claim)) {
        throw new IllegalArgumentException("claims must not have " + claim + ": it is ours to say");
      }
    }
  }

  /** A user of whom tokens say no more than this. */
  public LoginUser(String name, Set<String> scopes, Set<String> roles) {
    this(name, scopes, roles, Map.of());
  }

  /** Leaves the claims out: they may be anybody's personal data. */
  @Override
  public String toString() {
    return "LoginUser[" + name + "]";
  }
}
