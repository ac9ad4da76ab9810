package io.github.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** NullAway looks at null-marked packages only: one that is not marked would pass unseen. */
class NullMarkedTest {

  @Test
  void everyPackageOfEveryModuleIsNullMarked() throws IOException {
    for (String module : List.of("filter", "cdi-extension", "sample-war", "benchmark")) {
      Path sources = Path.of("..", module, "src", "main", "java");
      assertThat(packages(sources)).as(module).isNotEmpty();
      assertThat(unmarked(sources)).as(module).isEmpty();
    }
  }

  @Test
  void aPackageThatIsNotMarkedIsFound(@TempDir Path sources) throws IOException {
    Path good = Files.createDirectories(sources.resolve("a/good"));
    Files.writeString(good.resolve("Some.java"), "class Some {}");
    Files.writeString(good.resolve("package-info.java"), "@NullMarked\npackage a.good;");
    Path bare = Files.createDirectories(sources.resolve("a/bare"));
    Files.writeString(bare.resolve("Some.java"), "class Some {}");
    Path unmarked = Files.createDirectories(sources.resolve("a/unmarked"));
    Files.writeString(unmarked.resolve("package-info.java"), "package a.unmarked;");

    assertThat(unmarked(sources)).containsExactlyInAnyOrder(bare, unmarked);
  }

  private static List<Path> unmarked(Path sources) throws IOException {
    return packages(sources).stream().filter(folder -> !isMarked(folder)).toList();
  }

  private static List<Path> packages(Path sources) throws IOException {
    try (Stream<Path> files = Files.walk(sources)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(Path::getParent)
          .distinct()
          .toList();
    }
  }

  private static boolean isMarked(Path folder) {
    Path info = folder.resolve("package-info.java");
    try {
      return Files.exists(info)
          && Files.readString(info).lines().anyMatch(line -> line.equals("@NullMarked"));
    } catch (IOException e) {
      throw new AssertionError(info + " can't be read", e);
    }
  }
}
