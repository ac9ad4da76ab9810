package io.github.sallyport.cdi;

import io.github.sallyport.Caller;
import io.github.sallyport.access.AccessPolicy;
import jakarta.enterprise.inject.AmbiguousResolutionException;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import java.lang.reflect.Method;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The policies of one application: named by its methods, found once its beans are known. */
final class Policies {
  private final ConcurrentHashMap<Class<? extends AccessPolicy>, Policy> named =
      new ConcurrentHashMap<>();
  // Set once, by the thread that deploys, before any method is called.
  private volatile @Nullable BeanManager beans;

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
      BeanManager manager = beans;
      Bean<?> bean = manager == null ? null : manager.resolve(manager.getBeans(type));
      if (manager == null || bean == null) {
        throw new IllegalStateException(type.getName() + " is no CDI bean of this application");
      }
      return (AccessPolicy) manager.getReference(bean, type, manager.createCreationalContext(bean));
    }

    private Optional<String> mistake(BeanManager manager) {
      Set<Bean<?>> candidates = manager.getBeans(type);
      if (candidates.isEmpty()) return Optional.of(unknown(type));
      try {
        manager.resolve(candidates);
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

  /** Says of each that can't be found why, in a stable order; from now on they can be asked. */
  List<String> find(BeanManager manager) {
    beans = manager;
    return sorted().map(policy -> policy.mistake(manager)).flatMap(Optional::stream).toList();
  }

  /**
   * Says of each for which none of these is a bean that it is unknown, before there is anybody to
   * ask.
   */
  List<String> unknown(Set<Class<?>> beanTypes) {
    return sorted()
        .map(policy -> policy.type)
        .filter(type -> beanTypes.stream().noneMatch(type::isAssignableFrom))
        .map(Policies::unknown)
        .toList();
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
