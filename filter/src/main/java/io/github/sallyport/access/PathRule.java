package io.github.sallyport.access;

import io.github.sallyport.CredentialKind;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What a deployer asks for on some paths.
 *
 * @param name the NAME of {@code sallyport.access.NAME}
 * @param patterns servlet patterns (Servlet 6.0, 12.1), at least one
 * @param methods the methods it speaks of; empty means all
 * @param policy what it asks for first
 * @param scopes all of them are needed
 * @param roles any of them is needed; empty means none
 * @param credentials the kinds let in; empty means all
 * @param cost the permits of its plan that a request of a limited caller takes
 */
public record PathRule(
    String name,
    List<String> patterns,
    Set<String> methods,
    Policy policy,
    Set<String> scopes,
    Set<String> roles,
    Set<CredentialKind> credentials,
    int cost) {

  public PathRule {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(policy, "policy");
    patterns = List.copyOf(patterns);
    methods = Set.copyOf(methods);
    scopes = Set.copyOf(scopes);
    roles = Set.copyOf(roles);
    credentials = Set.copyOf(credentials);
    if (patterns.isEmpty()) throw new IllegalArgumentException("a rule needs at least one pattern");
    if (cost < 1) throw new IllegalArgumentException("cost must be at least 1, was " + cost);
    boolean asks = !scopes.isEmpty() || !roles.isEmpty() || !credentials.isEmpty();
    if (asks && policy != Policy.AUTHENTICATED) {
      throw new IllegalArgumentException(
          "scopes, roles and credentials go with the policy authenticated only");
    }
  }
}
