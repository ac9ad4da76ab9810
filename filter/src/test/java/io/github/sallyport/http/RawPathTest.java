package io.github.sallyport.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RawPathTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/a%2fb",
        "/a%2Fb",
        "/a%5cb",
        "/a\\b",
        "/./a",
        "/a/.",
        "/a/..",
        "/x/../a",
        "/%2e/a",
        "/x/%2e%2E/a",
        "/x/.%2e/a",
        "/a;x",
        "/;/a",
        "/a;jsessionid=1",
        "/a%3Bx",
        "/a%00",
        "/a%0a",
        "/a%7F",
        "/a\u0001",
        "/a%",
        "/a%2",
        "/a%zz",
        "/..;/a"
      })
  void aPathThatCanBeReadTwoWaysIsAmbiguous(String path) {
    assertThat(RawPath.isAmbiguous(path)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/a/b",
        "/a.b",
        "/.a",
        "/..a",
        "/a..",
        "/...",
        "/a%20b",
        "/%41",
        "/a,b=c",
        "//a",
        "/caf%C3%A9",
        "/a%252Fb",
        "*"
      })
  void anyOtherPathIsNot(String path) {
    assertThat(RawPath.isAmbiguous(path)).isFalse();
  }
}
