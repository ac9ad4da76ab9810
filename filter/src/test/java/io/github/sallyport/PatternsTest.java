package io.github.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * No text makes a pattern work longer than its length says: how often a pattern looks at a
 * character is counted, so that no clock decides.
 */
class PatternsTest {
  private static final int LENGTH = 100_000;

  /** Each repeated to the length, and then one character that ends the matching late. */
  private static final List<String> UNITS =
      List.of(
          ",",
          " ",
          ", ",
          ",\t",
          ",Bearer",
          ", Bearer ",
          "a",
          "A",
          "0",
          "=",
          "a=",
          "/",
          "/a",
          ".",
          "-",
          "~",
          ":",
          "[",
          "a.",
          "0:",
          "1/");

  // E09
  @TestFactory
  Stream<DynamicTest> aPatternLooksAtEachCharacterAFewTimes() {
    return patterns()
        .map(
            field ->
                DynamicTest.dynamicTest(
                    field.getFullName(),
                    () -> {
                      for (String unit : UNITS) {
                        String text = unit.repeat(LENGTH / unit.length());
                        for (String each : List.of(text, text + "\u0000", "\u0000" + text)) {
                          assertThat(looks(pattern(field), each))
                              .as("at %s, repeated", unit)
                              .isLessThan(10L * LENGTH);
                        }
                      }
                    }));
  }

  @Test
  void thePatternsAreThereAndOneThatIsSlowIsSeen() {
    assertThat(patterns().map(JavaField::getName)).contains("BEARER_AFTER_COMMA", "SHOWABLE");
    assertThat(looks(Pattern.compile("a*b"), "a".repeat(LENGTH / 50))).isGreaterThan(10L * LENGTH);
  }

  /**
   * Those of settings see the operator's texts alone; and V6 sees none of more than 60 characters.
   */
  private static Stream<JavaField> patterns() {
    return new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.github.sallyport")
            .stream()
            .filter(type -> !type.getPackageName().equals("io.github.sallyport.config"))
            .flatMap(type -> type.getFields().stream())
            .filter(field -> !field.getFullName().equals(IpAddress.class.getName() + ".V6"))
            .filter(field -> field.getRawType().isEquivalentTo(Pattern.class));
  }

  private static Pattern pattern(JavaField field) throws IllegalAccessException {
    Field reflected = field.reflect();
    assertThat(Modifier.isStatic(reflected.getModifiers())).as("compiled once").isTrue();
    reflected.setAccessible(true);
    return (Pattern) reflected.get(null);
  }

  private static long looks(Pattern pattern, String text) {
    Counted counted = new Counted(text);
    Matcher matcher = pattern.matcher(counted);
    boolean unused = matcher.matches();
    matcher.reset();
    int found = 0;
    while (found < 10 && matcher.find()) found++;
    return counted.looks;
  }

  private static final class Counted implements CharSequence {
    private final String text;
    private long looks;

    Counted(String text) {
      this.text = text;
    }

    @Override
    public char charAt(int index) {
      looks++;
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
