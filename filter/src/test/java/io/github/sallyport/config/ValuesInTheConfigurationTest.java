package io.github.sallyport.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.CredentialKind;
import io.github.sallyport.access.PathRule;
import io.github.sallyport.access.Policy;
import io.github.sallyport.access.Unauthenticated;
import io.github.sallyport.audit.AuditSettings;
import io.github.sallyport.audit.AuditSettings.Sink;
import io.github.sallyport.cache.CacheProvider;
import io.github.sallyport.cache.CacheSettings;
import io.github.sallyport.endpoint.AdminSettings;
import io.github.sallyport.http.HttpSettings;
import io.github.sallyport.store.StoreSettings;
import io.github.sallyport.testing.KnownSecrets;
import io.github.sallyport.testing.LogCapture;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What values mean, what they are when nobody sets them, and which are refused. */
class ValuesInTheConfigurationTest {
  private static final String PEPPER =
      KnownSecrets.add("cGVwcGVyLXBlcHBlci1wZXBwZXItcGVwcGVyLXBlcHBlcg");
  private static final String PASSWORD = KnownSecrets.add(" p4ssword-with-space ");

  private final Deployer deployer = new Deployer();

  @Test
  void theDefaultsAreThoseOfTheTable() {
    SallyportSettings settings = deployer.deploy();

    Path data = Path.of("sallyport").toAbsolutePath();
    assertThat(settings.data()).isEqualTo(data);
    assertThat(settings.http())
        .isEqualTo(new HttpSettings("sallyport", true, true, false, "X-API-Key", true, "sp", 8192));
    assertThat(settings.access().unauthenticated()).isEqualTo(Unauthenticated.REJECT);
    assertThat(settings.store())
        .isEqualTo(
            new StoreSettings(
                new StoreSettings.Source.Embedded(data), null, true, Duration.ofSeconds(2)));
    assertThat(settings.cache())
        .isEqualTo(
            new CacheSettings(
                Duration.ofMinutes(5), 100_000, Duration.ofSeconds(2), Duration.ofMinutes(1)));
    assertThat(settings.keys().prefix()).isEqualTo("sp");
    assertThat(settings.keys().peppers()).isEmpty();
    assertThat(settings.keys().maxAge()).isNull();
    assertThat(settings.admin()).isEqualTo(new AdminSettings(false, "sallyport:admin"));
    assertThat(settings.audit())
        .isEqualTo(new AuditSettings(Sink.LOG, "log", true, Duration.ofDays(400)));
  }

  @Test
  void everyValueReachesItsSetting() {
    deployer.properties(
        Map.of(
            "sallyport.data", "/var/lib/sallyport",
            "sallyport.realm", "orders",
            "sallyport.unauthenticated", "allow",
            "sallyport.combine", "refuse",
            "sallyport.cors-preflight", "true",
            "sallyport.api-key.header", "X-Token",
            "sallyport.api-key.bearer", "false",
            "sallyport.api-key.prefix", "acme",
            "sallyport.api-key.max-age", "P90D",
            "sallyport.jwt.max-bytes", "4096"));
    deployer.properties(
        Map.of(
            "sallyport.store.schema", "keys",
            "sallyport.store.migrate", "false",
            "sallyport.cache.ttl", "PT1M",
            "sallyport.cache.max-entries", "10",
            "sallyport.admin.enabled", "true",
            "sallyport.admin.scope", "keys:manage",
            "sallyport.audit.sink", "none"));

    SallyportSettings settings = deployer.deploy();

    assertThat(settings.data()).isEqualTo(Path.of("/var/lib/sallyport"));
    assertThat(settings.http())
        .isEqualTo(new HttpSettings("orders", true, false, true, "X-Token", false, "acme", 4096));
    assertThat(settings.access().unauthenticated()).isEqualTo(Unauthenticated.ALLOW);
    assertThat(settings.keys().prefix()).isEqualTo("acme");
    assertThat(settings.keys().maxAge()).isEqualTo(Duration.ofDays(90));
    assertThat(settings.store().schema()).isEqualTo("keys");
    assertThat(settings.store().migrate()).isFalse();
    assertThat(settings.cache().ttl()).isEqualTo(Duration.ofMinutes(1));
    assertThat(settings.cache().maxEntries()).isEqualTo(10);
    assertThat(settings.admin()).isEqualTo(new AdminSettings(true, "keys:manage"));
    assertThat(settings.audit().sink()).isEqualTo(Sink.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "PT2S, PT2S, PT1M, PT1M",
    "PT2S, PT2S, PT0S, PT4S",
    "PT40S, PT30S, PT1M, PT1M10S",
    "PT2S, PT3S, PT5S, PT5S"
  })
  void theGraceIsTheLongerOfWhatIsSetAndPollWithOneQueryTimeOut(
      Duration poll, Duration timeout, Duration grace, Duration result) {
    deployer.property("sallyport.store.poll", poll.toString());
    deployer.property("sallyport.store.query-timeout", timeout.toString());
    deployer.property("sallyport.store.grace", grace.toString());

    assertThat(deployer.deploy().cache().grace()).isEqualTo(result);
  }

