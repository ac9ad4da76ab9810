package io.github.sallyport.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.access.PathRule;
import io.github.sallyport.testing.KnownSecrets;
import io.github.sallyport.testing.LogCapture;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import javax.cache.spi.CachingProvider;
import org.eclipse.microprofile.config.spi.ConfigProviderResolver;
import org.ehcache.jsr107.EhcacheCachingProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where values come from, and what becomes of names that mean nothing. */
class NamesInTheConfigurationTest {
  private static final String PEPPER =
      KnownSecrets.add("cGVwcGVyLXBlcHBlci1wZXBwZXItcGVwcGVyLXBlcHBlcg");

  private final Deployer deployer = new Deployer();

  @Test
  void withNothingSetTheDefaultsHold() {
    SallyportSettings settings = deployer.deploy();

    assertThat(settings.http().realm()).isEqualTo("sallyport");
    assertThat(settings.access().rules()).isEmpty();
    assertThat(settings.issuers()).isEmpty();
  }

  @Test
  void anInitParameterWinsOverThePropertyOfItsName() {
    deployer.property("sallyport.realm", "from the file");
    assertThat(deployer.deploy().http().realm()).isEqualTo("from the file");

    deployer.initParameter("sallyport.realm", "from web.xml");
    assertThat(deployer.deploy().http().realm()).isEqualTo("from web.xml");
  }

  @Test
  void anInitParameterWinsOverTheEnvironmentToo() {
    deployer.variable("SALLYPORT_REALM", "from outside").initParameter("sallyport.realm", "inside");

    assertThat(deployer.deploy().http().realm()).isEqualTo("inside");
  }

  @Test
  void initParametersOfOtherFiltersAreNotLookedAt() {
    assertThatCode(deployer.initParameter("debug", "yes")::deploy).doesNotThrowAnyException();
  }

  @Test
  void aVariableSetsAPropertyWhoseNameHasDashes() {
    deployer.variable("SALLYPORT_API_KEY_PEPPER", PEPPER);
    deployer.variable("SALLYPORT_STORE_QUERY_TIMEOUT", "PT7S");
    deployer.variable("SALLYPORT_REQUIRE_HTTPS", "false");

    SallyportSettings settings = deployer.deploy();

    assertThat(settings.keys().peppers()).hasSize(1);
    assertThat(settings.store().queryTimeout()).isEqualTo(Duration.ofSeconds(7));
    assertThat(settings.http().requireHttps()).isFalse();
    assertThat(warnings()).isEmpty();
  }

  @Test
  void aVariableWinsOverAFile() {
    deployer.property("sallyport.realm", "inside").variable("SALLYPORT_REALM", "outside");

    assertThat(deployer.deploy().http().realm()).isEqualTo("outside");
  }

  @Test
  void anUnknownVariableIsAWarning() {
    deployer.variable("SALLYPORT_PORT", "tcp://10.0.0.1:80").variable("SALLYPORT_REALM", "ours");

    assertThat(deployer.deploy().http().realm()).isEqualTo("ours");

    assertThat(warnings())
        .singleElement()
        .asString()
        .startsWith("The environment variable SALLYPORT_PORT sets no property; the nearest known")
        .doesNotContain("10.0.0.1");
  }

  @Test
  void aMisspeltVariableIsAWarningWithTheNearestKnownName() {
    deployer.variable("SALLYPORT_API_KEY_PEPER", PEPPER).deploy();

    assertThat(warnings())
        .containsExactly(
            "The environment variable SALLYPORT_API_KEY_PEPER sets no property; the nearest known"
                + " name is sallyport.api-key.pepper.");
  }

  @Test
  void anExpressionThatIsEscapedIsTakenToTheLetter() {
    deployer.property("sallyport.realm", "\\${x}");

    assertThat(deployer.deploy().http().realm()).isEqualTo("${x}");
  }

  @ParameterizedTest
  @CsvSource({
    "sallyport.isuers, sallyport.issuers",
    "sallyport.api-key.peper, sallyport.api-key.pepper",
    "sallyport.api.key.pepper, sallyport.api-key.pepper",
    "sallyport.issuer.acme.jkws, sallyport.issuer.acme.jwks",
    "sallyport.isuer.acme.iss, sallyport.issuer.acme.iss",
    "sallyport.acces.admin.paths, sallyport.access.admin.paths",
    "sallyport.access.admin.path, sallyport.access.admin.paths",
    "sallyport.store.pol, sallyport.store.poll",
    "sallyport.Realm, sallyport.realm"
  })
  void anUnknownNameStopsTheDeploymentAndNamesTheNearestKnown(String unknown, String nearest) {
    String line = unknown + ": is unknown; the nearest known name is " + nearest;

    assertThat(new Deployer().property(unknown, PEPPER).mistakes()).containsExactly(line);
    assertThat(new Deployer().initParameter(unknown, PEPPER).mistakes()).containsExactly(line);
  }

