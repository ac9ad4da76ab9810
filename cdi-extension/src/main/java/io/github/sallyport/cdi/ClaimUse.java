package io.github.sallyport.cdi;

import io.github.sallyport.http.JsonValues;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.spi.AnnotatedParameter;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.InjectionPoint;
import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EventListener;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.microprofile.jwt.Claim;
import org.eclipse.microprofile.jwt.Claims;
import org.jspecify.annotations.Nullable;

/**
 * Tells where a {@link Claim} can't be injected as it stands (MicroProfile JWT 2.1, 7.1.2): what is
 * no claim, and what would keep one user's claim for the next.
 */
final class ClaimUse {
  private static final Set<String> SHARED_BEANS =
      Set.of("jakarta.ejb.Stateless", "jakarta.ejb.Stateful", "jakarta.ejb.MessageDriven");

  private final BeanManager beans;

  ClaimUse(BeanManager beans) {
    this.beans = beans;
  }

  /** The claim's name, however it is given; empty if it is not. */
  static String name(Claim claim) {
    return claim.standard() == Claims.UNKNOWN ? claim.value() : claim.standard().name();
  }

  /**
   * Looks at injection points of claims.
   *
   * @return a report with a sentence for each mistake, and its mend; empty: there is none
   */
  Optional<String> report(List<InjectionPoint> points) {
    return report(points.stream().flatMap(this::mistakes));
  }

  /**
   * Looks for values in {@code @Dependent} beans that live as long as a bean which outlives the
   * request. Only once all beans are known.
   */
  Optional<String> reportOfDependents(List<InjectionPoint> points) {
    Set<Bean<?>> holders = new HashSet<>();
    for (InjectionPoint point : points) {
      Bean<?> bean = point.getBean();
      if (bean != null && bean.getScope() == Dependent.class && isValue(point)) holders.add(bean);
    }
    if (holders.isEmpty()) return Optional.empty();
    Set<Bean<?>> all = beans.getBeans(Object.class, Any.Literal.INSTANCE);
    List<String> mistakes = new ArrayList<>();
    boolean more = true;
    while (more) {
      more = false;
      for (Bean<?> bean : all) {
        if (bean.getScope() == RequestScoped.class || holders.contains(bean)) continue;
        for (InjectionPoint point : bean.getInjectionPoints()) {
          if (isOfOneCall(point) || !holders.contains(resolve(point))) continue;
          if (bean.getScope() == Dependent.class) more |= holders.add(bean);
          else mistakes.add(place(point) + keepsDependent(bean, point));
        }
      }
    }
    return report(mistakes.stream());
  }

  private @Nullable Bean<?> resolve(InjectionPoint point) {
    return beans.resolve(
        beans.getBeans(point.getType(), point.getQualifiers().toArray(new Annotation[0])));
  }

  private static boolean isValue(InjectionPoint point) {
    return !isOfOneCall(point)
        && ClaimForm.of(point.getType())
            .filter(form -> form.held() == ClaimForm.Held.VALUE)
            .isPresent();
  }

  private static String keepsDependent(Bean<?> bean, InjectionPoint point) {
    return " would keep the claim of one request for all others, since it holds a value, and its"
        + " bean is @"
        + bean.getScope().getSimpleName()
        + ": inject a Provider<"
        + simple(point.getType())
        + ">, or have it hold a ClaimValue";
  }

  private static Optional<String> report(Stream<String> found) {
    List<String> mistakes = found.distinct().sorted().toList();
    if (mistakes.isEmpty()) return Optional.empty();
    return Optional.of(
        "@Claim can't be injected where it stands, "
            + mistakes.size()
            + (mistakes.size() == 1 ? " mistake:" : " mistakes:")
            + "\n - "
            + String.join("\n - ", mistakes));
  }

  private Stream<String> mistakes(InjectionPoint point) {
    List<String> mistakes = new ArrayList<>();
    Claim claim = claim(point).orElseThrow();
    String place = place(point);
    if (name(claim).isEmpty()) {
      mistakes.add(place + " names no claim: give @Claim a name, or standard =");
    } else if (!claim.value().isEmpty() && !claim.value().equals(name(claim))) {
      mistakes.add(
          place
              + " names two claims, "
              + claim.value()
              + " and standard = "
              + name(claim)
              + ": name one of them");
    }
    Optional<ClaimForm> form = ClaimForm.of(point.getType());
    if (form.isEmpty()) {
      mistakes.add(
          place
              + " is a "
              + point.getType().getTypeName()
              + ", as which no claim is injected: use String, Long, Boolean, Set<String>, JsonValue,"
              + " JsonString, JsonNumber, JsonArray or JsonObject, or an Optional, ClaimValue,"
              + " Provider or Instance of these");
    } else {
      if (form.get().isJson() && !JsonValues.areThere()) {
        mistakes.add(
            place
                + " needs an implementation of Jakarta JSON Processing, and there is none: add"
                + " org.eclipse.parsson:parsson");
      }
      tooLong(point, form.get()).ifPresent(why -> mistakes.add(place + why));
    }
    return mistakes.stream();
  }

