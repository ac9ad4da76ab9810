package io.github.sallyport.cdi;

import jakarta.enterprise.inject.Stereotype;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Where an annotation speaks nearest to a method, by the rules that stand in {@link Secured}. CDI's
 * own rules know neither interfaces nor overridden methods.
 */
final class Nearest {
  private Nearest() {}

  /**
   * What holds for a method.
   *
   * @param type the class that it is called on; a proxy's or an interceptor's subclass will do
   */
  static <A extends Annotation> Optional<A> find(
      Class<A> annotation, Class<?> type, Method method) {
    return all(annotation, type, method).stream().findFirst();
  }

  /** All that stand equally near; more than one, if they differ, contradict each other. */
  static <A extends Annotation> Set<A> all(Class<A> annotation, Class<?> type, Method method) {
    A itself = method.getDeclaredAnnotation(annotation);
    if (itself != null && method.getDeclaringClass() == type) return Set.of(itself);
    List<Method> overridden = overridden(type, method);
    Set<A> found = nearest(annotation, overridden, Method::getDeclaringClass);
    return found.isEmpty() ? all(annotation, type) : found;
  }

  /** The same for what holds for all methods of a class. */
  static <A extends Annotation> Set<A> all(Class<A> annotation, Class<?> type) {
    List<Class<?>> types = hierarchy(type);
    Set<A> found = nearest(annotation, types, each -> each);
    if (!found.isEmpty()) return found;
    for (Class<?> each : types) {
      Set<A> said = ofStereotypes(annotation, each);
      if (!said.isEmpty()) return said;
    }
    return Set.of();
  }

  /** Classes go one by one, upwards; of interfaces those count that no other of them extends. */
  private static <A extends Annotation, E extends AnnotatedElement> Set<A> nearest(
      Class<A> annotation, List<E> elements, Function<E, Class<?>> home) {
    List<E> carrying =
        elements.stream().filter(e -> e.getDeclaredAnnotation(annotation) != null).toList();
    if (carrying.isEmpty()) return Set.of();
    E first = carrying.get(0);
    Stream<E> equal =
        home.apply(first).isInterface()
            ? carrying.stream()
                .filter(
                    e ->
                        carrying.stream()
                            .noneMatch(
                                other ->
                                    home.apply(other) != home.apply(e)
                                        && home.apply(e).isAssignableFrom(home.apply(other))))
            : Stream.of(first);
    Set<A> found = new LinkedHashSet<>();
    equal.forEach(e -> found.add(e.getDeclaredAnnotation(annotation)));
    return found;
  }

  /** A class, its superclasses upwards, then all their interfaces, nearest first. */
  static List<Class<?>> hierarchy(Class<?> type) {
    Set<Class<?>> types = new LinkedHashSet<>();
    for (Class<?> each = type; each != null && each != Object.class; each = each.getSuperclass()) {
      types.add(each);
    }
    List<Class<?>> level = new ArrayList<>(types);
    while (!level.isEmpty()) {
      List<Class<?>> above = new ArrayList<>();
      for (Class<?> each : level) above.addAll(Arrays.asList(each.getInterfaces()));
      level = above.stream().filter(types::add).toList();
    }
    return List.copyOf(types);
  }

  /** The method as this type's hierarchy declares it, nearest first. */
  static List<Method> overridden(Class<?> type, Method method) {
    List<Class<?>[]> forms = forms(type, method);
    List<Method> found = new ArrayList<>();
    for (Class<?> each : hierarchy(type)) {
      for (Method declared : each.getDeclaredMethods()) {
        if (declared.equals(method) || (isOverridable(declared) && is(declared, method, forms))) {
          found.add(declared);
        }
      }
    }
    return found;
  }

  private static boolean is(Method declared, Method method, List<Class<?>[]> forms) {
    return declared.getName().equals(method.getName())
        && forms.stream().anyMatch(form -> Arrays.equals(form, declared.getParameterTypes()));
  }

  private static boolean isOverridable(Method method) {
    return !Modifier.isStatic(method.getModifiers()) && !Modifier.isPrivate(method.getModifiers());
  }

  /**
   * Its parameters, and those of the bridges by which the compiler has it override a generic one.
   */
  private static List<Class<?>[]> forms(Class<?> type, Method method) {
    List<Class<?>[]> forms = new ArrayList<>();
    forms.add(method.getParameterTypes());
    for (Class<?> each : hierarchy(type)) {
      for (Method declared : each.getDeclaredMethods()) {
        if (declared.isBridge()
            && declared.getName().equals(method.getName())
            && accepts(declared.getParameterTypes(), method.getParameterTypes())) {
          forms.add(declared.getParameterTypes());
        }
      }
    }
    return forms;
  }

  private static boolean accepts(Class<?>[] wider, Class<?>[] types) {
    if (wider.length != types.length) return false;
    for (int i = 0; i < types.length; i++) {
      if (!wider[i].isAssignableFrom(types[i])) return false;
    }
    return true;
  }

  private static <A extends Annotation> Set<A> ofStereotypes(Class<A> annotation, Class<?> type) {
    Set<A> found = new LinkedHashSet<>();
    for (Class<?> stereotype : stereotypes(type)) {
      A said = stereotype.getDeclaredAnnotation(annotation);
      if (said != null) found.add(said);
    }
    return found;
  }

  /** The stereotypes of a class, and those that they are made of (CDI 4.0, 2.8.1.5). */
  static Set<Class<?>> stereotypes(Class<?> type) {
    Set<Class<?>> found = new LinkedHashSet<>();
    collectStereotypes(type, found);
    return found;
  }

  private static void collectStereotypes(Class<?> type, Set<Class<?>> found) {
    for (Annotation annotation : type.getDeclaredAnnotations()) {
      Class<?> candidate = annotation.annotationType();
      if (candidate.isAnnotationPresent(Stereotype.class) && found.add(candidate)) {
        collectStereotypes(candidate, found);
      }
    }
  }
}
