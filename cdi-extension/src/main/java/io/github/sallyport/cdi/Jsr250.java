package io.github.sallyport.cdi;

import io.github.sallyport.Caller;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.access.Requirement;
import jakarta.annotation.security.DenyAll;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Jakarta Annotations' own words of security ask of a caller (2.1, 2.10 to 2.13).
 *
 * @param requirement null: nobody gets in
 */
record Jsr250(@Nullable Requirement requirement) {
  static final List<Class<? extends Annotation>> WORDS =
      List.of(RolesAllowed.class, PermitAll.class, DenyAll.class);

  /** Everybody who is somebody, in the place of a role (Jakarta Authorization 2.1, 4.3.1.1). */
  private static final String ANYBODY = "**";

  /**
   * What holds for a method: what stands on it, else on the class that declares it. An overridden
   * method, an interface or a subclass says nothing of it (2.1).
   *
   * @return empty if it is open
   */
  static Optional<Jsr250> of(Class<?> type, Method method) {
    Method called = Nearest.overridden(type, method).stream().findFirst().orElse(method);
    // What stands on a session bean is the EJB container's, with its run-as identities.
    if (SessionBeans.areOf(called.getDeclaringClass()) || SessionBeans.areOf(type)) {
      return Optional.empty();
    }
    AnnotatedElement speaking = words(called).isEmpty() ? called.getDeclaringClass() : called;
    if (speaking.isAnnotationPresent(DenyAll.class)) return Optional.of(new Jsr250(null));
    RolesAllowed allowed = speaking.getDeclaredAnnotation(RolesAllowed.class);
    if (allowed == null) return Optional.empty();
    List<String> roles = Arrays.asList(allowed.value());
    return Optional.of(
        new Jsr250(
            roles.contains(ANYBODY)
                ? Requirement.AUTHENTICATED
                : new Requirement(Set.of(), Set.copyOf(roles), Set.of())));
  }

  /** Those of the words that stand here. */
  static List<Annotation> words(AnnotatedElement element) {
    return Arrays.stream(element.getDeclaredAnnotations())
        .filter(annotation -> WORDS.contains(annotation.annotationType()))
        .toList();
  }

  Optional<Refused> judge(Caller caller) {
    if (requirement != null) return requirement.judge(caller);
    return Optional.of(Refused.of(Refusal.POLICY_DENIED, "Nobody may call this."));
  }
}