  @Test
  void anUnknownNameOfTheSystemPropertiesStopsTheDeploymentToo() {
    System.setProperty("sallyport.relam", "x");
    try {
      ClassLoader plain = new ClassLoader(getClass().getClassLoader()) {};
      assertThat(mistakesOfTheDefaultConfig(plain))
          .containsExactly(
              "sallyport.relam: is unknown; the nearest known name is sallyport.realm");
    } finally {
      System.clearProperty("sallyport.relam");
    }
  }

  private static List<String> mistakesOfTheDefaultConfig(ClassLoader application) {
    ConfigProviderResolver resolver = ConfigProviderResolver.instance();
    try {
      SettingsReader.read(Map.of(), application, System.getenv());
      return List.of();
    } catch (ConfigurationException e) {
      return e.mistakes();
    } finally {
      resolver.releaseConfig(resolver.getConfig(application));
    }
  }

  @Test
  void aNameGuessedBackFromAVariableIsNotTakenForAMisspeltOne() {
    // SmallRye Config lists it as sallyport.api.key.pepper.
    deployer.variable("SALLYPORT_API_KEY_PEPPER", PEPPER);

    assertThatCode(deployer::deploy).doesNotThrowAnyException();
  }

  @Test
  void namesOfOthersAreNotLookedAt() {
    deployer.property("sally.port", "1").property("quarkus.http.port", "1");
    deployer.property("mp.jwt.verify.of-another-product", "1");

    assertThatCode(deployer::deploy).doesNotThrowAnyException();
  }

  @Test
  void pathRulesAreFoundInTheNamesOfAFile() {
    deployer.property("sallyport.access.admin.paths", "/admin/*");
    deployer.initParameter("sallyport.access.open.paths", "/public/*");
    deployer.initParameter("sallyport.access.open.policy", "permit");

    assertThat(deployer.deploy().access().rules())
        .extracting(PathRule::name)
        .containsExactly("admin", "open");
  }

  @Test
  void pathRulesAreNotFoundInTheEnvironment() {
    deployer.variable("SALLYPORT_ACCESS_ADMIN_PATHS", "/admin/*");

    assertThat(deployer.deploy().access().rules()).isEmpty();
    assertThat(warnings())
        .singleElement()
        .asString()
        .contains("SALLYPORT_ACCESS_ADMIN_PATHS sets no property", "sallyport.access");
  }

  @Test
  void pathRulesOfTheEnvironmentAreReadOnceTheListNamesThem() {
    deployer.variable("SALLYPORT_ACCESS_ADMIN_PATHS", "/admin/*");
    deployer.variable("SALLYPORT_ACCESS", "admin");

    assertThat(deployer.deploy().access().rules())
        .singleElement()
        .extracting(PathRule::patterns)
        .isEqualTo(List.of("/admin/*"));
    assertThat(warnings()).isEmpty();
  }

  @Test
  void aRuleOfAFileStaysWhenAVariableOverridesAllThatTheFileSays() {
    deployer.property("sallyport.access.admin.paths", "/admin/*");
    deployer.variable("SALLYPORT_ACCESS_ADMIN_PATHS", "/internal/*");

    assertThat(deployer.deploy().access().rules())
        .singleElement()
        .extracting(PathRule::patterns)
        .isEqualTo(List.of("/internal/*"));
  }

  @Test
  void theListDecidesWhichRulesHoldAndWhatItLeavesOutIsAWarning() {
    deployer.property("sallyport.access", " a ,b");
    for (String name : List.of("a", "b", "c")) {
      deployer.property("sallyport.access." + name + ".paths", "/" + name);
    }

    assertThat(deployer.deploy().access().rules())
        .extracting(PathRule::name)
        .containsExactly("a", "b");
    assertThat(warnings())
        .containsExactly(
            "sallyport.access.c.paths has no effect: the list of its NAMEs leaves c out.");
  }

  @Test
  void aNameInAListMustHaveTheFormOfOne() {
    assertThat(deployer.property("sallyport.access", "Admin").mistakes())
        .containsExactly("sallyport.access: \"Admin\" is not a NAME of the form [a-z][a-z0-9]*");
  }

