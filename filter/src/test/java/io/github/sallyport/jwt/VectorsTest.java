package io.github.sallyport.jwt;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.Secret;
import io.github.sallyport.json.Json;
import io.github.sallyport.jwt.KeySource.Named;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

/** The vectors of others (see {@code vectors/README.md}). */
class VectorsTest {
  private static final Set<SignatureAlgorithm> ALL = EnumSet.allOf(SignatureAlgorithm.class);

  private static final Set<SignatureAlgorithm> PUBLIC =
      ALL.stream().filter(each -> !each.isSymmetric()).collect(Collectors.toUnmodifiableSet());
  private static final Set<SignatureAlgorithm> SECRET =
      ALL.stream().filter(SignatureAlgorithm::isSymmetric).collect(Collectors.toUnmodifiableSet());

  /** Valid as a JWS, never as a JWT: their payload is empty. */
  private static final List<Long> EMPTY_PAYLOAD = List.of(259L, 264L, 268L, 272L, 320L, 325L);

  private static final String RFC7515_A3_KEY =
      """
      {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
       "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}""";
  private static final String RFC7515_A3_TOKEN =
      "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNv"
          + "bS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQ"
          + "xfKTUJqPP3-Kg6NU1Q";

  private record Vector(String file, Map<?, ?> group, Map<?, ?> test) {
    long id() {
      return (Long) requireNonNull(test.get("tcId"));
    }

    boolean valid() {
      return text(test, "result").equals("valid");
    }

    String jws() {
      return text(test, "jws");
    }

    Object key() {
      return requireNonNull(
          group.containsKey("public") ? group.get("public") : group.get("private"));
    }

    String name() {
      return "Wycheproof " + id() + " " + group.get("comment") + " " + text(test, "comment");
    }
  }

  // A14, A16, A21, A26, B01, C01, C02, C05, F09
  @TestFactory
  Stream<DynamicTest> signaturesOfWycheproofVerifyOnlyWhereTheyAreValid() throws Exception {
    return vectors("json_web_signature_test.open.json").stream()
        .map(
            vector ->
                DynamicTest.dynamicTest(
                    vector.name(),
                    () -> {
                      boolean expected = vector.valid() && !EMPTY_PAYLOAD.contains(vector.id());
                      assertThat(verifies(vector)).isEqualTo(expected);
                    }));
  }

  @Test
  void allOfThemAreTriedAndTheValidOnesAreNotFew() throws Exception {
    List<Vector> vectors = vectors("json_web_signature_test.open.json");
    assertThat(vectors).hasSize(191);
    assertThat(vectors.stream().filter(VectorsTest::verifies).count())
        .isEqualTo(
            vectors.stream().filter(v -> v.valid() && !EMPTY_PAYLOAD.contains(v.id())).count())
        .isGreaterThan(15);
  }

  @Test
  void theDisputedVectorsAreReported(TestReporter reporter) throws Exception {
    for (Vector vector : vectors("json_web_signature_test.disputed.json")) {
      reporter.publishEntry(vector.name(), "says " + vector.valid() + ", we " + verifies(vector));
    }
    assertThat(vectors("json_web_signature_test.disputed.json")).hasSize(8);
  }

  // A18, A23, F09, X19
  @TestFactory
  Stream<DynamicTest> keysOfWycheproofAreLoadedOnlyWhereTheyAreValid() throws Exception {
    return vectors("json_web_key_test.open.json").stream()
        .map(
            vector ->
                DynamicTest.dynamicTest(
                    vector.name(),
                    () -> {
                      if (vector.valid()) {
                        assertThat(keys(vector.key())).hasSize(1);
                        assertThat(verifies(vector)).isTrue();
                      } else {
                        assertThatThrownBy(() -> keys(vector.key()))
                            .isInstanceOf(IllegalArgumentException.class);
                      }
                    }));
  }

