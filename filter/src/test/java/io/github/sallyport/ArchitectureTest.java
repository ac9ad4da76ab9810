package io.github.sallyport;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import io.github.sallyport.key.ApiKeyStore;
import io.github.sallyport.key.ApiKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rooms of the house, and who may know whom. */
@AnalyzeClasses(
    packages = ArchitectureTest.HOUSE,
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  static final String HOUSE = "io.github.sallyport";

  /** A house with one fault for each rule, to see that the rule finds it. */
  private static final String PLANTED = HOUSE + ".testing.planted";

  private static final String ROOT = "root";

  private static final String EHCACHE = "org.ehcache..";
  private static final String CAFFEINE = "com.github.benmanes..";
  private static final String CACHE2K = "org.cache2k..";

  private static final Set<String> CHANGES =
      Set.of("insert", "insertFirst", "insertForeign", "change", "revokeUnread");

  /** Each room, and what it may import; those that do not exist yet are optional. */
  private static final Map<String, Set<String>> ROOMS = rooms();

  @ArchTest static final ArchRule ROOMS_IMPORT_WHAT_THE_PLAN_SAYS = layers(HOUSE);
  @ArchTest static final ArchRule NO_CYCLES = noCycles(HOUSE);
  @ArchTest static final ArchRule SERVLETS = servlets(HOUSE);
  @ArchTest static final ArchRule JAVA_JWT = javaJwt(HOUSE);
  @ArchTest static final ArchRule JDBC = jdbc(HOUSE);
  @ArchTest static final ArchRule CACHES = caches(HOUSE);
  @ArchTest static final ArchRule EHCACHES_CLASS = oneClassAProvider(EHCACHE, "EhcacheBound");
  @ArchTest static final ArchRule CAFFEINES_CLASS = oneClassAProvider(CAFFEINE, "CaffeineBound");
  @ArchTest static final ArchRule CACHE2KS_CLASS = oneClassAProvider(CACHE2K, "Cache2kBound");
  @ArchTest static final ArchRule BUCKETS = buckets(HOUSE);
  @ArchTest static final ArchRule OPEN_TELEMETRY = openTelemetry(HOUSE);
  @ArchTest static final ArchRule HAZELCAST = hazelcast();
  @ArchTest static final ArchRule MICRO_PROFILE_CONFIG = microProfileConfig(HOUSE);
  @ArchTest static final ArchRule MICRO_PROFILE_JWT = microProfileJwt(HOUSE);
  @ArchTest static final ArchRule JAKARTA_EE = jakartaEe(HOUSE);
  @ArchTest static final ArchRule NOTHING_IS_DECODED_UNVERIFIED = noDecode();

  @ArchTest static final ArchRule KEYS_ARE_CHANGED_BY_ONE_CLASS = oneWriter();

  private static Map<String, Set<String>> rooms() {
    Map<String, Set<String>> rooms = new LinkedHashMap<>();
    rooms.put(ROOT, Set.of());
    rooms.put("json", Set.of());
    rooms.put("cache", Set.of(ROOT));
    rooms.put("audit", Set.of(ROOT, "json"));
    rooms.put("access", Set.of(ROOT));
    rooms.put("key", Set.of(ROOT, "json", "cache", "audit"));
    rooms.put("jwt", Set.of(ROOT, "json", "cache", "audit"));
    rooms.put("token", Set.of(ROOT, "json", "key", "jwt", "limit", "cache", "audit"));
    rooms.put("limit", Set.of(ROOT, "cache", "audit"));
    rooms.put("usage", Set.of(ROOT));
    rooms.put("store", Set.of(ROOT, "json", "cache", "key", "token", "limit", "usage", "audit"));
    rooms.put("http", Set.of(ROOT, "json", "access", "limit", "usage", "audit"));
    rooms.put("client", Set.of(ROOT, "json", "http", "token", "audit"));
    rooms.put(
        "endpoint",
        Set.of(
            ROOT, "http", "json", "key", "token", "jwt", "access", "limit", "usage", "cache",
            "audit"));
    rooms.put("telemetry", Set.of(ROOT, "key", "jwt", "limit", "cache", "audit"));
    rooms.put(
        "config",
        Set.of(
            ROOT,
            "access",
            "audit",
            "cache",
            "endpoint",
            "http",
            "jwt",
            "key",
            "limit",
            "store",
            "telemetry",
            "token"));
    Set<String> all = new TreeSet<>(rooms.keySet());
    rooms.put("boot", all);
    return rooms;
  }

  private static ArchRule layers(String house) {
    LayeredArchitecture architecture =
        layeredArchitecture().consideringOnlyDependenciesInAnyPackage(house, house + "..");
    for (String room : ROOMS.keySet()) {
      architecture =
          room.equals(ROOT)
              ? architecture.optionalLayer(room).definedBy(house)
              : architecture.optionalLayer(room).definedBy(house + "." + room + "..");
    }
    for (Map.Entry<String, Set<String>> room : ROOMS.entrySet()) {
      String[] others = room.getValue().toArray(String[]::new);
      architecture =
          others.length == 0
              ? architecture.whereLayer(room.getKey()).mayNotAccessAnyLayer()
              : architecture.whereLayer(room.getKey()).mayOnlyAccessLayers(others);
    }
    return architecture.ensureAllClassesAreContainedInArchitecture();
  }

  private static ArchRule noCycles(String house) {
    return slices().matching(house + ".(*)..").should().beFreeOfCycles();
  }

  private static ArchRule servlets(String house) {
    return CompositeArchRule.of(
            onlyIn(house, List.of("http", "endpoint", "boot"), "jakarta.servlet.."))
        .and(onlyIn(house, List.of("http", "client", "endpoint", "boot"), "jakarta.ws.rs.."));
  }

  private static ArchRule javaJwt(String house) {
    return onlyIn(house, List.of("jwt"), "com.auth0..");
  }

  private static ArchRule jdbc(String house) {
    return onlyIn(
        house,
        List.of("store"),
        "java.sql..",
        "javax.sql..",
        "com.zaxxer.hikari..",
        "org.flywaydb..",
        "org.h2..");
  }

  private static ArchRule caches(String house) {
    return onlyIn(
        house,
        List.of("cache"),
        "javax.cache..",
        EHCACHE,
        CAFFEINE,
        CACHE2K,
        "com.typesafe..",
        "com.hazelcast..");
  }

  /** So that a provider may be missing: one class names it, loaded where it is asked for. */
  private static ArchRule oneClassAProvider(String library, String className) {
    return noClasses()
        .that()
        .doNotHaveSimpleName(className)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library);
  }

  private static ArchRule buckets(String house) {
    return onlyIn(house, List.of("limit"), "io.github.bucket4j..");
  }

  private static ArchRule openTelemetry(String house) {
    return onlyIn(house, List.of("telemetry"), "io.opentelemetry..");
  }

  /** Where no cluster is set there need be no Hazelcast, and nothing that needs it is loaded. */
  private static ArchRule hazelcast() {
    return noClasses()
        .that()
        .areTopLevelClasses()
        .and()
        .haveSimpleNameNotStartingWith("Hazelcast")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.hazelcast..");
  }

  private static ArchRule microProfileConfig(String house) {
    return onlyIn(house, List.of("config"), "org.eclipse.microprofile.config..");
  }

  private static ArchRule microProfileJwt(String house) {
    return onlyIn(house, List.of("http"), "org.eclipse.microprofile.jwt..", "jakarta.json..");
  }

  private static ArchRule jakartaEe(String house) {
    return onlyIn(
        house,
        List.of("http"),
        "jakarta.ejb..",
        "jakarta.enterprise.concurrent..",
        "org.eclipse.microprofile.context..");
  }

  private static ArchRule onlyIn(String house, List<String> rooms, String... libraries) {
    String[] allowed = rooms.stream().map(r -> house + "." + r + "..").toArray(String[]::new);
    return noClasses()
        .that()
        .resideOutsideOfPackages(allowed)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(libraries);
  }

  /**
   * {@code JWT.decode} reads a token without verifying it: what it says must never be believed
   * (L14).
   */
  private static ArchRule noDecode() {
    return noClasses()
        .should()
        .callMethodWhere(
            describe(
                "it decodes a token",
                call ->
                    call.getTarget().getOwner().getPackageName().equals("com.auth0.jwt")
                        && call.getTarget().getName().startsWith("decode")));
  }

  /**
   * A change of a key is one transaction and one event of audit, and {@code ApiKeys} sees to both.
   * What is written behind a use is no change: it moves no version and no number of the feed.
   */
  private static ArchRule oneWriter() {
    return noClasses()
        .that()
        .doNotBelongToAnyOf(ApiKeys.class)
        .and()
        .areNotAssignableTo(ApiKeyStore.class)
        .should()
        .callMethodWhere(
            describe(
                "it changes keys",
                call ->
                    call.getTarget().getOwner().isAssignableTo(ApiKeyStore.class)
                        && CHANGES.contains(call.getTarget().getName())));
  }

  @Test
  void oneClassAloneNamesTheTableOfKeys() throws IOException {
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      assertThat(sources.filter(Files::isRegularFile).filter(this::namesTheTable))
          .containsExactly(Path.of("src/main/java/io/github/sallyport/store/JdbcApiKeys.java"));
    }
  }

  private boolean namesTheTable(Path source) {
    try {
      return Files.readString(source).contains("sallyport_key");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Some versions of the build ran no {@code @ArchTest} at all and passed; this one always runs.
   */
  @Test
  void theRoomsImportWhatThePlanSays() {
    JavaClasses house =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(HOUSE);

    assertThat(house.stream().map(JavaClass::getPackageName)).contains(HOUSE, HOUSE + ".config");
    layers(HOUSE).check(house);
  }

  @ParameterizedTest
  @CsvSource({
    "layers, json.ImportsConfig",
    "layers, http.ImportsKey",
    "layers, RootImportsJson",
    "layers, attic.InNoRoom",
    "cycles, cache.NeedsKey",
    "servlets, key.NeedsServlets",
    "servlets, access.NeedsJaxRs",
    "servlets, client.NeedsServlets",
    "java-jwt, http.NeedsJavaJwt",
    "jdbc, key.NeedsJdbc",
    "jdbc, boot.NeedsHikari",
    "caches, store.NeedsCaches",
    "a provider, store.NeedsCaches",
    "telemetry, http.NeedsOpenTelemetry",
    "buckets, http.NeedsBuckets",
    "config, boot.NeedsConfig",
    "mp-jwt, access.NeedsMicroProfileJwt",
    "jakarta ee, boot.NeedsThreadContexts",
    "decode, jwt.Decodes",
    "one writer, endpoint.ChangesKeys"
  })
  void eachRuleFindsAPlantedFault(String rule, String fault) {
    assertThat(faultsFound(rule)).anyMatch(found -> found.contains(PLANTED + "." + fault));
  }

  @ParameterizedTest
  @CsvSource({
    "servlets, http.MayNeedServlets",
    "servlets, client.MayNeedJaxRs",
    "java-jwt, jwt.Decodes",
    "jdbc, store.MayNeedJdbc",
    "caches, cache.MayNeedCaches",
    "a provider, cache.MayNeedCaches",
    "buckets, limit.MayNeedBuckets",
    "telemetry, telemetry.MayNeedOpenTelemetry",
    "config, config.MayNeedConfig",
    "mp-jwt, http.MayNeedMicroProfileJwt"
  })
  void noRuleFindsAFaultInTheRoomThatMay(String rule, String allowed) {
    assertThat(faultsFound(rule)).noneMatch(found -> found.contains(PLANTED + "." + allowed));
  }

  private static List<String> faultsFound(String rule) {
    ArchRule planned =
        requireNonNull(
            Map.ofEntries(
                    entry("layers", layers(PLANTED)),
                    entry("cycles", noCycles(PLANTED)),
                    entry("servlets", servlets(PLANTED)),
                    entry("java-jwt", javaJwt(PLANTED)),
                    entry("jdbc", jdbc(PLANTED)),
                    entry("caches", caches(PLANTED)),
                    entry("a provider", oneClassAProvider("javax.cache..", "MayNeedCaches")),
                    entry("buckets", buckets(PLANTED)),
                    entry("telemetry", openTelemetry(PLANTED)),
                    entry("config", microProfileConfig(PLANTED)),
                    entry("mp-jwt", microProfileJwt(PLANTED)),
                    entry("jakarta ee", jakartaEe(PLANTED)),
                    entry("decode", noDecode()),
                    entry("one writer", oneWriter()))
                .get(rule),
            rule);
    try {
      return planned.evaluate(PlantedHouse.CLASSES).getFailureReport().getDetails();
    } catch (AssertionError notInAnyRoom) {
      return List.of(String.valueOf(notInAnyRoom.getMessage()));
    }
  }

  /** Read once, and only where it is asked for. */
  private static final class PlantedHouse {
    static final JavaClasses CLASSES = new ClassFileImporter().importPackages(PLANTED);
  }
}
