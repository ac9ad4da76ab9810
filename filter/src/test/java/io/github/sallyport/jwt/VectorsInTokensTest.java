package io.github.sallyport.jwt;

import static io.github.sallyport.jwt.Bench.accepted;
import static io.github.sallyport.jwt.Bench.claims;
import static io.github.sallyport.jwt.Bench.header;
import static io.github.sallyport.jwt.Bench.invalid;
import static io.github.sallyport.jwt.Bench.issuer;
import static io.github.sallyport.jwt.Bench.open;
import static io.github.sallyport.jwt.Bench.show;
import static io.github.sallyport.jwt.Bench.user;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.sallyport.Authentication;
import io.github.sallyport.Secret;
import io.github.sallyport.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestReporter;

/**
 * The texts of others (see {@code vectors/README.md}) where a stranger can put them: in the place
 * of a token, and in the header and the claims of one that is signed correctly.
 */
class VectorsInTokensTest {
  private static final Signer SIGNER = Bench.RSA;

  /** Upstream takes it for well-formed; we refuse it, as RFC 8259 section 4 lets a reader do. */
  private static final Set<String> REPEATED_NAMES =
      Set.of("y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json");

  private final JwtAuthenticator authenticator = open(issuer());

  @AfterEach
  void theGoodTokenIsAccepted() {
    accepted(authenticator, SIGNER.token(claims()));
    authenticator.close();
  }

  // B21, C02
  @TestFactory
  Stream<DynamicTest> everyEncryptedTokenOfWycheproofIsRefused() throws Exception {
    List<Map<?, ?>> tests =
        maps(resource("json_web_encryption_test.open.json"), "testGroups").stream()
            .flatMap(group -> maps(group, "tests").stream())
            .toList();
    assertThat(tests).hasSize(81);
    return tests.stream()
        .map(
            test ->
                DynamicTest.dynamicTest(
                    "Wycheproof " + test.get("tcId") + " " + test.get("comment"),
                    () -> invalid(authenticator, text(test, "jwe"))));
  }

  // C18
  @TestFactory
  Stream<DynamicTest> theJsonSuiteIsReadInClaimsAndHeaderOnlyWhereItIsWellFormed(
      TestReporter reporter) throws Exception {
    List<Map<?, ?>> tests = maps(resource("json_parsing.open.json"), "tests");
    assertThat(tests).hasSize(214);
    return tests.stream()
        .map(
            test ->
                DynamicTest.dynamicTest(
                    text(test, "name"),
                    () -> {
                      String name = text(test, "name");
                      byte[] json = Base64.getDecoder().decode(text(test, "bytes_b64"));
                      byte[] header = utf8(Json.write(SIGNER.header()));
                      byte[] claims = utf8(Json.write(claims()));
                      // By itself it is no claims of ours and no header, whatever it says.
                      invalid(authenticator, SIGNER.token(header, json));
                      invalid(authenticator, SIGNER.token(json, claims));
                      boolean inClaims = reads(SIGNER.token(header, with(claims, json)));
                      boolean inHeader = reads(SIGNER.token(with(header, json), claims));
                      assertThat(inHeader).isEqualTo(inClaims);
                      if (name.startsWith("i_")) {
                        reporter.publishEntry(name, inClaims ? "read" : "refused");
                      } else {
                        assertThat(inClaims)
                            .isEqualTo(name.startsWith("y_") && !REPEATED_NAMES.contains(name));
                      }
                    }));
  }

  // L02, L07
  @TestFactory
  Stream<DynamicTest> naughtyTextsAreJustTextsAsClaims() throws Exception {
    return naughty()
        .map(
            text ->
                DynamicTest.dynamicTest(
                    Json.write(text),
                    () -> {
                      String asSubject = SIGNER.token(claims("sub", text));
                      if (text.isBlank()) {
                        assertThat(invalid(authenticator, asSubject))
                            .isEqualTo("The token's claim sub is empty.");
                      } else {
                        assertThat(user(authenticator, asSubject).subject()).isEqualTo(text);
                        assertThat(user(authenticator, SIGNER.token(claims("upn", text))).name())
                            .isEqualTo(text);
                        assertThat(
                                user(authenticator, SIGNER.token(claims("groups", List.of(text))))
                                    .roles())
                            .containsExactly(text);
                      }
                      assertThat(user(authenticator, SIGNER.token(claims("jti", text))).tokenId())
                          .isEqualTo(text);
                      assertThat(user(authenticator, SIGNER.token(claims("x", text))).claims())
                          .containsEntry("x", text);
                      for (String ruled : List.of("iss", "aud", "exp", "nbf", "iat")) {
                        assertThat(invalid(authenticator, SIGNER.token(claims(ruled, text))))
                            .startsWith("The token");
                      }
                    }));
  }

  // B05, B06, B07, B09
  @TestFactory
  Stream<DynamicTest> aNaughtyKidNamesItsOwnKeyAndNoOther() throws Exception {
    return naughty()
        .map(
            kid ->
                DynamicTest.dynamicTest(
                    Json.write(kid),
                    () -> {
                      String token = SIGNER.token(header(SIGNER, "kid", kid), claims());
                      invalid(authenticator, token);
                      Signer named = new Signer(SIGNER.algorithm(), SIGNER.pair(), kid);
                      try (JwtAuthenticator own = open(issuer(named.named()))) {
                        if (kid.isEmpty() || kid.length() > 512) invalid(own, token);
                        else accepted(own, token);
                      }
                      invalid(authenticator, SIGNER.token(header(SIGNER, "alg", kid), claims()));
                      assertThat(show(authenticator, kid)).isInstanceOf(Authentication.No.class);
                    }));
  }

