package io.github.sallyport.cdi;

import io.github.sallyport.Freshness;
import io.github.sallyport.access.Requirement;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What is asked before each method of one application: computed once, looked up at each call. */
final class Demands {
  /** Of one class, shared by the classes that a container derives of it. */
  private final class Table {
    private final Class<?> type;
    private final ConcurrentHashMap<Method, Optional<Demand>> methods = new ConcurrentHashMap<>();

    private Table(Class<?> type) {
      this.type = type;
    }

    private Optional<Demand> of(Method method) {
      Optional<Demand> known = methods.get(method);
      return known != null ? known : methods.computeIfAbsent(method, m -> compute(type, m));
    }
  }

  private final ClassValue<Table> tables =
      new ClassValue<>() {
        @Override
        protected Table computeValue(Class<?> type) {
          for (Class<?> each = type.getSuperclass(); each != null; each = each.getSuperclass()) {
            if (!known.contains(type) && known.contains(each)) return get(each);
          }
          return new Table(type);
        }
      };

  private final Set<Class<?>> known = ConcurrentHashMap.newKeySet();
  private final Policies policies = new Policies();
  private final boolean jsr250;

  /**
   * @param jsr250 whether JSR-250 is ours to ask
   */
  Demands(boolean jsr250) {
    this.jsr250 = jsr250;
  }

  boolean jsr250() {
    return jsr250;
  }

  Policies policies() {
    return policies;
  }

  boolean knows(Class<?> type) {
    return known.contains(type);
  }

  /** Makes known a class of the application, as its source has it. */
  void add(Class<?> type) {
    known.add(type);
  }

  /**
   * Finds what a method asks for.
   *
   * @param type the class of the bean or resource, which may inherit the method; a proxy's or an
   *     interceptor's subclass will do
   * @return empty if nothing is asked
   */
  Optional<Demand> of(Class<?> type, Method method) {
    return tables.get(type).of(method);
  }

  /** Computes all that is known, so that no call has to. */
  void prepare() {
    for (Class<?> type : known) {
      for (Class<?> each : Nearest.hierarchy(type)) {
        for (Method method : each.getDeclaredMethods()) of(type, method);
      }
    }
  }

  private Optional<Demand> compute(Class<?> type, Method method) {
    Optional<Secured> secured = Nearest.find(Secured.class, type, method);
    Optional<Guarded> guarded = Nearest.find(Guarded.class, type, method);
    Optional<Fresh> fresh = Nearest.find(Fresh.class, type, method);
    Optional<Jsr250> words = jsr250 ? Jsr250.of(type, method) : Optional.empty();
    boolean ours = secured.isPresent() || guarded.isPresent() || fresh.isPresent();
    if (!ours && words.isEmpty()) return Optional.empty();
    return Optional.of(
        new Demand(
            ours ? secured.map(Demands::requirement).orElse(Requirement.AUTHENTICATED) : null,
            fresh.map(said -> new Freshness(Duration.parse(said.value()))).orElse(null),
            guarded.map(this::policies).orElse(List.of()),
            words.orElse(null)));
  }

  private List<Policies.Policy> policies(Guarded guarded) {
    return Arrays.stream(guarded.value()).map(policies::named).toList();
  }

  private static Requirement requirement(Secured secured) {
    return new Requirement(set(secured.scopes()), set(secured.roles()), set(secured.credentials()));
  }

  private static <T> Set<T> set(T[] said) {
    return new LinkedHashSet<>(Arrays.asList(said));
  }
}
