package io.github.sallyport.cdi;

import io.github.sallyport.Caller;
import io.github.sallyport.access.AccessPolicy;
import jakarta.enterprise.inject.AmbiguousResolutionException;
import jakarta.enterprise.inject.Default;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The policies of one application: named by its methods, found once its beans are known. */
final class Policies {
  private final ConcurrentHashMap<Class<? extends AccessPolicy>, Policy> named =
      new ConcurrentHashMap<>();
  // Both set once, by the thread that deploys, before any method is called.
  private volatile @Nullable BeanManager manager;
  private volatile Set<Bean<?>> beans = Set.of();

  /** One of them. */
  final class Policy {
    private final Class<? extends AccessPolicy> type;
    // Written by whoever asks first; who comes at the same time finds the same bean.
    private volatile @Nullable AccessPolicy found;

    private Policy(Class<? extends AccessPolicy> type) {
      this.type = type;
    }

    /**
     * Asks it.
     *
     * @throws IllegalStateException if no such bean was found, which fails a deployment with CDI
     */
    boolean permits(Caller caller, Method method, List<@Nullable Object> arguments) {
      AccessPolicy policy = found;
      if (policy == null) {
        policy = find();
        found = policy;
      }
      return policy.permits(caller, method, arguments);
    }

    /** Not before the first call: what a policy injects may come up after CDI does. */
    private AccessPolicy find() {
      BeanManager known = manager;
      Bean<?> bean = known == null ? null : known.resolve(candidates());
      if (known == null || bean == null) {
        throw new IllegalStateException(type.getName() + " is no CDI bean of this application");
      }
      return (AccessPolicy) known.getReference(bean, type, known.createCreationalContext(bean));
    }

    private Set<Bean<?>> candidates() {
      return beans.stream()
          .filter(bean -> types(bean).anyMatch(type::equals))
          .filter(bean -> bean.getQualifiers().contains(Default.Literal.INSTANCE))
          .collect(Collectors.toSet());
    }

    private Optional<String> mistake(BeanManager known) {
      Set<Bean<?>> candidates = candidates();
      if (candidates.isEmpty()) return Optional.of(unknown(type));
      try {
        known.resolve(candidates);
        return Optional.empty();
      } catch (AmbiguousResolutionException e) {
        return Optional.of(
            type.getName()
                + " is a policy of @Guarded, and more than one CDI bean: "
                + String.join(
                    ", ",
                    candidates.stream()
                        .map(bean -> bean.getBeanClass().getName())
                        .sorted()
                        .toList())
                + "; name the class of one of them");
      }
    }
  }

  Policy named(Class<? extends AccessPolicy> type) {
    return named.computeIfAbsent(type, Policy::new);
  }

  /**
   * Says of each that can't be found why, in a stable order; from now on they can be asked.
   *
   * @param all those of the application that are policies, seen by the extension: GlassFish does
   *     not show them to the bean manager of a library
   */
  List<String> find(BeanManager known, Set<Bean<?>> all) {
    manager = known;
    beans = Set.copyOf(all);
    return sorted().map(policy -> policy.mistake(known)).flatMap(Optional::stream).toList();
  }

  /**
   * Says of each for which none of these is a bean that it is unknown, before there is anybody to
   * ask.
   */
  List<String> unknown(Set<Bean<?>> all) {
    return sorted()
        .map(policy -> policy.type)
        .filter(type -> all.stream().flatMap(Policies::types).noneMatch(type::equals))
        .map(Policies::unknown)
        .toList();
  }

  static boolean isPolicy(Bean<?> bean) {
    return types(bean).anyMatch(AccessPolicy.class::isAssignableFrom);
  }

  private static Stream<Class<?>> types(Bean<?> bean) {
    return bean.getTypes().stream()
        .map(type -> type instanceof ParameterizedType generic ? generic.getRawType() : type)
        .filter(Class.class::isInstance)
        .map(type -> (Class<?>) type);
  }

  private Stream<Policy> sorted() {
    return named.values().stream()
        .sorted(Comparator.comparing((Policy policy) -> policy.type.getName()));
  }

  private static String unknown(Class<?> type) {
    return type.getName()
        + " is a policy of @Guarded, and no CDI bean: give it a scope, as @ApplicationScoped";
  }
}
