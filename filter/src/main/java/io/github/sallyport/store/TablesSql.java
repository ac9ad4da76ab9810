package io.github.sallyport.store;

import java.util.Locale;

/**
 * Prints the SQL that makes our tables, for those who give an application no rights to make any.
 *
 * <pre>java -cp sallyport-filter.jar io.github.sallyport.store.TablesSql postgresql</pre>
 */
public final class TablesSql {
  private static final String USAGE =
      "what is wanted: h2, postgresql or mariadb, and after which version (0: none)";

  private TablesSql() {}

  /**
   * Prints to standard output.
   *
   * @param arguments {@code h2}, {@code postgresql} or {@code mariadb}; then the version of the
   *     tables that are there, or nothing
   */
  public static void main(String[] arguments) {
    if (arguments.length < 1 || arguments.length > 2) throw new IllegalArgumentException(USAGE);
    Dialect dialect = Dialect.valueOf(arguments[0].toUpperCase(Locale.ROOT));
    int after = arguments.length == 2 ? Integer.parseInt(arguments[1]) : 0;
    for (String statement : Migrations.byHand(dialect, after)) {
      System.out.println(statement + ";\n");
    }
  }
}
