package io.github.sallyport.cdi;

import io.github.sallyport.config.Mechanism;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.auth.LoginConfig;
import org.jspecify.annotations.Nullable;

/**
 * Finds classes that ask the server to judge tokens by MicroProfile JWT (2.1, 7.3), as Sallyport
 * does too: then the deployer says who is in charge. Loaded only where MicroProfile JWT is.
 *
 * <p>A servlet container could find them for us, but takes it ill where the annotation is not
 * there.
 */
final class LoginConfigs {
  /** What the deployer is asked for. */
  static final String MEND =
      "Say who is in charge: sallyport.mechanism=on is Sallyport, sallyport.mechanism=off the"
          + " server.";

  private static final String CLASSES = "/WEB-INF/classes/";
  private static final String SUFFIX = ".class";
  private static final String METHOD = "MP-JWT";

  private LoginConfigs() {}

  /** Tells whether a class does. */
  static boolean asks(Class<?> type) {
    LoginConfig config = type.getAnnotation(LoginConfig.class);
    return config != null && config.authMethod().equals(METHOD);
  }

  /** What is wrong with these classes; empty: nothing, or the deployer has spoken. */
  static Optional<String> mistake(Set<Class<?>> asking, ClassLoader application) {
    if (asking.isEmpty() || Mechanism.configured(application) != Mechanism.AUTO) {
      return Optional.empty();
    }
    String names = asking.stream().map(Class::getName).sorted().collect(Collectors.joining(", "));
    return Optional.of(
        names
            + (asking.size() == 1 ? " carries" : " carry")
            + " @LoginConfig(authMethod = \"MP-JWT\"), by which the server judges tokens itself, as"
            + " Sallyport does. "
            + MEND);
  }

  /** The same of the application's own classes, whether CDI looks at them or not. */
  static Optional<String> mistake(ServletContext context) {
    Set<Class<?>> asking = new HashSet<>();
    collect(context, CLASSES, asking);
    return mistake(asking, context.getClassLoader());
  }

  private static void collect(ServletContext context, String folder, Set<Class<?>> asking) {
    Set<String> paths = context.getResourcePaths(folder);
    if (paths == null) return;
    for (String path : paths) {
      if (path.endsWith("/")) {
        collect(context, path, asking);
      } else if (path.endsWith(SUFFIX) && mentions(context, path)) {
        Class<?> type = load(context, path);
        if (type != null && asks(type)) asking.add(type);
      }
    }
  }

  /** Its constants hold the annotation's name; whether it carries it, the class itself must say. */
  private static boolean mentions(ServletContext context, String path) {
    try (InputStream content = context.getResourceAsStream(path)) {
      return content != null
          && new String(content.readAllBytes(), StandardCharsets.ISO_8859_1)
              .contains(LoginConfig.class.descriptorString());
    } catch (IOException e) {
      return false; // Nobody will load what can't be read.
    }
  }

  private static @Nullable Class<?> load(ServletContext context, String path) {
    String name = path.substring(CLASSES.length(), path.length() - SUFFIX.length());
    try {
      return Class.forName(name.replace('/', '.'), false, context.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      return null; // Nor will anybody use it.
    }
  }
}
