package io.github.sallyport.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.sallyport.testing.GeneratedDoc;
import io.github.sallyport.testing.KnownSecrets;
import io.github.sallyport.testing.LogCapture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The declaration of all properties, beside the published table. */
class PropertyTest {

  @Test
  void whatIsDeclaredIsWhatIsPublished() throws IOException {
    List<String> declared =
        Stream.of(Property.values())
            .map(Property::path)
            .filter(path -> !path.startsWith("mp.jwt.decrypt."))
            .toList();

    assertThat(declared).containsExactlyInAnyOrderElementsOf(published());
  }

  /** The first column: names in backquotes, where one that starts with a dot shares the stem. */
  private static List<String> published() throws IOException {
    List<String> names = new ArrayList<>();
    for (String row : resource("published-properties.md").lines().toList()) {
      Matcher name = Pattern.compile("`([^`]+)`").matcher(row.split("\\|", -1)[1]);
      String stem = "";
      while (name.find()) {
        String full = name.group(1).startsWith(".") ? stem + name.group(1) : name.group(1);
        if (stem.isEmpty() || !name.group(1).startsWith(".")) stem = stemOf(full);
        names.add(full);
      }
    }
    return names;
  }

  private static String stemOf(String name) {
    return name.substring(0, name.lastIndexOf('.'));
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = PropertyTest.class.getResourceAsStream(name)) {
      assertThat(in).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void theDocumentationHasTheTable() throws IOException {
    StringBuilder table = new StringBuilder();
    table.append("| property | value | default | meaning |\n| --- | --- | --- | --- |\n");
    for (Property property : Property.values()) table.append(row(property));

    GeneratedDoc.assertCurrent("reference/configuration.md", table.toString());
  }

  private static String row(Property property) {
    String fallback = property.fallback().isEmpty() ? "" : "`" + property.fallback() + "`";
    String later = property.later().map(PropertyTest::notInThisVersion).orElse("");
    return "| `%s` | %s | %s | %s%s |\n"
        .formatted(property.path(), property.type().words, fallback, later, property.meaning());
  }

  private static String notInThisVersion(Property.Later later) {
    return later.off() == null
        ? "*Not in this version.* "
        : "*Not in this version; only `" + later.off() + "` may be set.* ";
  }

  @Test
  void everySecretIsDeclaredOne() {
    assertThat(Stream.of(Property.values()).filter(Property::isSecret).map(Property::path))
        .containsExactlyInAnyOrder(
            "sallyport.store.url",
            "sallyport.store.password",
            "sallyport.api-key.pepper",
            "mp.jwt.decrypt.key.location",
            "sallyport.issuer.NAME.secret",
            "sallyport.issuer.NAME.introspection.client-secret");
  }

  static Stream<Property> notThereYet() {
    return Stream.of(Property.values()).filter(p -> p.later().isPresent());
  }

  @ParameterizedTest
  @MethodSource("notThereYet")
  void whatIsNotThereYetIsAMistakeWhenItIsSet(Property property) {
    String value = KnownSecrets.add("s0me-value-of-it");

    List<String> mistakes = deployer().property(property.path("acme"), value).mistakes();

    assertThat(mistakes)
        .singleElement()
        .asString()
        .startsWith(property.path("acme") + ": is not supported by this version; remove it");
    LogCapture.assertNoSecretIn("the report", mistakes.toString());
  }

  @ParameterizedTest
  @CsvSource({"sallyport.console.enabled, false", "sallyport.api-key.foreign, false"})
  void whatIsNotThereYetMayBeTurnedOff(String name, String off) {
    assertThatCode(deployer().property(name, off)::deploy).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({"auto, AUTO", "on, ON", "off, OFF"})
  void theMechanismIsAWordThatTheApplicationsConfigHas(String word, Mechanism mechanism) {
    assertThat(deployer().property("sallyport.mechanism", word).mechanism()).isEqualTo(mechanism);
    assertThatCode(deployer().property("sallyport.mechanism", word)::deploy)
        .doesNotThrowAnyException();
  }

  @Test
  void aMechanismOfAnotherWordOrInAnInitParameterIsAMistake() {
    assertThat(deployer().mechanism()).isEqualTo(Mechanism.AUTO);
    Deployer misspelt = deployer().property("sallyport.mechanism", "yes");
    assertThat(misspelt.mechanism()).isEqualTo(Mechanism.AUTO);
    assertThat(misspelt.mistakes()).singleElement().asString().startsWith("sallyport.mechanism: ");
    assertThat(deployer().initParameter("sallyport.mechanism", "off").mistakes())
        .containsExactly(
            "sallyport.mechanism: can't be an init parameter: CDI starts before they are known; set"
                + " it in MicroProfile Config, as in META-INF/microprofile-config.properties");
  }

  @Test
  void jsr250IsAFlagThatTheApplicationsConfigHas() {
    String name = "sallyport.cdi.jsr250";
    assertThat(deployer().jsr250()).isFalse();
    assertThat(deployer().property(name, "true").jsr250()).isTrue();
    assertThatCode(deployer().property(name, "true")::deploy).doesNotThrowAnyException();

    assertThat(deployer().property(name, "perhaps").jsr250()).isFalse();
    assertThat(deployer().property(name, "perhaps").mistakes())
        .singleElement()
        .asString()
        .startsWith(name + ": ");
    assertThat(deployer().initParameter(name, "true").mistakes())
        .singleElement()
        .asString()
        .startsWith(name + ": can't be an init parameter");
  }

  @Test
  void anEncryptedTokenIsNotThereYetWhateverItsPropertyIsCalled() {
    assertThat(deployer().property("mp.jwt.decrypt.anything", "x").mistakes())
        .containsExactly("mp.jwt.decrypt.anything: is not supported by this version; remove it");
  }

  @Test
  void whatIsNotThereYetIsAMistakeInTheEnvironmentToo() {
    assertThat(deployer().variable("MP_JWT_DECRYPT_KEY_ALGORITHM", "x").mistakes())
        .containsExactly(
            "mp.jwt.decrypt.key.algorithm: is not supported by this version; remove it");
  }

  /** With an issuer, a plan and a path rule of the name that the tests fill in. */
  private static Deployer deployer() {
    return new Deployer()
        .property("sallyport.access.acme.paths", "/a")
        .property("sallyport.plan.acme.limit", "5/PT1S")
        .property("sallyport.issuer.acme.iss", "https://acme.example/")
        .property("sallyport.issuer.acme.jwks", "https://acme.example/jwks");
  }
}
