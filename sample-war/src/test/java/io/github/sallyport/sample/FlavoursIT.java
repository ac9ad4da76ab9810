package io.github.sallyport.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** The two WARs of one build. */
class FlavoursIT {
  private static final Path TARGET = Path.of(System.getProperty("sample.target"));
  private static final Path FULL = TARGET.resolve("sallyport-sample.war");
  private static final Path THIN = TARGET.resolve("sallyport-sample-thin.war");

  /** What Sallyport and the sample bring to every server. */
  private static final String OWN =
      "(HikariCP|bucket4j_jdk17-core|cache-api|checker-qual|ehcache|flyway-core|h2|hazelcast"
          + "|jackson-(annotations|core|databind)|java-jwt|jspecify|postgresql|sallyport-(cdi|filter)|slf4j-(api|jdk14))-[0-9].*";

  @Test
  void theThinWarBringsNothingThatAServerWithJakartaEeHas() throws IOException {
    assertThat(libraries(THIN)).isNotEmpty().allMatch(name -> name.matches(OWN));
  }

  @Test
  void theFullWarBringsWhatTomcatHasNot() throws IOException {
    assertThat(libraries(FULL))
        .containsAll(libraries(THIN))
        .anyMatch(name -> name.startsWith("weld-servlet-core-"))
        .anyMatch(name -> name.startsWith("smallrye-config-"))
        .anyMatch(name -> name.startsWith("jersey-server-"))
        .anyMatch(name -> name.startsWith("jakarta.security.enterprise-api-"));
  }

  @Test
  void bothHoldTheSameApplication() throws IOException {
    assertThat(entries(THIN, "WEB-INF/classes/"))
        .isNotEmpty()
        .isEqualTo(entries(FULL, "WEB-INF/classes/"));
    assertThat(entries(THIN, "WEB-INF/web.xml")).isEqualTo(entries(FULL, "WEB-INF/web.xml"));
  }

  private static List<String> libraries(Path war) throws IOException {
    try (ZipFile zip = new ZipFile(war.toFile())) {
      return zip.stream()
          .map(ZipEntry::getName)
          .filter(name -> name.startsWith("WEB-INF/lib/") && name.endsWith(".jar"))
          .map(name -> name.substring("WEB-INF/lib/".length()))
          .sorted()
          .toList();
    }
  }

  /** Names and checksums. */
  private static List<String> entries(Path war, String folder) throws IOException {
    try (ZipFile zip = new ZipFile(war.toFile())) {
      return zip.stream()
          .filter(entry -> entry.getName().startsWith(folder))
          .map(entry -> entry.getName() + " " + entry.getCrc())
          .sorted()
          .toList();
    }
  }
}
