package io.github.sallyport.cdi;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Tells where {@link Secured} or one of its like stands and could not be enforced. An annotation
 * that is silently ignored is a door that only looks locked.
 */
final class SecuredUse {
  /** All that we enforce. */
  static final List<Class<? extends Annotation>> ANNOTATIONS =
      List.of(Secured.class, Guarded.class, Fresh.class, Audited.class);

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
   * Looks at classes that carry any of the annotations, and names the policies that they speak of.
   *
   * @param beans the classes of all beans
   * @param unknown tells which policies can't be found
   * @return a report with a sentence for each mistake, and its mend; empty: there is none
   */
  static Optional<String> report(
      Set<Class<?>> classes,
      Set<Class<?>> beans,
      Demands demands,
      Function<Policies, List<String>> unknown) {
    List<String> reports = new ArrayList<>();
    List<Class<? extends Annotation>> asked = new ArrayList<>(ANNOTATIONS);
    if (demands.jsr250()) asked.addAll(Jsr250.WORDS);
    for (Class<? extends Annotation> annotation : asked) {
      add(
          "@" + annotation.getSimpleName() + " can't be enforced where it stands",
          mistakes(annotation, classes, beans),
          reports);
    }
    List<String> said = new ArrayList<>(SecuredWords.mistakes(classes, demands));
    said.addAll(unknown.apply(demands.policies()));
    add("What is said can't be meant", said, reports);
    return reports.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", reports));
  }

  private static void add(String what, List<String> mistakes, List<String> reports) {
    if (mistakes.isEmpty()) return;
    reports.add(
        what
            + ", "
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
        .filter(type -> !type.isAnnotation() && carries(type, List.of(annotation)))
        .sorted(Comparator.comparing(Class::getName))
        .forEach(use::look);
    return use.mistakes;
  }

  /** Tells whether any of ours speaks of a class or of a method of it. */
  static boolean carriesAny(Class<?> type) {
    return carries(type, ANNOTATIONS);
  }

  /**
   * Tells whether a class, a method that it declares or inherits, or a stereotype of it carries one
   * of these.
   */
  static boolean carries(Class<?> type, Collection<Class<? extends Annotation>> annotations) {
    try {
      for (Class<?> each : Nearest.hierarchy(type)) {
        if (has(each, annotations)
            || Arrays.stream(each.getDeclaredMethods()).anyMatch(m -> has(m, annotations))
            || Nearest.stereotypes(each).stream().anyMatch(s -> has(s, annotations))) {
          return true;
        }
      }
      return false;
    } catch (LinkageError e) {
      return false; // Nobody will call what can't be loaded.
    }
  }

  private static boolean has(
      AnnotatedElement element, Collection<Class<? extends Annotation>> annotations) {
    return Arrays.stream(element.getDeclaredAnnotations())
        .anyMatch(annotation -> annotations.contains(annotation.annotationType()));
  }

  private void look(Class<?> type) {
    boolean bean = beans.stream().anyMatch(type::isAssignableFrom);
    if (!bean && !isResource(type)) {
      // Nobody is an object of it. What extends it may be a resource that nobody knows of yet.
      if (Modifier.isAbstract(type.getModifiers())) {
        methods(type).filter(this::isHidden).forEach(method -> look(type, method, true, false));
        return;
      }
      // Without a bean it is left to the container, or to nobody.
      if (!ANNOTATIONS.contains(annotation)) return;
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
    if (bean) lookAbove(type);
    methods(type)
        .forEach(
            method -> {
              boolean itself = method.isAnnotationPresent(annotation);
              if (itself || Nearest.find(annotation, type, method).isPresent()) {
                look(type, method, itself, bean);
              }
            });
  }

  private boolean isHidden(Method method) {
    return method.isAnnotationPresent(annotation)
        && (method.getModifiers() & (Modifier.STATIC | Modifier.PRIVATE)) != 0;
  }

  private static Stream<Method> methods(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> !method.isSynthetic())
        .sorted(Comparator.comparing(Method::toGenericString));
  }

  /** What is inherited is called on a bean's objects too. */
  private void lookAbove(Class<?> type) {
    for (Class<?> each : Nearest.hierarchy(type)) {
      if (!each.isInterface()) continue;
      methods(each)
          .filter(Method::isDefault)
          .filter(method -> Nearest.overridden(type, method).get(0).equals(method))
          .filter(method -> Nearest.find(annotation, type, method).isPresent())
          .forEach(
              method ->
                  mistakes.add(
                      type.getName()
                          + " inherits "
                          + each.getName()
                          + "."
                          + method.getName()
                          + ", a default method, which no interceptor stands before: override it"));
    }
    for (Class<?> each = type.getSuperclass(); each != null; each = each.getSuperclass()) {
      if (each == Object.class) return;
      methods(each)
          .filter(method -> Modifier.isFinal(method.getModifiers()))
          .filter(method -> (method.getModifiers() & (Modifier.STATIC | Modifier.PRIVATE)) == 0)
          .filter(method -> Nearest.find(annotation, type, method).isPresent())
          .forEach(
              method ->
                  mistakes.add(
                      type.getName()
                          + " inherits "
                          + method.getDeclaringClass().getName()
                          + "."
                          + method.getName()
                          + ", which is final, and no interceptor can stand before it: drop final"));
    }
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
    } else if (!bean
        && annotation == Guarded.class
        && isResourceMethod(method)
        && !Modifier.isAbstract(modifiers)
        && RequestArguments.of(type, method).isEmpty()) {
      mistakes.add(
          name
              + " is guarded, and its class is no CDI bean, so that not all of its arguments are"
              + " known before the call: give the class a scope, as @RequestScoped");
    }
  }

  /** What does the same by hand; nothing does that for audit. */
  private String orElse(String mend) {
    if (annotation == Secured.class) return mend;
    return annotation == Fresh.class ? mend.replace("Caller.require", "Caller.requireFresh") : "";
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