  @ParameterizedTest
  @CsvSource({
    "sallyport.store.poll, 2s, '\"2s\" is not an ISO-8601 duration, such as PT30S'",
    "sallyport.store.poll, P1M, '\"P1M\" is not an ISO-8601 duration, such as PT30S'",
    "sallyport.store.poll, PT0S, PT0S is not from PT0.001S to PT876000H",
    "sallyport.store.grace, PT-1S, PT-1S is not from PT0S to PT876000H",
    "sallyport.store.poll, P99999999D, PT2399999976H is not from PT0.001S to PT876000H",
    "sallyport.require-https, yes, '\"yes\" is not true or false'",
    "sallyport.require-https, TRUE, '\"TRUE\" is not true or false'",
    "sallyport.unauthenticated, Allow, '\"Allow\" is not one of reject, allow'",
    "sallyport.combine, either, '\"either\" is not one of both, refuse'",
    "sallyport.jwt.max-bytes, 0, '\"0\" is not a whole number from 1 to 999999999'",
    "sallyport.jwt.max-bytes, 8k, '\"8k\" is not a whole number from 1 to 999999999'",
    "sallyport.cache.max-entries, -1, '\"-1\" is not a whole number from 1 to 999999999'",
    "sallyport.cache.max-entries, 9999999999, '\"9999999999\" is not a whole number from 1 to 999999999'",
    "sallyport.cache.provider, com.hazelcast.cache.HazelcastCachingProvider, '\"com.hazelcast.cache.HazelcastCachingProvider\" is none of ehcache (org.ehcache.jsr107.EhcacheCachingProvider), caffeine (com.github.benmanes.caffeine.jcache.spi.CaffeineCachingProvider), cache2k (org.cache2k.jcache.provider.JCacheProvider)'",
    "sallyport.cache.uri, ehcache.xml, '\"ehcache.xml\" is not the file: URI of a file that can be read, such as file:///etc/sallyport/ehcache.xml'",
    "sallyport.cache.uri, 'file:///no where', '\"file:///no where\" is not the file: URI of a file that can be read, such as file:///etc/sallyport/ehcache.xml'",
    "sallyport.cache.uri, file:///nowhere.xml, '\"file:///nowhere.xml\" is not the file: URI of a file that can be read, such as file:///etc/sallyport/ehcache.xml'",
    "sallyport.cache.uri, file:nowhere.xml, '\"file:nowhere.xml\" is not the file: URI of a file that can be read, such as file:///etc/sallyport/ehcache.xml'",
    "sallyport.cache.uri, https://conf.example/ehcache.xml, '\"https://conf.example/ehcache.xml\" is not the file: URI of a file that can be read, such as file:///etc/sallyport/ehcache.xml'",
    "sallyport.api-key.header, X Key, '\"X Key\" is not the name of a header'",
    "sallyport.api-key.header, authorization, this header carries other credentials",
    "sallyport.api-key.prefix, S, '\"S\" is not of the form [a-z][a-z0-9]{1,15}'",
    "sallyport.store.schema, a;b, 'is not of the form [A-Za-z_][A-Za-z0-9_]{0,62}'",
    "sallyport.store.username, sa, 'goes with sallyport.store.url, which is not set'",
    "sallyport.admin.scope, a b, '\"a b\" is not a scope (RFC 6749 section 3.3)'",
    "sallyport.audit.sink, file, '\"file\" is none of log, jdbc, none, and no name of a class with its package'",
    "sallyport.audit.sink, a..b c, '\"a..b c\" is none of log, jdbc, none, and no name of a class with its package'",
    "sallyport.audit.sink, com.example.Missing, '\"com.example.Missing\" is no class that the application can load; put it into WEB-INF'",
    "sallyport.audit.sink, java.lang.String, '\"java.lang.String\" does not implement io.github.sallyport.audit.AuditSink'",
    "sallyport.audit.sink, io.github.sallyport.audit.AuditSink, '\"io.github.sallyport.audit.AuditSink\" can''t be made: it must be a public class, not abstract, with a public constructor without parameters'",
    "sallyport.audit.sink, io.github.sallyport.audit.AuditTrail, '\"io.github.sallyport.audit.AuditTrail\" can''t be made: it must be a public class, not abstract, with a public constructor without parameters'",
    "sallyport.audit.on-full, wait, '\"wait\" is not one of block, drop'",
    "sallyport.audit.keep, PT1H, PT1H is not from PT24H to PT876000H"
  })
  void anUnreadableValueStopsTheDeployment(String name, String value, String fault) {
    assertThat(deployer.property(name, value).mistakes()).containsExactly(name + ": " + fault);
  }

