package io.github.sallyport.cache;

import java.util.List;
import java.util.Objects;

/**
 * By which cluster the nodes wake each other: Hazelcast's.
 *
 * @param uri where the member's configuration lies ({@code file:}, {@code classpath:}, or a path;
 *     XML or YAML), or which instance that runs already is meant ({@code hazelcast:} and its name,
 *     {@code jndi:} and a JNDI name, or a name in {@code java:})
 */
public record ClusterSettings(String uri) {
  /** The names by which the cluster's provider may be called, each of which means the same. */
  public static final List<String> PROVIDERS =
      List.of(
          "hazelcast",
          "com.hazelcast.cache.HazelcastCachingProvider",
          "com.hazelcast.cache.HazelcastMemberCachingProvider");

  /**
   * A member's configuration as it should be: a name of its own, members that are listed and not
   * searched for, one network, and no class taken from the wire that Hazelcast does not need.
   */
  public static final String EXAMPLE =
      """
      hazelcast:
        cluster-name: orders-production
        network:
          port:
            port: 5701
            auto-increment: false
          join:
            auto-detection:
              enabled: false
            multicast:
              enabled: false
            tcp-ip:
              enabled: true
              member-list: [10.0.0.11, 10.0.0.12]
          interfaces:
            enabled: true
            interfaces: [10.0.0.*]
        properties:
          hazelcast.socket.bind.any: false
        serialization:
          java-serialization-filter:
            defaults-disabled: true
            whitelist:
              class: [java.util.ArrayList, java.util.Collections$EmptyList]
              prefix: [com.hazelcast., java.lang., "["]
      """;

  public ClusterSettings {
    Objects.requireNonNull(uri, "uri");
  }
}
