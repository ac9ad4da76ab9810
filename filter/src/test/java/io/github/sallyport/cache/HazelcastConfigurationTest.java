package io.github.sallyport.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.hazelcast.config.ClassFilter;
import com.hazelcast.config.Config;
import io.github.sallyport.testing.GeneratedDoc;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Never an open member: catalogue S17. */
class HazelcastConfigurationTest {
  private static final String EXAMPLE = ClusterSettings.EXAMPLE;

  @TempDir Path folder;

  @Test
  void theExampleIsReadAsItIsAndIsClosed() throws IOException {
    Config config = read(EXAMPLE);

    assertThat(config.getClusterName()).isEqualTo("orders-production");
    assertThat(config.getNetworkConfig().getPort()).isEqualTo(5701);
    assertThat(config.getNetworkConfig().getJoin().getTcpIpConfig().getMembers())
        .containsExactly("10.0.0.11", "10.0.0.12");
    assertThat(HazelcastConfiguration.openings(config)).isEmpty();
  }

  @Test
  void theDocumentationHasTheExample() throws IOException {
    GeneratedDoc.assertCurrent("cluster.md", "```yaml\n" + EXAMPLE + "```\n");
  }

  static Stream<Arguments> openings() {
    String name = "  cluster-name: orders-production\n";
    String detection = "      auto-detection:\n        enabled: ";
    String multicast = "      multicast:\n        enabled: ";
    String interfaces = "    interfaces:\n      enabled: ";
    // Where members are listed, Hazelcast itself looks for no others.
    String unlisted =
        with("      tcp-ip:\n        enabled: true", "      tcp-ip:\n        enabled: false");
    return Stream.of(
        arguments(with(name, ""), "cluster-name is Hazelcast's default"),
        arguments(with(name, "  cluster-name: dev\n"), "cluster-name is Hazelcast's default"),
        arguments(with(unlisted, multicast + "false", multicast + "true"), "join.multicast is on"),
        arguments(
            with(unlisted, detection + "false", detection + "true"), "join.auto-detection is on"),
        arguments(with(unlisted, detection + "false\n", ""), "join.auto-detection is on"),
        arguments(with(interfaces + "true", interfaces + "false"), "it listens on every address"),
        arguments(with("[10.0.0.*]", "['*.*.*.*']"), "it listens on every address"),
        arguments(with("[10.0.0.*]", "[]"), "it listens on every address"),
        arguments(with("bind.any: false", "bind.any: true"), "it listens on every address"),
        arguments(with("bind.any: false", "server.bind.any: true"), "it listens on every address"));
  }

  private static String with(String part, String by) {
    return with(EXAMPLE, part, by);
  }

  private static String with(String text, String part, String by) {
    assertThat(text).contains(part);
    return text.replace(part, by);
  }

  @ParameterizedTest
  @MethodSource("openings")
  void whatOpensAMemberStopsTheDeploymentWithTheExample(String text, String says) {
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> read(text))
        .withMessageStartingWith("sallyport.cluster.uri: a member with the configuration ")
        .withMessageContaining(" would be open: " + says)
        .withMessageEndingWith("This is one that is not:\n" + EXAMPLE);
  }

  @Test
  void whatHazelcastIsByDefaultIsOpenInEachWay() throws IOException {
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> read("hazelcast: {}\n"))
        .withMessageContainingAll("cluster-name", "join.auto-detection", "every address");
    assertThat(HazelcastConfiguration.openings(new Config())).hasSize(4);
  }

  @Test
  void aSocketPerProtocolIsHeldToTheSame() throws IOException {
    String sockets =
        """
        hazelcast:
          cluster-name: orders-production
          advanced-network:
            enabled: true
            join: {auto-detection: {enabled: false}, multicast: {enabled: %s}}
            member-server-socket-endpoint-config:
              interfaces: {enabled: %s, interfaces: [10.0.0.*]}
        """;
    assertThat(read(sockets.formatted(false, true)).getAdvancedNetworkConfig().isEnabled())
        .isTrue();
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> read(sockets.formatted(true, false)))
        .withMessageContainingAll("join.multicast is on", "it listens on every address");
  }

  @Test
  void whatNobodySaidIsClosedByUs() throws IOException {
    int properties = EXAMPLE.indexOf("  properties:");
    assertThat(properties).isPositive();

    Config config = read(EXAMPLE.substring(0, properties));

    assertThat(config.getProperty("hazelcast.socket.bind.any")).isEqualTo("false");
    assertThat(config.getProperty("hazelcast.phone.home.enabled")).isEqualTo("false");
    assertThat(config.getProperty("hazelcast.shutdownhook.enabled")).isEqualTo("false");
    assertThat(config.getProperty("hazelcast.max.join.seconds")).isEqualTo("30");
    assertThat(config.getProperty("hazelcast.merge.first.run.delay.seconds")).isEqualTo("30");
    assertThat(config.getSerializationConfig().getJavaSerializationFilterConfig())
        .isEqualTo(read(EXAMPLE).getSerializationConfig().getJavaSerializationFilterConfig());
    ClassFilter listed =
        config.getSerializationConfig().getJavaSerializationFilterConfig().getWhitelist();
    assertThat(listed.isListed("java.lang.IllegalStateException")).isTrue();
    assertThat(listed.isListed("javax.management.BadAttributeValueExpException")).isFalse();
    assertThat(listed.isListed("java.util.HashMap")).isFalse();
  }

  @Test
  void whatTheDeployerSaidStands() throws IOException {
    Config config =
        read(EXAMPLE.replace("properties:", "properties:\n    hazelcast.max.join.seconds: 7"));

    assertThat(config.getProperty("hazelcast.max.join.seconds")).isEqualTo("7");
  }

  @Test
  void aConfigurationLiesInAFileBehindAUrlOrAmongTheApplicationsResources() throws IOException {
    Path file = Files.writeString(folder.resolve("cluster.yaml"), EXAMPLE);
    Path xml =
        Files.writeString(
            folder.resolve("cluster.xml"),
            """
            <hazelcast xmlns="http://www.hazelcast.com/schema/config">
              <cluster-name>orders-production</cluster-name>
              <network>
                <join><auto-detection enabled="false"/><multicast enabled="false"/></join>
                <interfaces enabled="true"><interface>10.0.0.*</interface></interfaces>
              </network>
            </hazelcast>
            """);
    try (URLClassLoader application = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      for (String uri :
          new String[] {
            file.toString(), file.toUri().toString(), "classpath:cluster.yaml", xml.toString()
          }) {
        assertThat(HazelcastConfiguration.read(uri, application).getClusterName())
            .as(uri)
            .isEqualTo("orders-production");
      }
    }
  }

  @Test
  void whereNothingIsAndWhatIsNoConfigurationStopsTheDeployment() throws IOException {
    Path text = Files.writeString(folder.resolve("text.yaml"), "orders: production\n");
    for (String nowhere :
        new String[] {"nowhere.yaml", "file:/nowhere.yaml", "classpath:nowhere.yaml", "file:%"}) {
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(() -> HazelcastConfiguration.read(nowhere, getClass().getClassLoader()))
          .withMessage("sallyport.cluster.uri: nothing can be read at " + nowhere);
    }
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> HazelcastConfiguration.read(text.toString(), getClass().getClassLoader()))
        .withMessageStartingWith("sallyport.cluster.uri: " + text + " is no configuration of");
  }

  private Config read(String text) throws IOException {
    Path file = Files.writeString(Files.createTempFile(folder, "hazelcast", ".yaml"), text);
    return HazelcastConfiguration.read(file.toString(), getClass().getClassLoader());
  }
}
