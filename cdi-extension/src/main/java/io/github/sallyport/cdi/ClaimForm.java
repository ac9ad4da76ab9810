package io.github.sallyport.cdi;

import io.github.sallyport.Caller;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Provider;
import java.io.Serializable;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.jwt.ClaimValue;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/**
 * In which form an injection point takes a claim.
 *
 * @param held how long what is injected goes on to be right
 * @param optional whether a claim that is not there is an empty {@link Optional}, and not null
 * @param type of the value; null: what {@link JsonWebToken#getClaim(String)} gives
 */
record ClaimForm(Held held, boolean optional, @Nullable ClaimType type) implements Serializable {

  private static final Set<String> TYPED =
      Set.of("raw_token", "groups", "aud", "exp", "iat", "nbf", "auth_time", "updated_at");

  /** How long what is injected goes on to be right. */
  enum Held {
    /** A value: it is that of the request in which it was injected. */
    VALUE,
    /** A {@link ClaimValue}: it asks for the current request at each call. */
    CLAIM_VALUE,
    /** A {@link Provider} or {@link Instance}: it makes one of the others at each call. */
    PROVIDER
  }

  /** The form of an injection point of this type; empty: no claim is injected as that. */
  static Optional<ClaimForm> of(Type type) {
    if (type == ClaimValue.class) return Optional.of(new ClaimForm(Held.CLAIM_VALUE, false, null));
    Class<?> wrapper = wrapper(type);
    if (wrapper == Provider.class || wrapper == Instance.class) {
      return of(inside(type))
          .filter(made -> made.held != Held.PROVIDER)
          .map(made -> new ClaimForm(Held.PROVIDER, made.optional, made.type));
    }
    if (wrapper == ClaimValue.class) {
      return value(inside(type))
          .map(value -> new ClaimForm(Held.CLAIM_VALUE, value.optional, value.type));
    }
    return value(type);
  }

  private static Optional<ClaimForm> value(Type type) {
    boolean optional = wrapper(type) == Optional.class;
    return ClaimType.find(optional ? inside(type) : type)
        .map(found -> new ClaimForm(Held.VALUE, optional, found));
  }

  private static @Nullable Class<?> wrapper(Type type) {
    return type instanceof ParameterizedType generic && generic.getRawType() instanceof Class<?> raw
        ? raw
        : null;
  }

  private static Type inside(Type type) {
    return ((ParameterizedType) type).getActualTypeArguments()[0];
  }

  /** Tells whether it takes an implementation of Jakarta JSON Processing. */
  boolean isJson() {
    return type != null && type.name().startsWith("JSON");
  }

  /**
   * The value of a claim in the current request.
   *
   * @return null, or an empty {@link Optional}, where there is no token or no such claim
   * @throws IllegalStateException if the claim can't be of the type; its value is not told
   */
  @Nullable Object current(String name) {
    Object value = value(name, InjectedToken.current());
    return optional ? Optional.ofNullable(value) : value;
  }

  private @Nullable Object value(String name, JsonWebToken token) {
    if (type == null) return token.getClaim(name);
    Object claim = claim(name, token);
    if (claim == null) return null;
    Object value = type.of(claim);
    if (value != null) return value;
    throw new IllegalStateException(
        "The token's claim " + name + " is not " + type.words() + ", and is injected as one.");
  }

  /** As the token has it, where MicroProfile JWT does not say another type. */
  private static @Nullable Object claim(String name, JsonWebToken token) {
    Object told = TYPED.contains(name) ? token.getClaim(name) : null;
    if (told != null) return told;
    return token instanceof Caller caller ? caller.claims().get(name) : null;
  }
}
