package io.github.sallyport.endpoint;

import java.util.Objects;

/**
 * Administration over HTTP.
 *
 * @param enabled whether the endpoints are there at all
 * @param scope the scope that makes a caller an administrator
 */
public record AdminSettings(boolean enabled, String scope) {
  public AdminSettings {
    Objects.requireNonNull(scope, "scope");
  }
}