  @ParameterizedTest
  @CsvSource({
    "ehcache, EHCACHE",
    "caffeine, CAFFEINE",
    "cache2k, CACHE2K",
    "org.cache2k.jcache.provider.JCacheProvider, CACHE2K"
  })
  void theProviderOfCopiesIsNamedByAWordOrAClass(String name, CacheProvider provider) {
    deployer.property("sallyport.cache.provider", name);

    assertThat(deployer.deploy().cache().provider()).isEqualTo(provider);
  }

  @Test
  void ehcacheTakesAFileOfItsOwn(@TempDir Path folder) throws IOException {
    URI file = Files.createFile(folder.resolve("ehcache.xml")).toUri();
    deployer.property("sallyport.cache.uri", file.toString());

    assertThat(deployer.deploy().cache().uri()).isEqualTo(file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"caffeine", "cache2k"})
  void aProviderWhoseFileCouldLiftOurBoundTakesNone(String provider) {
    deployer.property("sallyport.cache.provider", provider);
    deployer.property("sallyport.cache.uri", "file:///etc/hosts");

    assertThat(deployer.mistakes())
        .containsExactly(
            "sallyport.cache.uri: a configuration of "
                + provider
                + " can't be joined with our bound; remove it, or keep copies by ehcache");
  }

  @Test
  void aLineBreakInAValueMakesNoSecondLineInTheReport() {
    assertThat(deployer.property("sallyport.combine", "a\nb").mistakes())
        .containsExactly("sallyport.combine: \"a?b\" is not one of both, refuse");
  }

  @Test
  void spaceAroundAValueIsNotPartOfIt() {
    deployer.property("sallyport.require-https", " false ");

    assertThat(deployer.deploy().http().requireHttps()).isFalse();
  }

  @Test
  void severalPeppersAreKeptInTheirOrder() {
    deployer.property("sallyport.api-key.pepper", PEPPER + " , " + PEPPER.replace('c', 'd'));

    assertThat(deployer.deploy().keys().peppers()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"c2hvcnQtcGVwcGVy", "n0t-b4se64url:of+any.kind-however-long-it-is"})
  void aPepperThatIsNoneStopsTheDeploymentAndIsNotEchoed(String bad) {
    KnownSecrets.add(bad);

    assertThat(deployer.property("sallyport.api-key.pepper", bad).mistakes())
        .containsExactly("sallyport.api-key.pepper: is not base64url of at least 32 bytes");
  }

