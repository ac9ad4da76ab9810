package io.github.sallyport.cdi;

import io.github.sallyport.CredentialKind;
import io.github.sallyport.access.AccessPolicy;
import jakarta.annotation.security.DenyAll;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Tells what {@link Secured} and its like say that nobody can have meant, wherever it stands. What
 * is passed over here would be a door that never opens, or one that is open.
 */
final class SecuredWords {
  /** RFC 6749 section 3.3. */
  private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");

  private static final int MAX_ACTION = 64;

  private final Demands demands;
  private final List<String> mistakes = new ArrayList<>();

  private SecuredWords(Demands demands) {
    this.demands = demands;
  }

  /**
   * Looks at classes that carry any of them, and at all that these inherit it from; names the
   * policies that they speak of.
   *
   * @return the mistakes, in a stable order
   */
  static List<String> mistakes(Set<Class<?>> classes, Demands demands) {
    SecuredWords words = new SecuredWords(demands);
    List<Class<?>> sorted =
        classes.stream()
            .filter(type -> !type.isAnnotation())
            .sorted(Comparator.comparing(Class::getName))
            .toList();
    elements(sorted).forEach((element, place) -> words.look(place, element));
    sorted.forEach(words::contradictions);
    return words.mistakes;
  }

  private static Map<AnnotatedElement, String> elements(List<Class<?>> classes) {
    Map<AnnotatedElement, String> elements = new LinkedHashMap<>();
    for (Class<?> type : classes) {
      for (Class<?> each : Nearest.hierarchy(type)) {
        elements.put(each, each.getName());
        Arrays.stream(each.getDeclaredMethods())
            .filter(method -> !method.isSynthetic())
            .sorted(Comparator.comparing(Method::toGenericString))
            .forEach(method -> elements.put(method, each.getName() + "." + method.getName()));
        Nearest.stereotypes(each).forEach(s -> elements.put(s, s.getName()));
      }
    }
    return elements;
  }

  private void look(String place, AnnotatedElement element) {
    for (Annotation annotation : element.getDeclaredAnnotations()) {
      if (annotation instanceof Secured secured) look(place, secured);
      else if (annotation instanceof Guarded guarded) look(place, guarded);
      else if (annotation instanceof Fresh fresh) look(place, fresh);
      else if (annotation instanceof Audited audited) look(place, audited);
    }
    if (demands.jsr250()) lookAtJsr250(place, element);
  }

  private void look(String place, Secured secured) {
    String on = place + ": @Secured ";
    for (String scope : secured.scopes()) {
      if (SCOPE.matcher(scope).matches()) continue;
      mistakes.add(
          on
              + "names the scope \""
              + scope
              + "\", which "
              + (scope.isEmpty()
                  ? "is empty: leave it out"
                  : scope.chars().anyMatch(Character::isWhitespace)
                      ? "has a space, and no scope has one (RFC 6749 section 3.3): name each by"
                          + " itself"
                      : "is none (RFC 6749 section 3.3)"));
    }
    roles(on, secured.roles());
    unique(on, "the scope", secured.scopes());
    unique(on, "the credential", secured.credentials());
    Set<CredentialKind> kinds = new HashSet<>(Arrays.asList(secured.credentials()));
    if (kinds.contains(CredentialKind.BOTH) && kinds.size() > 1) {
      mistakes.add(
          on
              + "contradicts itself: BOTH demands both credentials, and the others beside it let in"
              + " one: name BOTH alone, or leave it out");
    }
  }

  private void roles(String on, String[] roles) {
    for (String role : roles) {
      if (role.isBlank()) mistakes.add(on + "names an empty role: leave it out");
      else if (!role.equals(role.strip())) {
        mistakes.add(on + "names the role \"" + role + "\" with space around it: take that away");
      }
    }
    unique(on, "the role", roles);
  }

  private void unique(String on, String what, Object[] said) {
    Arrays.stream(said)
        .collect(Collectors.groupingBy(each -> each, LinkedHashMap::new, Collectors.counting()))
        .forEach(
            (each, times) -> {
              if (times > 1) mistakes.add(on + "names " + what + " " + each + " twice");
            });
  }

  private void look(String place, Guarded guarded) {
    String on = place + ": @Guarded ";
    if (guarded.value().length == 0) mistakes.add(on + "names no policy: name one");
    unique(on, "the policy", guarded.value());
    for (Class<? extends AccessPolicy> policy : guarded.value()) demands.policies().named(policy);
  }

  private void look(String place, Fresh fresh) {
    String on = place + ": @Fresh says \"" + fresh.value() + "\", which ";
    try {
      Duration maxAge = Duration.parse(fresh.value());
      if (maxAge.isNegative() || maxAge.isZero()) {
        mistakes.add(on + "lets nobody in: a login has to be let have some age");
      }
    } catch (DateTimeParseException e) {
      mistakes.add(on + "is no ISO-8601 duration of days, hours, minutes and seconds, as PT5M");
    }
  }

  private void look(String place, Audited audited) {
    if (audited.value().isBlank() || audited.value().length() > MAX_ACTION) {
      mistakes.add(place + ": @Audited names its event by nothing, or by more than 64 characters");
    }
  }

  private void lookAtJsr250(String place, AnnotatedElement element) {
    List<Annotation> words = Jsr250.words(element);
    if (words.size() > 1) {
      mistakes.add(
          place
              + ": "
              + words.stream()
                  .map(word -> "@" + word.annotationType().getSimpleName())
                  .sorted()
                  .collect(Collectors.joining(" and "))
              + " contradict each other: leave one");
    }
    RolesAllowed allowed = element.getDeclaredAnnotation(RolesAllowed.class);
    if (allowed != null) {
      String on = place + ": @RolesAllowed ";
      if (allowed.value().length == 0) {
        mistakes.add(on + "names no role: name one, or say @DenyAll");
      }
      roles(on, allowed.value());
    }
    boolean opensOrCloses =
        element.isAnnotationPresent(PermitAll.class) || element.isAnnotationPresent(DenyAll.class);
    if (opensOrCloses && element.getDeclaredAnnotation(Secured.class) != null) {
      mistakes.add(
          place + ": @Secured contradicts the @PermitAll or @DenyAll beside it: leave one");
    }
  }

  private void contradictions(Class<?> type) {
    for (Class<? extends Annotation> annotation : SecuredUse.ANNOTATIONS) {
      if (Nearest.all(annotation, type).size() > 1) {
        mistakes.add(contradiction(type.getName(), annotation));
        continue;
      }
      Set<String> places = new TreeSet<>();
      for (Class<?> each : Nearest.hierarchy(type)) {
        for (Method method : each.getDeclaredMethods()) {
          if (method.isSynthetic() || Nearest.all(annotation, type, method).size() < 2) continue;
          places.add(type.getName() + "." + method.getName());
        }
      }
      places.forEach(place -> mistakes.add(contradiction(place, annotation)));
    }
  }

  private static String contradiction(String place, Class<? extends Annotation> annotation) {
    return place
        + " inherits different @"
        + annotation.getSimpleName()
        + "s of interfaces or stereotypes that stand equally near: put the one that holds on "
        + place
        + " itself";
  }
}
