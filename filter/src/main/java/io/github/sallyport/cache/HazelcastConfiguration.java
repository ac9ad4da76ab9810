package io.github.sallyport.cache;

import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.EndpointConfig;
import com.hazelcast.config.InterfacesConfig;
import com.hazelcast.config.InvalidConfigurationException;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Reads how a member of ours shall be, and holds it to one rule: never an open member. What
 * Hazelcast leaves open unless it is told (it listens on every address, and makes an object of any
 * class that the wire names) is closed here; what only the deployer can say must be said.
 */
final class HazelcastConfiguration {
  private static final String BIND_ANY = "hazelcast.socket.bind.any";
  private static final String SERVER_BIND_ANY = "hazelcast.socket.server.bind.any";
  private static final String LOCAL_ADDRESS = "hazelcast.local.localAddress";
  private static final String CLASSPATH = "classpath:";

  /** What holds unless the configuration says otherwise. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          BIND_ANY,
          "false", // else the interfaces choose a name, and the socket takes all calls
          "hazelcast.phone.home.enabled",
          "false",
          "hazelcast.shutdownhook.enabled",
          "false", // the container closes us, and we the member
          // A deployment waits for its cluster, which is a wake-up and nothing more, not for long.
          "hazelcast.wait.seconds.before.join",
          "0",
          "hazelcast.max.join.seconds",
          "30",
          // Members that were parted, or that started apart in the same moment, look for each other
          // after half a minute, not after five.
          "hazelcast.merge.first.run.delay.seconds",
          "30",
          "hazelcast.merge.next.run.delay.seconds",
          "30",
          "hazelcast.graceful.shutdown.max.wait",
          "10");

  private HazelcastConfiguration() {}

  /**
   * Reads the configuration, and closes what it leaves open.
   *
   * @throws IllegalStateException if it can't be read, or if a member would be open by it
   */
  static Config read(String uri, ClassLoader application) {
    Config config = parse(uri, application);
    DEFAULTS.forEach(
        (name, value) -> {
          if (config.getProperty(name) == null) config.setProperty(name, value);
        });
    if (config.getSerializationConfig().getJavaSerializationFilterConfig() == null) {
      config.getSerializationConfig().setJavaSerializationFilterConfig(filter());
    }
    if (config.getClassLoader() == null) {
      config.setClassLoader(HazelcastConfiguration.class.getClassLoader());
    }
    List<String> openings = openings(config);
    if (openings.isEmpty()) return config;
    throw new IllegalStateException(
        "sallyport.cluster.uri: a member with the configuration %s would be open: %s. This is one that is not:\n%s"
            .formatted(uri, String.join("; ", openings), ClusterSettings.EXAMPLE));
  }

  /** Says where a member of this configuration is open; empty: nowhere. */
  static List<String> openings(Config config) {
    List<String> openings = new ArrayList<>();
    String name = config.getClusterName();
    if (name == null || name.isBlank() || name.equals(Config.DEFAULT_CLUSTER_NAME)) {
      openings.add("cluster-name is Hazelcast's default, so that any other member joins");
    }
    JoinConfig join = join(config);
    if (join.getMulticastConfig().isEnabled()) {
      openings.add("join.multicast is on, so that members need no address to join");
    }
    if (join.isAutoDetectionEnabled()) {
      openings.add("join.auto-detection is on, so that the surroundings decide who joins");
    }
    if (listensEverywhere(config)) {
      openings.add(
          "it listens on every address: name the network in interfaces, and leave "
              + BIND_ANY
              + " false");
    }
    if (config.getSerializationConfig().getJavaSerializationFilterConfig() == null) {
      openings.add("no java-serialization-filter says which classes may come over the wire");
    }
    return openings;
  }

  private static JoinConfig join(Config config) {
    AdvancedNetworkConfig advanced = config.getAdvancedNetworkConfig();
    return advanced.isEnabled() ? advanced.getJoin() : config.getNetworkConfig().getJoin();
  }

  private static boolean listensEverywhere(Config config) {
    String server = config.getProperty(SERVER_BIND_ANY);
    if (!"false".equals(server == null ? config.getProperty(BIND_ANY) : server)) return true;
    return config.getProperty(LOCAL_ADDRESS) == null
        && interfaces(config).anyMatch(HazelcastConfiguration::areAll);
  }

  private static Stream<InterfacesConfig> interfaces(Config config) {
    AdvancedNetworkConfig advanced = config.getAdvancedNetworkConfig();
    if (!advanced.isEnabled()) return Stream.of(config.getNetworkConfig().getInterfaces());
    return advanced.getEndpointConfigs().values().stream()
        .filter(ServerSocketEndpointConfig.class::isInstance)
        .map(EndpointConfig::getInterfaces);
  }

  private static boolean areAll(InterfacesConfig interfaces) {
    return !interfaces.isEnabled()
        || interfaces.getInterfaces().isEmpty()
        || interfaces.getInterfaces().stream().anyMatch(i -> i.strip().startsWith("*"));
  }

  /** As in {@link ClusterSettings#EXAMPLE}: what a fault of another member is made of. */
  private static JavaSerializationFilterConfig filter() {
    JavaSerializationFilterConfig filter = new JavaSerializationFilterConfig();
    filter.setDefaultsDisabled(true);
    filter
        .getWhitelist()
        .addClasses("java.util.ArrayList", "java.util.Collections$EmptyList")
        .addPrefixes("com.hazelcast.", "java.lang.", "[");
    return filter;
  }

  private static Config parse(String uri, ClassLoader application) {
    try (InputStream text = open(uri, application)) {
      return Config.loadFromStream(text);
    } catch (IOException | InvalidPathException e) {
      throw new IllegalStateException("sallyport.cluster.uri: nothing can be read at " + uri, e);
    } catch (InvalidConfigurationException | IllegalArgumentException e) {
      throw new IllegalStateException(
          "sallyport.cluster.uri: %s is no configuration of Hazelcast: %s"
              .formatted(uri, e.getMessage()),
          e);
    }
  }

  private static InputStream open(String uri, ClassLoader application) throws IOException {
    if (uri.startsWith("file:")) return Files.newInputStream(path(uri));
    if (!uri.startsWith(CLASSPATH)) return Files.newInputStream(Path.of(uri));
    InputStream resource = application.getResourceAsStream(uri.substring(CLASSPATH.length()));
    if (resource == null) throw new IOException("the application has no such resource");
    return resource;
  }

  private static Path path(String url) throws IOException {
    try {
      return Path.of(URI.create(url));
    } catch (IllegalArgumentException e) {
      throw new IOException("not the URL of a file", e);
    }
  }
}
