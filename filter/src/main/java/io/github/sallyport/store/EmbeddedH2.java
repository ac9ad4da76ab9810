package io.github.sallyport.store;

import io.github.sallyport.Secret;
import io.github.sallyport.store.StoreSettings.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;

/** The database that comes along: one H2 file. */
final class EmbeddedH2 {
  private static final String FILE = "store";

  private EmbeddedH2() {}

  /** Makes the folder, for its owner alone, and says how the file in it is opened. */
  static Source.Url in(Path folder) {
    Path file = folder.toAbsolutePath().resolve(FILE);
    if (file.toString().indexOf(';') >= 0) {
      throw new IllegalStateException(
          "sallyport.data must not have a semicolon in its path, H2 can't open it there");
    }
    try {
      Files.createDirectories(folder.toAbsolutePath(), ownerOnly(folder));
    } catch (IOException e) {
      throw new IllegalStateException("the folder sallyport.data can't be made: " + folder, e);
    }
    // WRITE_DELAY: else a commit returns before it is written, and a process that is killed takes
    // it along. REUSE_SPACE: else, 45 seconds after the file was made, H2 begins to write into
    // space that is free again; when the process is killed then, the next one may open the file
    // as it was before (of 500 halts 274 lost their last commit so, and 0 with it off). The file
    // grows instead, by some kilobytes a commit. DB_CLOSE_ON_EXIT: the JVM's end must not close
    // it while requests still run. TRACE_LEVEL_FILE: H2 would write each SQL error into a file of
    // its own, which nobody looks after; we get them as exceptions.
    return new Source.Url(
        new Secret(
            "jdbc:h2:file:"
                + file
                + ";WRITE_DELAY=0;REUSE_SPACE=FALSE;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0"),
        "sallyport",
        null);
  }

  /**
   * Tells whether this is a URL of H2's for a file that may be opened without what was committed
   * last.
   */
  static boolean mayLoseCommits(String url) {
    String lower = url.toLowerCase(Locale.ROOT);
    return isInThisProcess(url)
        && !lower.startsWith("jdbc:h2:mem:")
        && !((lower + ";").contains(";write_delay=0;")
            && (lower + ";").contains(";reuse_space=false;"));
  }

  /** Tells whether this is a URL of H2's for a database that this process works on itself. */
  static boolean isInThisProcess(String url) {
    String lower = url.toLowerCase(Locale.ROOT);
    return lower.startsWith("jdbc:h2:")
        && !lower.startsWith("jdbc:h2:tcp:")
        && !lower.startsWith("jdbc:h2:ssl:");
  }

  private static FileAttribute<?>[] ownerOnly(Path folder) {
    if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return new FileAttribute<?>[0];
    }
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
    };
  }
}
