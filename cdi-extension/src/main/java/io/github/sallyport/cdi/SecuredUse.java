package io.github.sallyport.cdi;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tells where {@link Secured} or {@link Audited} stands and could not be enforced. An annotation
 * that is silently ignored is a door that only looks locked.
 */
final class SecuredUse {
  private static final String PATH = "jakarta.ws.rs.Path";
  private static final String HTTP_METHOD = "jakarta.ws.rs.HttpMethod";

  private final Class<? extends Annotation> annotation;
  private final Set<Class<?>> beans;
  private final List<String> mistakes = new ArrayList<>();

  private SecuredUse(Class<? extends Annotation> annotation, Set<Class<?>> beans) {
    this.annotation = annotation;
    this.beans = beans;
  }

  /**
   * Looks at classes that carry either annotation.
   *
   * @param beans the classes of all beans
   * @return a report with a sentence for each mistake, and its mend; empty: there is none
   */
  static Optional<String> report(
      Set<Class<?>> secured, Set<Class<?>> audited, Set<Class<?>> beans) {
    List<String> reports = new ArrayList<>();
    report(Secured.class, secured, beans).ifPresent(reports::add);
    report(Audited.class, audited, beans).ifPresent(reports::add);
    return reports.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", reports));
  }

  private static Optional<String> report(
      Class<? extends Annotation> annotation, Set<Class<?>> classes, Set<Class<?>> beans) {
    List<String> mistakes = mistakes(annotation, classes, beans);
    if (mistakes.isEmpty()) return Optional.empty();
    return Optional.of(
        "@"
            + annotation.getSimpleName()
            + " can't be enforced where it stands, "
            + mistakes.size()
            + (mistakes.size() == 1 ? " mistake:" : " mistakes:")
            + "\n - "
            + String.join("\n - ", mistakes));
  }

  /** The mistakes alone, in a stable order. */
  static List<String> mistakes(
      Class<? extends Annotation> annotation, Set<Class<?>> classes, Set<Class<?>> beans) {
    SecuredUse use = new SecuredUse(annotation, beans);
    classes.stream()
        .filter(type -> !type.isAnnotation())
        .sorted(Comparator.comparing(Class::getName))
        .forEach(use::look);
    return use.mistakes;
  }

  /** Tells whether a class, or a method that it declares or inherits, carries an annotation. */
  static boolean carries(Class<?> type, Class<? extends Annotation> annotation) {
    if (type.isAnnotationPresent(annotation)) return true;
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      for (Method method : each.getDeclaredMethods()) {
        if (method.isAnnotationPresent(annotation)) return true;
      }
    }
    return false;
  }

  private void look(Class<?> type) {
    boolean bean = beans.stream().anyMatch(type::isAssignableFrom);
    boolean resource = isResource(type);
    if (!bean && !resource) {
      mistakes.add(
          type.getName()
              + " is neither a CDI bean nor a JAX-RS resource: give it a scope, as"
              + " @ApplicationScoped, and inject it"
              + orElse("; or call Caller.require in its methods"));
      return;
    }
    if (bean && Modifier.isFinal(type.getModifiers())) {
      mistakes.add(
          type.getName() + " is a final class, which no interceptor can stand before: drop final");
    }
    boolean wholeClass = type.isAnnotationPresent(annotation);
    Arrays.stream(type.getDeclaredMethods())
        .filter(method -> !method.isSynthetic())
        .sorted(Comparator.comparing(Method::toGenericString))
        .forEach(
            method -> {
              boolean itself = method.isAnnotationPresent(annotation);
              if (itself || wholeClass) look(type, method, itself, bean);
            });
  }

  private void look(Class<?> type, Method method, boolean itself, boolean bean) {
    String name = type.getName() + "." + method.getName();
    int modifiers = method.getModifiers();
    if (Modifier.isStatic(modifiers) || Modifier.isPrivate(modifiers)) {
      // What stands on a class speaks of the methods that others call on its objects: not of these.
      if (itself) {
        mistakes.add(
            name
                + " is "
                + (Modifier.isStatic(modifiers) ? "static" : "private")
                + ", and no interceptor sees its calls: make it an instance method that is not"
                + " private"
                + orElse(", or call Caller.require in it"));
      }
    } else if (bean && Modifier.isFinal(modifiers)) {
      mistakes.add(name + " is final, and no interceptor can stand before it: drop final");
    } else if (!bean && itself && !isResourceMethod(method)) {
      mistakes.add(
          name
              + " is no resource method, and its class is no CDI bean: give the class a scope, as"
              + " @RequestScoped"
              + orElse(", or call Caller.require in the method"));
    }
  }

  /** What does the same by hand; nothing does that for audit. */
  private String orElse(String mend) {
    return annotation == Secured.class ? mend : "";
  }

  private static boolean isResource(Class<?> type) {
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      if (has(each, PATH)) return true;
      if (Arrays.stream(each.getInterfaces()).anyMatch(SecuredUse::isResource)) return true;
    }
    return Arrays.stream(type.getDeclaredMethods()).anyMatch(SecuredUse::isResourceMethod);
  }

  /** Its own annotation names an HTTP method, or that of a method which it overrides. */
  private static boolean isResourceMethod(Method method) {
    return Arrays.stream(method.getAnnotations())
            .anyMatch(annotation -> has(annotation.annotationType(), HTTP_METHOD))
        || overridden(method).stream().anyMatch(SecuredUse::isResourceMethod);
  }

  private static List<Method> overridden(Method method) {
    List<Class<?>> above =
        new ArrayList<>(Arrays.asList(method.getDeclaringClass().getInterfaces()));
    if (method.getDeclaringClass().getSuperclass() != null) {
      above.add(method.getDeclaringClass().getSuperclass());
    }
    List<Method> found = new ArrayList<>();
    for (Class<?> type : above) {
      try {
        found.add(type.getMethod(method.getName(), method.getParameterTypes()));
      } catch (NoSuchMethodException e) {
        // Then this one declares nothing of it.
      }
    }
    return found;
  }

  /** By name: JAX-RS may not be there at all. */
  private static boolean has(AnnotatedElement element, String annotation) {
    return Arrays.stream(element.getAnnotations())
        .map(Annotation::annotationType)
        .anyMatch(type -> type.getName().equals(annotation));
  }
}
