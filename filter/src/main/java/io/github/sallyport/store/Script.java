package io.github.sallyport.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One step of the tables: a file of SQL for all databases. {@code ${exact}} stands for what a
 * column of text needs to be compared by code point. A statement ends with a semicolon at the end
 * of a line, and may run twice: a start that was killed half-way is finished by the next.
 *
 * @param version the tables' version after it, from 1 without a gap
 * @param file its name
 * @param oldest the version that code must know at least to work with the tables after it; as long
 *     as a step only adds what older code may leave out, that of the step before
 */
record Script(int version, String file, int oldest) {
  /** Where the files are, in the jar. */
  static final String FOLDER = "io/github/sallyport/store/migration";

  /** All, in their order. */
  static final List<Script> ALL =
      List.of(
          new Script(1, "V1__keys_and_feed.sql", 1),
          // Older code would let a key in from everywhere that is bound to addresses.
          new Script(2, "V2__key_life.sql", 2),
          new Script(3, "V3__plans.sql", 2),
          new Script(4, "V4__audit.sql", 2),
          new Script(5, "V5__usage.sql", 2),
          // Older code would let tokens in that were taken back.
          new Script(6, "V6__tokens.sql", 6));

  private static final Pattern END_OF_STATEMENT = Pattern.compile(";[ \t]*(\n|$)");

  /** The version of the tables that this code speaks. */
  static int newest() {
    return ALL.get(ALL.size() - 1).version();
  }

  List<String> statements(Dialect dialect) {
    return END_OF_STATEMENT
        .splitAsStream(withoutComments(read()).replace("${exact}", dialect.exact().strip()))
        .map(String::strip)
        .filter(statement -> !statement.isEmpty())
        .toList();
  }

  private static String withoutComments(String sql) {
    return Arrays.stream(sql.split("\n", -1))
        .filter(line -> !line.startsWith("--"))
        .collect(Collectors.joining("\n"));
  }

  private String read() {
    String name = "/" + FOLDER + "/" + file;
    try (InputStream in = Script.class.getResourceAsStream(name)) {
      if (in == null) throw new IllegalStateException("Sallyport's jar lacks " + name);
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }
}
