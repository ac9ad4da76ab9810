package io.github.sallyport.sample;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * The two users of the sample. Their passwords stand in its configuration, for everybody to read: a
 * real store has slow, salted hashes, and is somebody else's.
 */
final class DemoUsers {
  private static final Map<String, Set<String>> ROLES =
      Map.of("alice", Set.of("user"), "root", Set.of("user", "admin"));

  private DemoUsers() {}

  /** The roles of a user whose password this is; empty: it is not, or there is no such user. */
  static Optional<Set<String>> roles(String name, String password) {
    String known =
        ConfigProvider.getConfig()
            .getOptionalValue("sample.password." + name, String.class)
            .orElse("");
    // For a name that nobody has it takes as long.
    boolean same =
        MessageDigest.isEqual(
            known.getBytes(StandardCharsets.UTF_8), password.getBytes(StandardCharsets.UTF_8));
    return same && !known.isEmpty() ? Optional.ofNullable(ROLES.get(name)) : Optional.empty();
  }
}