  // A01: RFC 7515 A.5 is alg none
  @TestFactory
  Stream<DynamicTest> examplesOfTheRfcsVerifyAsTheySay() throws Exception {
    List<?> tests = list(resource("rfc_jws.open.json"), "tests");
    return tests.stream()
        .map(each -> (Map<?, ?>) each)
        .map(
            test ->
                DynamicTest.dynamicTest(
                    text(test, "id"),
                    () -> {
                      String compact = text(test, "compact");
                      List<Named> keys =
                          test.get("key") == null
                              ? List.of(Bench.RSA.unnamed(), Bench.EC.unnamed())
                              : keys(requireNonNull(test.get("key")));
                      assertThat(signatureVerifies(compact, keys))
                          .isEqualTo(text(test, "result").equals("valid"));
                    }));
  }

  @Test
  void theExampleOfRfc7515A3VerifiesAndItsTwinWithOneBitChangedDoesNot() {
    List<Named> keys = PublicKeys.parse(RFC7515_A3_KEY, PUBLIC);
    assertThat(signatureVerifies(RFC7515_A3_TOKEN, keys)).isTrue();
    assertThat(signatureVerifies(RFC7515_A3_TOKEN.replace(".eyJpc3Mi", ".eyJpc3Ni"), keys))
        .isFalse();
  }

  private static boolean verifies(Vector vector) {
    try {
      return signatureVerifies(vector.jws(), keys(vector.key()));
    } catch (IllegalArgumentException keyRefused) {
      return false;
    }
  }

  /** As a deployer would write it down: where a secret belongs, or where public keys do. */
  private static List<Named> keys(Object key) {
    Map<?, ?> jwk = (Map<?, ?>) key;
    if (jwk.get("keys") instanceof List<?> set && set.size() == 1) {
      Map<?, ?> first = (Map<?, ?>) set.get(0);
      if ("oct".equals(first.get("kty")))
        jwk = first; // nobody publishes secrets, and a set of them is no form of ours
    }
    String text = Json.write(jwk);
    return "oct".equals(jwk.get("kty"))
        ? SharedSecret.parse(new Secret(text), SECRET)
        : PublicKeys.parse(text, PUBLIC);
  }

  /**
   * All that is done to a token before its claims, without asking that the payload be JSON, which
   * it is in none of these: the payload is replaced for reading, never for verifying.
   */
  private static boolean signatureVerifies(String compact, List<Named> keys) {
    String[] segments = compact.split("\\.", -1);
    if (segments.length != 3 || segments[1].isEmpty()) return refusedByReading(compact);
    if (Base64Url.decode(segments[1]).isEmpty()) return false;
    try {
      Jws read = Jws.read(segments[0] + "." + Signer.base64("{}") + "." + segments[2]);
      SignatureAlgorithm algorithm = SignatureAlgorithm.valueOf(read.algorithm());
      return IssuerKeys.fixed(keys).find(read.kid(), algorithm).keys().stream()
          .anyMatch(key -> Jws.isSignedBy(key, segments));
    } catch (TokenFault | IllegalArgumentException refused) {
      return false;
    }
  }

  private static boolean refusedByReading(String compact) {
    assertThatThrownBy(() -> Jws.read(compact)).isInstanceOf(TokenFault.class);
    return false;
  }

  private static List<Vector> vectors(String file) throws Exception {
    List<Vector> vectors = new ArrayList<>();
    for (Object group : list(resource(file), "testGroups")) {
      for (Object test : list((Map<?, ?>) group, "tests")) {
        vectors.add(new Vector(file, (Map<?, ?>) group, (Map<?, ?>) test));
      }
    }
    return vectors;
  }

  private static String text(Map<?, ?> of, String member) {
    return requireNonNull(of.get(member), member).toString();
  }

  private static List<?> list(Map<?, ?> of, String member) {
    return (List<?>) requireNonNull(of.get(member), member);
  }

  private static Map<String, Object> resource(String file) throws Exception {
    try (InputStream in = VectorsTest.class.getResourceAsStream("/vectors/" + file)) {
      return Json.readObject(in.readAllBytes());
    }
  }
}