  @Test
  void aPepperTooManyCommasIsAMistake() {
    assertThat(deployer.property("sallyport.api-key.pepper", PEPPER + ",").mistakes())
        .containsExactly("sallyport.api-key.pepper: has an empty element; remove the comma");
  }

  @Test
  void aUrlOfADatabaseIsUsedAndItsPasswordIsKeptToTheLetter() {
    String url = KnownSecrets.add("jdbc:postgresql://db/keys?password=hunter2hunter2");
    deployer.property("sallyport.store.url", url);
    deployer.property("sallyport.store.username", "sally");
    deployer.property("sallyport.store.password", PASSWORD);

    StoreSettings store = deployer.deploy().store();

    assertThat(store.source())
        .isInstanceOfSatisfying(
            StoreSettings.Source.Url.class,
            source -> {
              assertThat(source.url().reveal()).isEqualTo(url);
              assertThat(source.username()).isEqualTo("sally");
              assertThat(source.password()).isNotNull();
              assertThat(source.password().reveal()).isEqualTo(PASSWORD);
            });
    LogCapture.assertNoSecretIn("StoreSettings.toString", store.toString());
  }

  @Test
  void aUrlThatIsNotOfJdbcStopsTheDeploymentAndIsNotEchoed() {
    String url = KnownSecrets.add("postgres://sally:hunter2hunter2@db/keys");

    assertThat(deployer.property("sallyport.store.url", url).mistakes())
        .containsExactly("sallyport.store.url: is not a JDBC URL, which starts with jdbc:");
  }

  @Test
  void aDataSourceOfTheContainerWinsOverAUrlAndAWarningSaysSo() {
    deployer.property("sallyport.store.datasource", "java:comp/env/jdbc/keys");
    deployer.property("sallyport.store.url", "jdbc:h2:mem:x");

    assertThat(deployer.deploy().store().source())
        .isEqualTo(new StoreSettings.Source.Jndi("java:comp/env/jdbc/keys"));
    assertThat(LogCapture.messages("sallyport.config", Level.WARNING))
        .contains("sallyport.store.url is not used: sallyport.store.datasource is set.");
  }

