package io.github.sallyport.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page of the documentation of which a part is written by the code that it describes. */
public final class GeneratedDoc {
  private static final String REWRITE = "docs.rewrite";
  private static final String BEGIN = "<!-- generated: begin -->\n";
  private static final String END = "<!-- generated: end -->\n";

  private GeneratedDoc() {}

  /**
   * Fails if the page is not up to date. With {@code -Ddocs.rewrite=true} it writes the page
   * instead.
   *
   * @param page its name in {@code docs}
   * @param generated what must stand between the two marks
   */
  public static void assertCurrent(String page, String generated) throws IOException {
    Path file = Path.of("..", "docs", page);
    String before = Files.readString(file);
    int begin = before.indexOf(BEGIN);
    int end = before.indexOf(END);
    assertThat(begin).as("%s has both marks", page).isNotNegative().isLessThan(end);
    String after = before.substring(0, begin + BEGIN.length()) + generated + before.substring(end);
    if (Boolean.getBoolean(REWRITE)) Files.writeString(file, after);
    else assertThat(before).as("run with -D%s=true", REWRITE).isEqualTo(after);
  }
}
