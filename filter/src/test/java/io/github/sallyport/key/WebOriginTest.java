package io.github.sallyport.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebOriginTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://app.example.com",
        "http://localhost:3000",
        "https://xn--bcher-kva.example",
        "https://192.0.2.7",
        "http://[2001:db8::1]:8080"
      })
  void anOriginIsASchemeAHostAndAtMostAPort(String text) {
    assertThat(new WebOrigin(text).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "*",
        "app.example.com",
        "https://",
        "https://App.example.com",
        "https://app.example.com/",
        "https://app.example.com:443",
        "http://a.example:80",
        "https://app.example.com?x",
        "https://app.example.com#x",
        "https://me@app.example.com",
        "ftp://app.example.com",
        "javascript:alert(1)",
        "https://*.example.com",
        "https://app.example.com:65536",
        "https://app.example.com:",
        "https://bücher.example",
        "https://a b.example",
        " https://app.example.com",
        "https:app.example.com",
        "https:///x"
      })
  void anythingElseIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WebOrigin(text))
        .withMessageStartingWith("each of origins must be a scheme, a host");
  }

  @ParameterizedTest
  @CsvSource({
    "https://app.example.com, https://app.example.com",
    "https://app.example.com/a/b?c=d#e, https://app.example.com",
    "HTTPS://APP.Example.COM:443/, https://app.example.com",
    "http://localhost:80, http://localhost",
    "http://localhost:8080/x, http://localhost:8080",
    "https://app.example.com/%zz{}|, https://app.example.com",
    "https://app.example.com\\@evil.org, https://app.example.com",
    "https://[2001:DB8::1]/x, https://[2001:db8::1]"
  })
  void aPageHasTheOriginThatItsAddressBeginsWith(String page, String origin) {
    assertThat(WebOrigin.ofPage(page)).contains(new WebOrigin(origin));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "https://app.example.com@evil.org/",
        "file:///etc/passwd",
        "about:blank",
        "//app.example.com",
        "https://",
        "https://app.example.com:99999",
        "data:text/html,x",
        "https://app.example.com, https://evil.org",
        "https://app.example.com:80:80"
      })
  void whatHasNoOriginThatCanBeComparedHasNone(String page) {
    assertThat(WebOrigin.ofPage(page)).isEmpty();
  }

  @Test
  void anOversizedPageHasTheOriginOfItsBeginningAndAnOversizedHostNone() {
    assertThat(WebOrigin.ofPage("https://a.example/" + "x".repeat(100_000)))
        .contains(new WebOrigin("https://a.example"));
    assertThat(WebOrigin.ofPage("https://" + "a".repeat(100_000) + ".example/")).isEmpty();
    assertThat(WebOrigin.ofPage("https://" + "a".repeat(400))).isEmpty();
  }
}