  @Test
  void aPathRuleIsRead() {
    rule("orders", "/api/*, *.pdf ,/exact");
    deployer.property("sallyport.access.orders.methods", "GET,POST");
    deployer.property("sallyport.access.orders.scopes", "orders:read , orders:write");
    deployer.property("sallyport.access.orders.roles", "clerk,Chief Clerk");
    deployer.property("sallyport.access.orders.credentials", "API_KEY,BOTH");
    deployer.property("sallyport.access.orders.cost", "3");

    assertThat(deployer.deploy().access().rules())
        .containsExactly(
            new PathRule(
                "orders",
                List.of("/api/*", "*.pdf", "/exact"),
                Set.of("GET", "POST"),
                Policy.AUTHENTICATED,
                Set.of("orders:read", "orders:write"),
                Set.of("clerk", "Chief Clerk"),
                Set.of(CredentialKind.API_KEY, CredentialKind.BOTH),
                3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"permit", "optional", "authenticated", "deny"})
  void eachPolicyIsRead(String policy) {
    rule("a", "/a").property("sallyport.access.a.policy", policy);

    assertThat(deployer.deploy().access().rules())
        .singleElement()
        .extracting(rule -> rule.policy().name())
        .isEqualTo(policy.toUpperCase(java.util.Locale.ROOT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/*",
        "/a",
        "/a/",
        "/a/b/*",
        "/.well-known/x",
        "/a.b/*",
        "*.jsp",
        "/ä",
        "/..."
      })
  void aServletPatternIsOneByItsForm(String pattern) {
    assertThat(AccessReader.isServletPattern(pattern)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "a", "a/*", "*", "**", "/**", "/a*", "/a/*/b", "/a/**", "*.a/b", "*.", "*a", "//a",
        "/a//b", "/a/../b", "/a/./b", "/..", "/a;b", "/a?b", "/a#b", "/a%20b", "/a\\b", "/a\nb",
        "/a//*"
      })
  void aPatternThatCouldNeverMatchOrIsTakenForAnotherIsRefused(String pattern) {
    assertThat(AccessReader.isServletPattern(pattern)).isFalse();
  }

  @Test
  void aBadPatternStopsTheDeployment() {
    assertThat(rule("a", "/good,/bad*").mistakes())
        .containsExactly(
            "sallyport.access.a.paths: \"/bad*\" is not a servlet pattern that can match: write"
                + " /exact, /prefix/* or *.extension, decoded and normalized");
  }

  @Test
  void aRuleWithoutPathsStopsTheDeployment() {
    assertThat(deployer.property("sallyport.access.a.policy", "deny").mistakes())
        .containsExactly(
            "sallyport.access.a.paths: is missing; a path rule needs at least one pattern");
  }

  @ParameterizedTest
  @CsvSource({"scopes, x", "roles, x", "credentials, API_KEY"})
  void whatIsAskedOfACallerGoesWithThePolicyAuthenticatedOnly(String demand, String value) {
    rule("a", "/a").property("sallyport.access.a." + demand, value);
    assertThat(deployer.deploy().access().rules()).hasSize(1);

    deployer.property("sallyport.access.a.policy", "optional");
    assertThat(deployer.mistakes())
        .containsExactly(
            "sallyport.access.a." + demand + ": goes with the policy authenticated only");
  }

  @ParameterizedTest
  @CsvSource({
    "methods, get, '\"get\" is not an HTTP method, which is written in capitals'",
    "scopes, a\"b, '\"a\"b\" is not a scope (RFC 6749 section 3.3)'",
    "credentials, JWT, '\"JWT\" is not one of API_KEY, BEARER, BOTH'",
    "roles, 'a,,b', has an empty element; remove the comma",
    "roles, 'a,b,a', names an element twice",
    "policy, PERMIT, '\"PERMIT\" is not one of permit, optional, authenticated, deny'"
  })
  void anUnreadablePartOfAPathRuleStopsTheDeployment(String part, String value, String fault) {
    String name = "sallyport.access.a." + part;

    assertThat(rule("a", "/a").property(name, value).mistakes())
        .containsExactly(name + ": " + fault);
  }

  @ParameterizedTest
  @CsvSource({"GET, GET", ", GET", "GET, ", ", ", "GET, HEAD", "'POST,PUT', 'PATCH,PUT'"})
  void twoRulesForOnePatternAndMethodStopTheDeployment(
      @Nullable String some, @Nullable String others) {
    rule("a", "/x,/a", some);
    rule("b", "/b,/x", others);

    assertThat(deployer.mistakes())
        .containsExactly(
            "sallyport.access.b.paths: \"/x\" has a rule for the same method in sallyport.access.a;"
                + " leave one of them");
  }

  @ParameterizedTest
  @CsvSource({"GET, POST", "HEAD, POST", "'GET,PUT', 'POST,DELETE'"})
  void twoRulesForOnePatternAndDifferentMethodsStandSideBySide(
      @Nullable String some, @Nullable String others) {
    rule("a", "/x", some);
    rule("b", "/x", others);

    assertThat(deployer.deploy().access().rules()).hasSize(2);
  }

  @Test
  void aSlashAtTheEndMakesNoOtherPattern() {
    rule("a", "/x,/x/");
    assertThat(deployer.deploy().access().rules().get(0).patterns()).containsExactly("/x");
    rule("b", "/x/");

    assertThat(deployer.mistakes())
        .containsExactly(
            "sallyport.access.b.paths: \"/x\" has a rule for the same method in sallyport.access.a;"
                + " leave one of them");
  }

  @Test
  void twoRulesForDifferentPatternsStandSideBySide() {
    rule("a", "/x");
    rule("b", "/x/*");

    assertThat(deployer.deploy().access().rules()).hasSize(2);
  }

  private Deployer rule(String name, String paths) {
    return deployer.property("sallyport.access." + name + ".paths", paths);
  }

  private void rule(String name, String paths, @Nullable String methods) {
    rule(name, paths);
    if (methods != null) deployer.property("sallyport.access." + name + ".methods", methods);
  }
}
