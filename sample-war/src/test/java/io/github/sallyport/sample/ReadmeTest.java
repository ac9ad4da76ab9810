package io.github.sallyport.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the README shows is what the sample does. */
class ReadmeTest {
  private static final Path README = Path.of("..", "README.md");

  @Test
  void theWebXmlSnippetIsTheSamplesOwn() throws IOException {
    assertThat(Files.readString(Path.of("src/main/webapp/WEB-INF/web.xml"))).contains(block("xml"));
  }

  @Test
  void theRuleIsTheSamplesOwn() throws IOException {
    assertThat(
            Files.readString(Path.of("src/main/resources/META-INF/microprofile-config.properties")))
        .contains(block("properties"));
  }

  @Test
  void theCodeIsTheSamplesOwn() throws IOException {
    assertThat(
            Files.readString(
                Path.of("src/main/java/io/github/sallyport/sample/OrdersResource.java")))
        .contains(blocks("java"));
  }

  @Test
  void runAndTestAreOneLineEachOnTheFirstScreen() throws IOException {
    List<String> lines = Files.readAllLines(README);
    for (String heading : new String[] {"## Run", "## Test"}) {
      int at = lines.indexOf(heading);
      assertThat(at).as(heading).isBetween(1, 45);
      assertThat(lines.get(at + 2)).isEqualTo("```sh");
      assertThat(lines.get(at + 3)).startsWith("mvn ");
      assertThat(lines.get(at + 4)).isEqualTo("```");
    }
  }

  /** The first fenced block in this language. */
  private static String block(String language) throws IOException {
    return blocks(language).get(0);
  }

  /** Every fenced block in this language. */
  private static List<String> blocks(String language) throws IOException {
    List<String> blocks =
        Pattern.compile("^```" + language + "\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE)
            .matcher(Files.readString(README))
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(blocks).as(language).isNotEmpty();
    return blocks;
  }
}
