package io.github.sallyport.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From where keys may come. */
class JwksHttpTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://issuer.example/jwks",
        "HTTPS://issuer.example:8443/jwks?a=b",
        "http://localhost/jwks",
        "HTTP://LOCALHOST:8080/jwks",
        "http://127.0.0.1/jwks",
        "http://127.255.0.254:1/jwks",
        "http://[::1]:8080/jwks"
      })
  void nobodyOnTheWayCanChangeWhatComesFromThere(String url) {
    assertThat(JwksHttp.isSafe(URI.create(url))).isTrue();
    assertThat(JwksHttp.isHttp(URI.create(url))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://issuer.example/jwks",
        "http://10.0.0.1/jwks",
        "http://128.0.0.1/jwks",
        "http://127.0.0.1.evil.example/jwks",
        "http://127.evil.example/jwks",
        "http://localhost.evil.example/jwks",
        "http://[::2]/jwks"
      })
  void inClearFromElsewhereOnlyIfTheDeployerSaysSo(String url) {
    assertThat(JwksHttp.isSafe(URI.create(url))).isFalse();
    assertThat(JwksHttp.isHttp(URI.create(url))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/passwd",
        "ftp://issuer.example/jwks",
        "jar:https://issuer.example/a.jar!/jwks",
        "https:///jwks",
        "https:jwks",
        "//issuer.example/jwks",
        "/jwks",
        "https://user:secret@issuer.example/jwks",
        "http://user@localhost/jwks"
      })
  void anythingElseNever(String url) {
    assertThat(JwksHttp.isSafe(URI.create(url))).isFalse();
    assertThat(JwksHttp.isHttp(URI.create(url))).isFalse();
  }
}
