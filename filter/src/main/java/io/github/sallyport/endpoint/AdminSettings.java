package io.github.sallyport.endpoint;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Administration over HTTP.
 *
 * @param enabled whether the endpoints are there at all
 * @param scope the scope that makes a caller an administrator
 * @param initialKeyDigest SHA-256, in lower-case hex, of the first administrator's key, where the
 *     deployer made it; null: a key is made and written to a file
 */
public record AdminSettings(boolean enabled, String scope, @Nullable String initialKeyDigest) {
  public AdminSettings {
    Objects.requireNonNull(scope, "scope");
  }
}
