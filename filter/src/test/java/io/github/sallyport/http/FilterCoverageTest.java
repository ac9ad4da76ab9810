package io.github.sallyport.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which requests the filter is mapped to, as the mechanism that runs before it has to know. */
class FilterCoverageTest {

  private static boolean covers(String pattern, String path, @Nullable String servlet) {
    HttpServletMapping mapping = fake(HttpServletMapping.class, "getServletName", servlet);
    HttpServletRequest request =
        (HttpServletRequest)
            Proxy.newProxyInstance(
                FilterCoverageTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) ->
                    switch (method.getName()) {
                      case "getServletPath" -> path;
                      case "getPathInfo" -> null;
                      case "getHttpServletMapping" -> mapping;
                      default -> throw new AssertionError(method.getName());
                    });
    return new FilterCoverage(Set.of(pattern), Set.of("orders")).covers(request);
  }

  private static <T> T fake(Class<T> type, String name, @Nullable Object value) {
    return type.cast(
        Proxy.newProxyInstance(
            FilterCoverageTest.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (method.getName().equals(name)) return value;
              throw new AssertionError(method.getName());
            }));
  }

  @Test
  void aPatternCoversItsPathsAndNoOthers() {
    assertThat(covers("/in/*", "/in", "other")).isTrue();
    assertThat(covers("/in/*", "/in/x", "other")).isTrue();
    assertThat(covers("/in/*", "/inner", "other")).isFalse();
    assertThat(covers("*.do", "/x.do", "other")).isTrue();
    assertThat(covers("", "/", "other")).isTrue();
  }

  /** As OPTIONS * has it, and as some servers find a path in a target that is none. */
  @Test
  void thePatternOfEverythingCoversWhatIsNoPathToo() {
    assertThat(covers("/*", "", null)).isTrue();
    assertThat(covers("/*", "*", null)).isTrue();
    assertThat(covers("/*", "orders/1", null)).isTrue();
  }

  @Test
  void aServletIsCoveredByItsNameWhereThereIsOne() {
    assertThat(covers("/in/*", "/out", "orders")).isTrue();
    assertThat(covers("/in/*", "/out", null)).isFalse();
  }
}
