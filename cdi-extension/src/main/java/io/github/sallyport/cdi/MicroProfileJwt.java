package io.github.sallyport.cdi;

import io.github.sallyport.config.Mechanism;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.spi.AfterTypeDiscovery;
import jakarta.enterprise.inject.spi.AnnotatedType;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.InjectionPoint;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;
import jakarta.enterprise.inject.spi.ProcessSyntheticAnnotatedType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.jwt.Claim;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/**
 * The bridge where MicroProfile JWT's API is. Loaded only there.
 *
 * <p>A server may have beans of the same types. By {@code sallyport.mechanism} the deployer says
 * whose are injected: two would be ambiguous.
 */
final class MicroProfileJwt implements TokenBridge {
  private static final String SMALLRYE = "io.smallrye.jwt.";

  // Without Jakarta JSON Processing the JVM itself can't read a @Claim.
  private final boolean claims = SallyportExtension.isThere("jakarta.json.JsonValue");
  // Read when the first type is looked at: an extension may be made before its application is set.
  private @Nullable Mechanism mechanism;
  private final Set<Class<?>> asking = ConcurrentHashMap.newKeySet();
  private final Set<Class<?>> others = ConcurrentHashMap.newKeySet();
  private final List<InjectionPoint> points = new CopyOnWriteArrayList<>();

  @Override
  public void look(ProcessAnnotatedType<?> event) {
    Class<?> type = event.getAnnotatedType().getJavaClass();
    if (LoginConfigs.asks(type)) asking.add(type);
    // What the application itself makes of a token is the application's.
    if (!(event instanceof ProcessSyntheticAnnotatedType<?>)) return;
    if (type != ClaimProducers.class && makesTokens(event.getAnnotatedType())) others.add(type);
    // Its parts need each other.
    if (mechanism() == Mechanism.ON && type.getName().startsWith(SMALLRYE)) event.veto();
  }

  private Mechanism mechanism() {
    Mechanism read = mechanism;
    if (read == null) mechanism = read = Mechanism.configured(application());
    return read;
  }

  private static ClassLoader application() {
    return Thread.currentThread().getContextClassLoader();
  }

  private boolean makesTokens(AnnotatedType<?> type) {
    return type.getMethods().stream()
        .filter(method -> method.isAnnotationPresent(Produces.class))
        .anyMatch(
            producer ->
                producer.getJavaMember().getReturnType() == JsonWebToken.class
                    || (claims && producer.isAnnotationPresent(Claim.class)));
  }

  @Override
  public void look(InjectionPoint point) {
    if (claims && ClaimUse.claim(point).isPresent()) points.add(point);
  }

  @Override
  public void addBeans(AfterTypeDiscovery event) {
    if (isLeftToServer()) return;
    event.addAnnotatedType(InjectedToken.class, InjectedToken.class.getName());
    if (claims) event.addAnnotatedType(ClaimProducers.class, ClaimProducers.class.getName());
  }

  /** Where it has beans of its own, seen or made later; then it brings the API too. */
  private boolean isLeftToServer() {
    boolean serversApi =
        JsonWebToken.class.getClassLoader() != MicroProfileJwt.class.getClassLoader();
    return mechanism() == Mechanism.OFF && (serversApi || !others.isEmpty());
  }

  @Override
  public Optional<String> mistakes(BeanManager beans) {
    String report =
        Stream.of(
                LoginConfigs.mistake(asking, application()),
                twoOfThem(),
                isLeftToServer() || points.isEmpty()
                    ? Optional.<String>empty()
                    : new ClaimUse(beans).report(points))
            .flatMap(Optional::stream)
            .collect(Collectors.joining("\n"));
    return report.isEmpty() ? Optional.empty() : Optional.of(report);
  }

  @Override
  public Optional<String> lateMistakes(BeanManager beans) {
    return isLeftToServer() || points.isEmpty()
        ? Optional.empty()
        : new ClaimUse(beans).reportOfDependents(points);
  }

  private Optional<String> twoOfThem() {
    if (others.isEmpty() || mechanism() != Mechanism.AUTO || !asking.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        others.stream().map(Class::getName).sorted().collect(Collectors.joining(", "))
            + (others.size() == 1 ? " makes" : " make")
            + " beans of MicroProfile JWT, as a server's do where a class carries"
            + " @LoginConfig(authMethod = \"MP-JWT\"), and so does Sallyport. "
            + LoginConfigs.MEND);
  }
}