  @Test
  void aNameInAPropertyMustHaveTheFormOfOne() {
    assertThat(deployer.property("sallyport.access.my-rule.paths", "/a").mistakes())
        .containsExactly(
            "sallyport.access.my-rule.paths: its third part is not a NAME of the form"
                + " [a-z][a-z0-9]*");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void aNameThatIsSetButEmptyIsAMistake(String empty) {
    String line = "sallyport.api-key.pepper: is set but empty; give it a value or remove it";

    assertThat(new Deployer().property("sallyport.api-key.pepper", empty).mistakes())
        .containsExactly(line);
    assertThat(new Deployer().variable("SALLYPORT_API_KEY_PEPPER", empty).mistakes())
        .containsExactly(line);
    assertThat(new Deployer().initParameter("sallyport.api-key.pepper", empty).mistakes())
        .containsExactly(line);
  }

  @Test
  void anEmptyListIsAMistakeAndNotNoRules() {
    deployer.property("sallyport.access.admin.paths", "/admin/*").variable("SALLYPORT_ACCESS", "");

    assertThat(deployer.mistakes())
        .containsExactly("sallyport.access: is set but empty; give it a value or remove it");
  }

  @Test
  void anExpressionThatLeadsNowhereIsAMistake() {
    String line = "sallyport.api-key.pepper: its ${…} can't be resolved";

    assertThat(new Deployer().property("sallyport.api-key.pepper", "${vault.pepper}").mistakes())
        .containsExactly(line);
    assertThat(
            new Deployer().initParameter("sallyport.api-key.pepper", "${vault.pepper}").mistakes())
        .containsExactly(line);
  }

  @Test
  void anExpressionThatLeadsSomewhereIsResolved() {
    deployer
        .property("sallyport.api-key.pepper", "${vault.pepper}")
        .property("vault.pepper", PEPPER);

    assertThat(deployer.deploy().keys().peppers()).hasSize(1);
  }

  @Test
  void anExpressionThatResolvesToNothingIsAMistake() {
    assertThat(deployer.property("sallyport.api-key.pepper", "${vault.pepper:}").mistakes())
        .hasSize(1);
  }

  @Test
  void allMistakesStandInOneReport() {
    deployer.property("sallyport.isuers", "a");
    deployer.property("sallyport.require-https", "yes");
    deployer.property("sallyport.store.poll", "2s");
    deployer.property("sallyport.access.x.paths", "no-slash");

    assertThat(deployer.mistakes()).hasSize(4);
    assertThat(new ConfigurationException(deployer.mistakes()))
        .hasMessageStartingWith("4 mistakes in the configuration:\n  sallyport.")
        .hasMessageContaining("\n  sallyport.store.poll: \"2s\" is not an ISO-8601 duration");
  }

  @Test
  void theReportOfOneMistakeSaysSo() {
    assertThat(new ConfigurationException(List.of("a: b")))
        .hasMessage("1 mistake in the configuration:\n  a: b");
  }

  @Test
  void withoutMicroProfileConfigInitParametersAloneCountAndOneWarningNamesTheArtifact()
      throws Exception {
    String settings =
        readWithoutMicroProfileConfig(
            Map.of("sallyport.realm", "ours", "sallyport.api-key.pepper", PEPPER),
            Map.of("SALLYPORT_STORE_POLL", "PT9S", "SALLYPORT_PORT", "1"));

    assertThat(settings).contains("realm=ours", "poll=PT2S");
    assertThat(warnings())
        .singleElement()
        .asString()
        .contains("io.smallrye.config:smallrye-config", "init parameters alone count");
  }

  @Test
  void withoutMicroProfileConfigAMisspeltInitParameterStillStopsTheDeployment() {
    assertThatThrownBy(
            () -> readWithoutMicroProfileConfig(Map.of("sallyport.relam", "x"), Map.of()))
        .hasRootCauseMessage(
            "1 mistake in the configuration:\n"
                + "  sallyport.relam: is unknown; the nearest known name is sallyport.realm");
  }

  /** Reads in a class path that has no implementation, as on a Tomcat where nobody added it. */
  private static String readWithoutMicroProfileConfig(
      Map<String, String> initParameters, Map<String, String> environment) throws Exception {
    URL[] classPath = {
      home(SettingsReader.class),
      home(ConfigProviderResolver.class),
      home(CachingProvider.class),
      home(EhcacheCachingProvider.class)
    };
    try (URLClassLoader bare =
        new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
      return bare.loadClass(SettingsReader.class.getName())
          .getMethod("read", Map.class, ClassLoader.class, Map.class)
          .invoke(null, initParameters, bare, environment)
          .toString();
    }
  }

  private static URL home(Class<?> type) {
    return type.getProtectionDomain().getCodeSource().getLocation();
  }

  private static List<String> warnings() {
    return LogCapture.messages("sallyport.config", Level.WARNING);
  }
}
