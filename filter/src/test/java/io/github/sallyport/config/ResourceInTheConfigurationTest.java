package io.github.sallyport.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** By which name others know what is protected. */
class ResourceInTheConfigurationTest {
  private static SallyportSettings deploy(String resource) {
    return new Deployer().property("sallyport.resource", resource).deploy();
  }

  @Test
  void unsetThereIsNone() {
    assertThat(new Deployer().deploy().resource()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://orders.example",
        "HTTPS://orders.example:8443/v1/",
        "http://localhost:8080",
        "http://127.0.0.1/api",
        "http://[::1]"
      })
  void anHttpsUrlIsOneAndAnHttpUrlOfLoopback(String resource) {
    assertThat(deploy(resource).resource()).isEqualTo(URI.create(resource));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "orders",
        "/orders",
        "https:",
        "https:///orders",
        "https:orders.example",
        "http://orders.example",
        "urn:orders",
        "ftp://orders.example",
        "https://orders.example/?tenant=1",
        "https://orders.example/#part",
        "https://user:pass-word@orders.example/",
        "https://orders.example/a b",
        "https://orders.example/ä"
      })
  void anythingElseIsAMistakeThatIsNotEchoed(String resource) {
    assertThat(new Deployer().property("sallyport.resource", resource).mistakes())
        .containsExactly(
            "sallyport.resource: is not an https: URL with a host, and without user, query or"
                + " fragment; http: will do for loopback alone");
  }
}
