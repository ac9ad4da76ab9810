package io.github.sallyport.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.cdi.found.Beside;
import io.github.sallyport.cdi.found.Known;
import io.github.sallyport.cdi.found.Unsecured;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secured classes beside one that is known. */
class ClassFilesTest {
  @TempDir Path folder;

  @Test
  void inAWarThatIsUnpacked() throws Exception {
    Path classes = folder.resolve("an application/WEB-INF/classes");
    for (Class<?> type : new Class<?>[] {Known.class, Beside.class, Unsecured.class}) {
      Path file = classes.resolve(path(type));
      Files.createDirectories(file.getParent());
      Files.write(file, content(type));
    }
    try (ChildFirst loader = new ChildFirst(classes.toUri().toURL())) {
      Class<?> known = loader.loadClass(Known.class.getName());
      assertThat(ClassFiles.securedBeside(Set.of(known)).orElseThrow())
          .extracting(Class::getName)
          .containsExactlyInAnyOrder(Known.class.getName(), Beside.class.getName());
    }
  }

  @Test
  void notInAFolderThatIsNoApplicationsAlone() {
    assertThat(ClassFiles.securedBeside(Set.of(Known.class))).isEmpty();
  }

  /** As Open Liberty has it, which does not unpack. */
  @Test
  void inAWarThatIsNotUnpacked() throws Exception {
    Path war = folder.resolve("an application.war");
    try (OutputStream file = Files.newOutputStream(war);
        ZipOutputStream archive = new ZipOutputStream(file)) {
      for (Class<?> type : new Class<?>[] {Known.class, Beside.class, Unsecured.class}) {
        archive.putNextEntry(new ZipEntry("WEB-INF/classes/" + path(type)));
        archive.write(content(type));
      }
      archive.putNextEntry(new ZipEntry("elsewhere/" + path(Beside.class)));
      archive.write(content(Beside.class));
    }
    URL classes = URI.create("jar:" + war.toUri() + "!/WEB-INF/classes/").toURL();
    try (ChildFirst loader = new ChildFirst(classes)) {
      Class<?> known = loader.loadClass(Known.class.getName());
      assertThat(ClassFiles.securedBeside(Set.of(known)).orElseThrow())
          .extracting(Class::getName)
          .containsExactlyInAnyOrder(Known.class.getName(), Beside.class.getName());
    }
  }

  private static String path(Class<?> type) {
    return type.getName().replace('.', '/') + ".class";
  }

  private static byte[] content(Class<?> type) throws IOException {
    try (InputStream content = type.getClassLoader().getResourceAsStream(path(type))) {
      if (content == null) throw new IOException("no file of " + type);
      return content.readAllBytes();
    }
  }

  /** With an annotation that is the test's own. */
  private static final class ChildFirst extends URLClassLoader {
    ChildFirst(URL classes) {
      super(new URL[] {classes}, ClassFilesTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(Known.class.getPackageName())) return super.loadClass(name, resolve);
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? findClass(name) : loaded;
    }

    @Override
    public URL getResource(String name) {
      URL here = findResource(name);
      return here == null ? super.getResource(name) : here;
    }
  }
}
