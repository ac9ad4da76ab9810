package io.github.sallyport.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.cache.ClusterSettings;
import org.junit.jupiter.api.Test;

/** What a deployer says of the cluster. What its configuration says is read when it is joined. */
class ClusterInTheConfigurationTest {
  private final Deployer deployer = new Deployer();

  @Test
  void byDefaultThereIsNone() {
    assertThat(deployer.deploy().cluster()).isNull();
  }

  @Test
  void hazelcastIsCalledByAWordOrByItsProvidersClass() {
    for (String provider : ClusterSettings.PROVIDERS) {
      assertThat(
              new Deployer()
                  .variable("SALLYPORT_CLUSTER_PROVIDER", provider)
                  .variable("SALLYPORT_CLUSTER_URI", "cluster.yaml")
                  .deploy()
                  .cluster())
          .isEqualTo(new ClusterSettings("cluster.yaml"));
    }
  }

  @Test
  void anotherProviderIsRefusedAndTheKnownAreNamed() {
    deployer.property("sallyport.cluster.provider", "org.infinispan.Provider");
    deployer.property("sallyport.cluster.uri", "cluster.yaml");
    assertThat(deployer.mistakes())
        .containsExactly(
            "sallyport.cluster.provider: \"org.infinispan.Provider\" is not known; known are"
                + " hazelcast, com.hazelcast.cache.HazelcastCachingProvider,"
                + " com.hazelcast.cache.HazelcastMemberCachingProvider");
  }

  @Test // catalogue S17
  void withoutAConfigurationTheDeploymentStopsAndShowsOne() {
    deployer.property("sallyport.cluster.provider", "hazelcast");
    assertThat(deployer.mistakes())
        .containsExactly(
            "sallyport.cluster.uri: is not set, and a member by Hazelcast's defaults would be open"
                + " to everybody. Name a file such as this one:\n"
                + ClusterSettings.EXAMPLE);
  }

  @Test
  void aConfigurationWithoutAProviderIsAMistake() {
    deployer.property("sallyport.cluster.uri", "cluster.yaml");
    assertThat(deployer.mistakes())
        .containsExactly(
            "sallyport.cluster.uri: goes with sallyport.cluster.provider, which is not set");
  }
}