  static Optional<Claim> claim(InjectionPoint point) {
    return point.getQualifiers().stream()
        .filter(Claim.class::isInstance)
        .map(Claim.class::cast)
        .findAny();
  }

  /** Why what is injected would live on when its request is over. */
  private Optional<String> tooLong(InjectionPoint point, ClaimForm form) {
    if (form.held() == ClaimForm.Held.PROVIDER || isOfOneCall(point)) return Optional.empty();
    boolean value = form.held() == ClaimForm.Held.VALUE;
    Bean<?> bean = point.getBean();
    if (bean == null) {
      return value && isShared(point)
          ? Optional.of(keeps("since one object of its class serves all requests", point))
          : Optional.empty();
    }
    Class<? extends Annotation> scope = bean.getScope();
    if (scope == RequestScoped.class) return Optional.empty();
    if (scope == Dependent.class) {
      return value && isShared(bean.getBeanClass())
          ? Optional.of(keeps("since its bean serves many requests", point))
          : Optional.empty();
    }
    String named = "@" + scope.getSimpleName();
    if (beans.isPassivatingScope(scope)) {
      return Optional.of(
          " stands in a "
              + named
              + " bean, which may be passivated, and that no claim may be: inject a "
              + (value ? "Provider<" + simple(point.getType()) + ">" : "Provider of the value"));
    }
    return value ? Optional.of(keeps("since its bean is " + named, point)) : Optional.empty();
  }

  private static String keeps(String why, InjectionPoint point) {
    String type = simple(point.getType());
    return " would keep the claim of one request for all others, "
        + why
        + ": inject a ClaimValue<"
        + type
        + "> or Provider<"
        + type
        + ">";
  }

  /** Parameters of observers and disposers are injected anew for each call. */
  private static boolean isOfOneCall(InjectionPoint point) {
    return point.getAnnotated() instanceof AnnotatedParameter<?> parameter
        && parameter.getDeclaringCallable().getParameters().stream()
            .anyMatch(
                each ->
                    each.isAnnotationPresent(Observes.class)
                        || each.isAnnotationPresent(ObservesAsync.class)
                        || each.isAnnotationPresent(Disposes.class));
  }

  private static boolean isShared(InjectionPoint point) {
    Class<?> type = point.getMember().getDeclaringClass();
    return Servlet.class.isAssignableFrom(type)
        || Filter.class.isAssignableFrom(type)
        || EventListener.class.isAssignableFrom(type);
  }

  /** By name: there may be no such beans. */
  private static boolean isShared(Class<?> type) {
    return Arrays.stream(type.getAnnotations())
        .anyMatch(each -> SHARED_BEANS.contains(each.annotationType().getName()));
  }

  /**
   * Lets a value be injected only where it ends with its request: servlets are not told of to
   * extensions by every container.
   *
   * @throws IllegalStateException if it is a servlet, filter or listener that asks
   */
  static void requireOfOneRequest(InjectionPoint point) {
    if (point.getMember() != null && point.getBean() == null && isShared(point)) {
      throw new IllegalStateException(
          "@Claim: "
              + place(point)
              + keeps("since one object of its class serves all requests", point));
    }
  }

  private static String place(InjectionPoint point) {
    String type = point.getMember().getDeclaringClass().getName();
    boolean made = point.getMember() instanceof Constructor;
    String member = made ? "the constructor of " + type : type + "." + point.getMember().getName();
    return point.getAnnotated() instanceof AnnotatedParameter<?> parameter
        ? "parameter " + (parameter.getPosition() + 1) + " of " + member
        : member;
  }

  private static String simple(Type type) {
    if (type == long.class) return "Long";
    if (type == boolean.class) return "Boolean";
    return type.getTypeName().replaceAll("[a-z]+\\.", "");
  }
}
