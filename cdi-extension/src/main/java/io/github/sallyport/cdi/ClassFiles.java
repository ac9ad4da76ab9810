package io.github.sallyport.cdi;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the classes that carry {@link Secured} or its like by their files. A class loader of JBoss
 * Modules, as each application on WildFly has, lists what it holds; others do not, and need not:
 * there the servlet container has told of these classes before CDI starts.
 *
 * <p>It reads each class file of the application, so it is asked only to complete the report of a
 * deployment that fails anyway. What it misses, {@link SecuredClasses} reports later.
 */
final class ClassFiles {
  private static final String SUFFIX = ".class";

  private ClassFiles() {}

  /**
   * Looks wherever these classes came from.
   *
   * @return empty if it could not look everywhere there
   */
  static Optional<Set<Class<?>>> securedBeside(Set<Class<?>> known) {
    Set<ClassLoader> loaders =
        known.stream().map(Class::getClassLoader).collect(Collectors.toSet());
    Set<Class<?>> found = new HashSet<>();
    try {
      for (ClassLoader loader : loaders) collect(loader, found);
    } catch (ReflectiveOperationException | IOException | RuntimeException e) {
      return Optional.empty();
    }
    return Optional.of(found);
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
      if (!path.endsWith(SUFFIX)) continue;
      try (InputStream content = (InputStream) open.invoke(file)) {
        if (!mentions(content.readAllBytes())) continue;
      }
      Class<?> type = load(path, loader);
      if (type != null && carries(type)) found.add(type);
    }
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
