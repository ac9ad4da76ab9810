package io.github.sallyport.cdi;

import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.enterprise.inject.spi.InjectionPoint;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.lang.annotation.Annotation;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.jwt.Claim;
import org.eclipse.microprofile.jwt.ClaimValue;
import org.jspecify.annotations.Nullable;

/**
 * The beans of claims, one for each type (MicroProfile JWT 2.1, 7.1.2). Producers, and not beans
 * that an extension makes up: of these a container keeps what it has made for an {@code Instance}
 * until the bean that holds it ends.
 *
 * <p>Loaded only where MicroProfile JWT and Jakarta JSON Processing are.
 */
@Dependent
class ClaimProducers {
  private ClaimProducers() {}

  @Produces
  @Claim
  @Typed(String.class)
  static @Nullable String text(InjectionPoint point) {
    return (String) current(point);
  }

  @Produces
  @Claim
  @Typed(Long.class)
  static @Nullable Long whole(InjectionPoint point) {
    return (Long) current(point);
  }

  @Produces
  @Claim
  @Typed(Boolean.class)
  static @Nullable Boolean yes(InjectionPoint point) {
    return (Boolean) current(point);
  }

  @Produces
  @Claim
  @SuppressWarnings("unchecked") // The injection point has no other type.
  static @Nullable Set<String> texts(InjectionPoint point) {
    return (Set<String>) current(point);
  }

  @Produces
  @Claim
  @Typed(JsonValue.class)
  static @Nullable JsonValue json(InjectionPoint point) {
    return (JsonValue) current(point);
  }

  @Produces
  @Claim
  @Typed(JsonString.class)
  static @Nullable JsonString jsonText(InjectionPoint point) {
    return (JsonString) current(point);
  }

  @Produces
  @Claim
  @Typed(JsonNumber.class)
  static @Nullable JsonNumber jsonNumber(InjectionPoint point) {
    return (JsonNumber) current(point);
  }

  @Produces
  @Claim
  @Typed(JsonArray.class)
  static @Nullable JsonArray jsonArray(InjectionPoint point) {
    return (JsonArray) current(point);
  }

  @Produces
  @Claim
  @Typed(JsonObject.class)
  static @Nullable JsonObject jsonObject(InjectionPoint point) {
    return (JsonObject) current(point);
  }

  @Produces
  @Claim
  @SuppressWarnings("unchecked") // The form is that of the injection point, which says T.
  static <T> Optional<T> optional(InjectionPoint point) {
    return Objects.requireNonNull((Optional<T>) current(point), "its form");
  }

  @Produces
  @Claim
  static <T> ClaimValue<T> claimValue(InjectionPoint point) {
    return new InjectedClaim<>(name(point), form(point));
  }

  private static @Nullable Object current(InjectionPoint point) {
    ClaimUse.requireOfOneRequest(point);
    return form(point).current(name(point));
  }

  private static ClaimForm form(InjectionPoint point) {
    // Only a look-up by code comes here unchecked.
    return ClaimForm.of(point.getType())
        .orElseThrow(
            () -> new IllegalArgumentException("no claim is injected as a " + point.getType()));
  }

  private static String name(InjectionPoint point) {
    for (Annotation each : point.getQualifiers()) {
      if (each instanceof Claim claim) return ClaimUse.name(claim);
    }
    throw new AssertionError("what is made here has the qualifier");
  }
}
