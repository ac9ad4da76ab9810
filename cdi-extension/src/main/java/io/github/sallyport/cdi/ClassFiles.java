package io.github.sallyport.cdi;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Finds the classes that carry {@link Secured} or its like by their files, where a server starts
 * CDI before the servlet container tells of these classes. A class loader of JBoss Modules, as each
 * application on WildFly has, lists what it holds; others say in which folder or archive a class
 * is.
 *
 * <p>It reads each class file of the application, so it is asked only to complete the report of a
 * deployment that fails anyway. What it misses, {@link SecuredClasses} reports later.
 */
final class ClassFiles {
  private static final String SUFFIX = ".class";
  private static final Path CLASSES = Path.of("WEB-INF", "classes");

  private ClassFiles() {}

  /**
   * Looks wherever these classes came from.
   *
   * @return empty if it could not look everywhere there
   */
  static Optional<Set<Class<?>>> securedBeside(Set<Class<?>> known) {
    Set<Class<?>> found = new HashSet<>();
    Set<Object> seen = new HashSet<>();
    try {
      for (Class<?> type : known) {
        ClassLoader loader = type.getClassLoader();
        if (isOfJBossModules(loader)) {
          if (seen.add(loader)) collect(loader, found);
        } else {
          Root root = Root.of(type);
          if (seen.add(root)) root.collect(loader, found);
        }
      }
    } catch (ReflectiveOperationException | IOException | RuntimeException e) {
      return Optional.empty();
    }
    return Optional.of(found);
  }

  private static boolean isOfJBossModules(ClassLoader loader) {
    return loader.getClass().getName().startsWith("org.jboss.modules.");
  }

  /**
   * Where a class came from.
   *
   * @param file a folder, or an archive
   * @param prefix of the class files in the archive: {@code WEB-INF/classes/} of a WAR
   */
  private record Root(Path file, String prefix) {
    /** By the address of its file, the protocol of which is each server's own. */
    static Root of(Class<?> type) throws IOException {
      String path = type.getName().replace('.', '/') + SUFFIX;
      URL address = type.getClassLoader().getResource(path);
      String text = address == null ? "" : address.toString();
      int file = text.indexOf("file:");
      int inside = text.indexOf("!/");
      if (file < 0 || !text.endsWith(path)) throw new IOException("not a file: " + text);
      String root = text.substring(file, text.length() - path.length());
      if (inside < 0) {
        Path folder = Path.of(URI.create(root));
        // Any other holds more than one application, as that of a build's tests does.
        if (!folder.endsWith(CLASSES)) throw new IOException("no application: " + folder);
        return new Root(folder, "");
      }
      return new Root(
          Path.of(URI.create(text.substring(file, inside))), root.substring(inside + 2 - file));
    }

    void collect(ClassLoader loader, Set<Class<?>> found) throws IOException {
      if (Files.isDirectory(file)) {
        try (Stream<Path> files = Files.walk(file)) {
          for (Path each : files.filter(each -> each.toString().endsWith(SUFFIX)).toList()) {
            add(
                file.relativize(each).toString().replace(File.separatorChar, '/'),
                Files.newInputStream(each),
                loader,
                found);
          }
        }
        return;
      }
      try (ZipFile archive = new ZipFile(file.toFile())) {
        for (ZipEntry entry : Collections.list(archive.entries())) {
          if (!entry.getName().startsWith(prefix) || !entry.getName().endsWith(SUFFIX)) continue;
          add(
              entry.getName().substring(prefix.length()),
              archive.getInputStream(entry),
              loader,
              found);
        }
      }
    }
  }

  /** By reflection: an application may ask its loader, but is not shown the loader's library. */
  private static void collect(ClassLoader loader, Set<Class<?>> found)
      throws ReflectiveOperationException, IOException {
    Method list = loader.getClass().getMethod("iterateResources", String.class, boolean.class);
    Class<?> resource =
        Class.forName("org.jboss.modules.Resource", false, loader.getClass().getClassLoader());
    Method name = resource.getMethod("getName");
    Method open = resource.getMethod("openStream");
    Iterator<?> each = (Iterator<?>) list.invoke(loader, "", true);
    while (each.hasNext()) {
      Object file = each.next();
      String path = (String) name.invoke(file);
      if (path.endsWith(SUFFIX)) add(path, (InputStream) open.invoke(file), loader, found);
    }
  }

  private static void add(String path, InputStream file, ClassLoader loader, Set<Class<?>> found)
      throws IOException {
    try (file) {
      if (!mentions(file.readAllBytes())) return;
    }
    Class<?> type = load(path, loader);
    if (type != null && carries(type)) found.add(type);
  }

  /** Its constants hold the annotation's name; whether it carries it, the class itself must say. */
  private static boolean mentions(byte[] file) {
    String constants = new String(file, StandardCharsets.ISO_8859_1);
    return SecuredUse.ANNOTATIONS.stream()
        .anyMatch(annotation -> constants.contains(annotation.descriptorString()));
  }

  private static @Nullable Class<?> load(String path, ClassLoader loader) {
    String name = path.substring(0, path.length() - SUFFIX.length()).replace('/', '.');
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException | LinkageError e) {
      return null; // Nobody will call what can't be loaded.
    }
  }

  private static boolean carries(Class<?> type) {
    return !type.getPackageName().equals(Secured.class.getPackageName())
        && SecuredUse.carriesAny(type);
  }
}