  @Test
  void noSecretThatIsKnownToEverybodySignsForUs() throws Exception { // A13
    byte[] ours = new byte[32];
    new SecureRandom().nextBytes(ours);
    Map<String, Object> known = resource("known_hmac_secrets.open.json");
    List<String> secrets =
        Stream.of("shorter_than_32_bytes", "known_32_bytes_or_more")
            .flatMap(list -> list(known, list).stream())
            .map(String::valueOf)
            .toList();
    assertThat(secrets).hasSize(300);
    try (JwtAuthenticator shared =
        open(hs256("{\"kty\":\"oct\",\"k\":\"" + encode(ours) + "\"}"))) {
      for (String secret : secrets) invalid(shared, mac(utf8(secret)));
      accepted(shared, mac(ours));
    }
  }

  @Test
  void aKnownSecretThatIsShortIsRefusedAtStart() throws Exception { // A12
    Map<String, Object> known = resource("known_hmac_secrets.open.json");
    for (Object each : list(known, "shorter_than_32_bytes")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> hs256(each.toString()))
          .withMessageStartingWith("must have at least 32 bytes")
          .satisfies(fault -> assertThat(fault.getMessage()).doesNotContain("'" + each + "'"));
    }
    for (Object each : list(known, "known_32_bytes_or_more")) {
      try (JwtAuthenticator shared = open(hs256(each.toString()))) {
        accepted(shared, mac(utf8(each.toString())));
      }
    }
  }

  // B13, B15, C01, C02
  @TestFactory
  Stream<DynamicTest> noJsonFormOfTheCookbookIsATokenAlsoWithItsKey() {
    return Stream.of("rfc7520_4_4.json", "rfc7520_4_7.json", "rfc7797_4_2.json")
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file,
                    () -> {
                      Map<String, Object> example = resource(file);
                      Map<?, ?> input = map(example, "input");
                      Map<?, ?> output = map(example, "output");
                      String signature = text(map(example, "signing"), "sig");
                      String signed = text(map(example, "signing"), "sig-input");
                      assertThat(output.keySet().toString()).contains("json", "json_flat");
                      try (JwtAuthenticator own = open(hs256(Json.write(map(input, "key"))))) {
                        invalid(own, Json.write(output.get("json")));
                        invalid(own, Json.write(output.get("json_flat")));
                        invalid(own, signed + "." + signature);
                        if (output.get("compact") instanceof String compact) invalid(own, compact);
                      }
                    }));
  }

  @Test
  void theExampleOfRfc8037A4VerifiesAndItsTwinWithOneBitChangedDoesNot() {
    String jwk =
        """
        {"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""";
    String[] segments = {
      "eyJhbGciOiJFZERTQSJ9",
      "RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
      "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    };
    for (SignatureAlgorithm algorithm :
        List.of(SignatureAlgorithm.EdDSA, SignatureAlgorithm.Ed25519)) {
      KeySource.Named key = PublicKeys.parse(jwk, Set.of(algorithm)).get(0);
      assertThat(Jws.isSignedBy(key, segments)).isTrue();
      for (int part = 0; part < 3; part++) {
        String[] changed = segments.clone();
        changed[part] = "A" + changed[part].substring(1);
        assertThat(Jws.isSignedBy(key, changed)).isFalse();
      }
    }
  }

  private boolean reads(String token) {
    if (show(authenticator, token) instanceof Authentication.Known) return true;
    invalid(authenticator, token);
    return false;
  }

  /** The object with one member more. */
  private static byte[] with(byte[] object, byte[] value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(object, 0, object.length - 1);
    out.writeBytes(utf8(",\"v\":"));
    out.writeBytes(value);
    out.write('}');
    return out.toByteArray();
  }

  private static Issuer hs256(String secret) {
    Set<SignatureAlgorithm> algorithm = Set.of(SignatureAlgorithm.HS256);
    return new With()
        .keys(new KeySource.Fixed(SharedSecret.parse(new Secret(secret), algorithm)))
        .algorithms(algorithm)
        .issuer();
  }

  private static String mac(byte[] secret) throws GeneralSecurityException {
    String input = Signer.base64("{\"alg\":\"HS256\"}") + "." + Signer.base64(Json.write(claims()));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret, "HMAC"));
    return input + "." + encode(mac.doFinal(utf8(input)));
  }

  private static Stream<String> naughty() throws Exception {
    List<?> strings = list(resource("naughty_strings.open.json"), "strings");
    assertThat(strings).hasSize(344);
    return strings.stream().map(String::valueOf);
  }

  private static String encode(byte[] bytes) {
    return Signer.base64(bytes);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(Map<?, ?> of, String member) {
    return requireNonNull(of.get(member), member).toString();
  }

  private static Map<?, ?> map(Map<?, ?> of, String member) {
    return (Map<?, ?>) requireNonNull(of.get(member), member);
  }

  private static List<?> list(Map<?, ?> of, String member) {
    return (List<?>) requireNonNull(of.get(member), member);
  }

  private static List<Map<?, ?>> maps(Map<?, ?> of, String member) {
    return list(of, member).stream().<Map<?, ?>>map(each -> (Map<?, ?>) each).toList();
  }

  private static Map<String, Object> resource(String file) throws Exception {
    try (InputStream in = VectorsInTokensTest.class.getResourceAsStream("/vectors/" + file)) {
      return Json.readObject(in.readAllBytes());
    }
  }
}
