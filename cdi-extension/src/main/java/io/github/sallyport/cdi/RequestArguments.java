package io.github.sallyport.cdi;

import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.CookieParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.Encoded;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Cookie;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a resource method, read of the request as JAX-RS will read them (Jakarta REST
 * 3.1, 3.2): it has not yet when its filters are asked, and tells nobody once it has. Loaded only
 * where JAX-RS is.
 */
final class RequestArguments {

  /** One of them: where its text stands, and what is made of it. */
  private record Argument(
      Function<ContainerRequestContext, @Nullable String> text,
      @Nullable String fallback,
      MethodHandle make,
      @Nullable Object absent,
      boolean inUri) {
    @Nullable Object read(ContainerRequestContext request) {
      String said = text.apply(request);
      if (said == null) said = fallback;
      if (said == null) return absent;
      try {
        return make.invoke(said);
      } catch (Throwable e) {
        // As JAX-RS itself will answer; the method is not called with that.
        if (e instanceof Error fault) throw fault;
        throw inUri ? new NotFoundException() : new BadRequestException();
      }
    }
  }

  private final List<Argument> arguments;

  private RequestArguments(List<Argument> arguments) {
    this.arguments = arguments;
  }

  /**
   * How to read them.
   *
   * @return empty if that can't be done for one of them: a body, a context, a type that an
   *     application converts by itself
   */
  static Optional<RequestArguments> of(Class<?> type, Method method) {
    List<Argument> arguments = new ArrayList<>();
    for (Parameter parameter : speaking(type, method).getParameters()) {
      Optional<Argument> argument = argument(parameter);
      if (argument.isEmpty()) return Optional.empty();
      arguments.add(argument.get());
    }
    return Optional.of(new RequestArguments(List.copyOf(arguments)));
  }

  /** Annotations are inherited all together or not at all (3.6). */
  private static Method speaking(Class<?> type, Method method) {
    return Nearest.overridden(type, method).stream()
        .filter(
            each ->
                Arrays.stream(each.getDeclaredAnnotations())
                    .anyMatch(a -> a.annotationType().getPackageName().startsWith("jakarta.ws.rs")))
        .findFirst()
        .orElse(method);
  }

  /** In order. */
  @Nullable Object[] read(ContainerRequestContext request) {
    @Nullable Object[] read = new @Nullable Object[arguments.size()];
    for (int i = 0; i < read.length; i++) read[i] = arguments.get(i).read(request);
    return read;
  }

  private static Optional<Argument> argument(Parameter parameter) {
    Function<ContainerRequestContext, @Nullable String> text = text(parameter);
    MethodHandle make = make(parameter.getType());
    if (text == null || make == null) return Optional.empty();
    DefaultValue fallback = parameter.getAnnotation(DefaultValue.class);
    return Optional.of(
        new Argument(
            text,
            fallback == null ? null : fallback.value(),
            make,
            absent(parameter.getType()),
            parameter.isAnnotationPresent(PathParam.class)
                || parameter.isAnnotationPresent(QueryParam.class)));
  }

  private static @Nullable Function<ContainerRequestContext, @Nullable String> text(
      Parameter parameter) {
    boolean decode = !parameter.isAnnotationPresent(Encoded.class);
    PathParam path = parameter.getAnnotation(PathParam.class);
    if (path != null) {
      return request -> request.getUriInfo().getPathParameters(decode).getFirst(path.value());
    }
    QueryParam query = parameter.getAnnotation(QueryParam.class);
    if (query != null) {
      return request -> request.getUriInfo().getQueryParameters(decode).getFirst(query.value());
    }
    HeaderParam header = parameter.getAnnotation(HeaderParam.class);
    if (header != null) {
      return request -> request.getHeaders().getFirst(header.value());
    }
    CookieParam cookie = parameter.getAnnotation(CookieParam.class);
    if (cookie != null) {
      return request -> {
        Cookie found = request.getCookies().get(cookie.value());
        return found == null ? null : found.getValue();
      };
    }
    return null;
  }

  /** Types of the JDK and enumerations alone: an application may convert its own as it likes. */
  private static @Nullable MethodHandle make(Class<?> type) {
    if (type == String.class) return MethodHandles.identity(String.class);
    Class<?> boxed = MethodType.methodType(type).wrap().returnType();
    if (!boxed.isEnum() && !boxed.getPackageName().startsWith("java.")) return null;
    MethodHandles.Lookup lookup = MethodHandles.publicLookup();
    try {
      return lookup.findConstructor(boxed, MethodType.methodType(void.class, String.class));
    } catch (ReflectiveOperationException e) {
      // Then it may have one of the others.
    }
    for (String name :
        List.of(boxed.isEnum() ? "fromString" : "valueOf", "valueOf", "fromString")) {
      try {
        return lookup.findStatic(boxed, name, MethodType.methodType(boxed, String.class));
      } catch (ReflectiveOperationException e) {
        // As above.
      }
    }
    return null;
  }

  private static @Nullable Object absent(Class<?> type) {
    return type.isPrimitive() ? Array.get(Array.newInstance(type, 1), 0) : null;
  }
}
