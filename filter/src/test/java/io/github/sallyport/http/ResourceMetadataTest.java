package io.github.sallyport.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9728 section 3.1, and what is done where that path is another application's. */
class ResourceMetadataTest {
  @ParameterizedTest
  @CsvSource({
    "https://a.example,'',https://a.example/.well-known/oauth-protected-resource",
    "https://a.example/,'',https://a.example/.well-known/oauth-protected-resource",
    "https://a.example/v1,'',https://a.example/.well-known/oauth-protected-resource/v1",
    "https://a.example/v1/,'',https://a.example/.well-known/oauth-protected-resource/v1/",
    "https://a.example:8443/v%201,'',"
        + "https://a.example:8443/.well-known/oauth-protected-resource/v%201",
    "http://[::1]:8080,'',http://[::1]:8080/.well-known/oauth-protected-resource",
    "https://a.example/shop,/shop,https://a.example/shop/sallyport/oauth-protected-resource",
    "https://a.example/other,/shop,https://a.example/shop/sallyport/oauth-protected-resource",
  })
  void theDocumentIsAtTheWellKnownPathOrBelowTheApplicationsOwn(
      URI resource, String contextPath, URI url) {
    assertThat(ResourceMetadata.url(resource, contextPath)).isEqualTo(url);
  }
}
