package io.github.sallyport.cdi;

import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.Set;

/** What Jakarta Enterprise Beans says of a class; by name, since it may not be there. */
final class SessionBeans {
  private static final Set<String> KINDS =
      Set.of(
          "jakarta.ejb.Stateless",
          "jakarta.ejb.Stateful",
          "jakarta.ejb.Singleton",
          "jakarta.ejb.MessageDriven");

  private static final Set<String> ASYNCHRONOUS = Set.of("jakarta.ejb.Asynchronous");

  private SessionBeans() {}

  /** Tells whether a class is a bean of the EJB container's. */
  static boolean areOf(Class<?> type) {
    return carries(type, KINDS);
  }

  /** Tells whether it is, and any method of it runs on a thread of its own. */
  static boolean runLater(Class<?> type) {
    if (!areOf(type)) return false;
    try {
      return Nearest.hierarchy(type).stream()
          .anyMatch(
              each ->
                  carries(each, ASYNCHRONOUS)
                      || Arrays.stream(each.getDeclaredMethods())
                          .anyMatch(method -> carries(method, ASYNCHRONOUS)));
    } catch (LinkageError e) {
      return false; // Nobody will call what can't be loaded.
    }
  }

  private static boolean carries(AnnotatedElement element, Set<String> annotations) {
    return Arrays.stream(element.getDeclaredAnnotations())
        .anyMatch(annotation -> annotations.contains(annotation.annotationType().getName()));
  }
}
