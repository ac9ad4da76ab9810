package io.github.sallyport;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The application that a key identifies, with what that key was granted.
 *
 * @param keyId the key's public name, safe to log
 * @param lineage the id of the first key in its lineage: limits and counts belong to that, so that
 *     neither rotating a key nor deriving from it starts them anew
 * @param publishable whether everybody can read the key, as in a page for browsers
 * @param owner whom the key belongs to; never a principal's name
 * @param plan the name of the plan; null where the key has none
 * @param environment {@code live}, {@code test} or what the deployer named
 * @param scopes what the key was granted
 * @param roles what the key was granted
 * @param expiresAt the end of the key's life; null if it has none
 * @param replaced whether another key was issued to take this one's place
 */
public record Application(
    String keyId,
    String lineage,
    boolean publishable,
    String owner,
    @Nullable String plan,
    String environment,
    Set<String> scopes,
    Set<String> roles,
    @Nullable Instant expiresAt,
    boolean replaced) {

  public Application {
    Objects.requireNonNull(keyId, "keyId");
    Objects.requireNonNull(lineage, "lineage");
    Objects.requireNonNull(owner, "owner");
    Objects.requireNonNull(environment, "environment");
    scopes = Set.copyOf(scopes);
    roles = Set.copyOf(roles);
  }
}
