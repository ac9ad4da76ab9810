package io.github.sallyport.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Application;
import io.github.sallyport.Caller;
import io.github.sallyport.Credential;
import io.github.sallyport.CurrentCaller;
import io.github.sallyport.EstablishedCaller;
import io.github.sallyport.Secret;
import io.github.sallyport.User;
import io.github.sallyport.json.Json;
import io.github.sallyport.testing.KnownSecrets;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.eclipse.microprofile.jwt.Claims;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonWebTokenCallerTest {
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final Secret TEXT = new Secret(KnownSecrets.add("head.claims-of-alice.signature"));
  private static final Credential JWT = new Credential.Bearer(TEXT);

  private static User alice(Map<String, @Nullable Object> claims) {
    return new User(
        "alice",
        "24400320",
        "https://idp.example",
        "j-1",
        Set.of(),
        Set.of("clerk"),
        claims,
        NOW,
        NOW.plusSeconds(300));
  }

  private static Map<String, @Nullable Object> claims() throws Exception {
    return Json.readObject(
        """
        {"iss":"https://idp.example","sub":"24400320","jti":"j-1","aud":["orders","bills"],
         "exp":1311281970.9,"iat":1311280970,"email_verified":true,"acr":"phr","nothing":null,
         "level":3,"ratio":0.5,"member":true,"teams":["a",1,null],"address":{"city":"Bern"}}
        """
            .getBytes(StandardCharsets.UTF_8));
  }

  private static JsonWebToken token() throws Exception {
    return (JsonWebToken) CallerWithToken.of(EstablishedCaller.byToken(alice(claims()), NOW), JWT);
  }

  @Test
  void theCallerIsTheToken() throws Exception {
    JsonWebToken token = token();

    assertThat(token.getName()).isEqualTo("alice");
    assertThat(token.getIssuer()).isEqualTo("https://idp.example");
    assertThat(token.getSubject()).isEqualTo("24400320");
    assertThat(token.getTokenID()).isEqualTo("j-1");
    assertThat(token.getAudience()).containsExactly("orders", "bills");
    assertThat(token.getExpirationTime()).isEqualTo(1311281970);
    assertThat(token.getIssuedAtTime()).isEqualTo(1311280970);
    assertThat(token.getGroups()).containsExactly("clerk");
    assertThat(token.getRawToken()).isEqualTo(TEXT.reveal());
    assertThat(token).isInstanceOfSatisfying(Caller.class, c -> assertThat(c.user()).isPresent());
  }

  @Test
  void claimsHaveTheTypesOfMicroProfileJwt() throws Exception {
    JsonWebToken token = token();

    assertThat(token.<Object>getClaim(Claims.exp)).isEqualTo(1311281970L);
    assertThat(token.<Object>getClaim(Claims.aud)).isEqualTo(Set.of("orders", "bills"));
    assertThat(token.<Object>getClaim(Claims.groups)).isEqualTo(Set.of("clerk"));
    assertThat(token.<Object>getClaim(Claims.raw_token)).isEqualTo(TEXT.reveal());
    assertThat(token.<Object>getClaim(Claims.email_verified)).isEqualTo(true);
    assertThat(token.<Object>getClaim("acr")).isEqualTo("phr");
    assertThat(token.<JsonNumber>getClaim("level").longValue()).isEqualTo(3);
    assertThat(token.<JsonNumber>getClaim("ratio").toString()).isEqualTo("0.5");
    assertThat(token.<JsonValue>getClaim("member")).isEqualTo(JsonValue.TRUE);
    assertThat(token.<JsonArray>getClaim("teams").toString()).isEqualTo("[\"a\",1,null]");
    assertThat(token.<JsonObject>getClaim(Claims.address).getString("city")).isEqualTo("Bern");
  }

  @Test
  void whatTheTokenHasNotIsNull() throws Exception {
    JsonWebToken token = token();

    assertThat(token.<Object>getClaim("absent")).isNull();
    assertThat(token.<Object>getClaim("nothing")).isNull();
    assertThat(token.claim("absent")).isEmpty();
    assertThat(token.containsClaim("absent")).isFalse();
    assertThat(token.containsClaim("level")).isTrue();
    assertThat(token.getClaimNames())
        .contains("iss", "teams", "nothing", "raw_token")
        .doesNotContain("absent");

    JsonWebToken bare =
        (JsonWebToken) CallerWithToken.of(EstablishedCaller.byToken(alice(Map.of()), NOW), JWT);
    assertThat(bare.getAudience()).isNull();
    assertThat(bare.getTokenID()).isNull();
    assertThat(bare.getExpirationTime()).isZero();
    assertThat(bare.<Object>getClaim(Claims.iat)).isNull();
  }

  @Test
  void anAudienceMayBeOneString() {
    Map<String, @Nullable Object> claims = new LinkedHashMap<>(Map.of("aud", "orders"));
    JsonWebToken token =
        (JsonWebToken) CallerWithToken.of(EstablishedCaller.byToken(alice(claims), NOW), JWT);
    assertThat(token.getAudience()).containsExactly("orders");
  }

  @Test
  void ofAnOpaqueTokenThereAreTheClaimsAndNotTheText() throws Exception {
    JsonWebToken token =
        (JsonWebToken)
            CallerWithToken.of(
                EstablishedCaller.byToken(alice(claims()), NOW),
                new Credential.Bearer(new Secret("b64token")));
    assertThat(token.getSubject()).isEqualTo("24400320");
    assertThat(token.getRawToken()).isNull();
    assertThat(token.getClaimNames()).doesNotContain("raw_token");
  }

  @Test
  void whoShowedAnApiKeyAloneIsNoToken() {
    Application application =
        new Application("k1", "k1", false, "acme", null, "live", Set.of(), Set.of(), null, false);
    Credential key = new Credential.ApiKey(new Secret("the-text"));
    assertThat(CallerWithToken.of(EstablishedCaller.byKey(application, NOW), key))
        .isNotInstanceOf(JsonWebToken.class);
  }

  @Test
  void itSaysNothingOfTheTokensText() throws Exception {
    assertThat(token()).hasToString("Caller[alice, BEARER]");
    assertThat(token()).isNotInstanceOf(java.io.Serializable.class);
  }

  @Test
  void itIsStillTheTokenInAnotherThread() throws Exception {
    AtomicReference<@Nullable Caller> seen = new AtomicReference<>();
    Thread thread =
        new Thread(((Caller) token()).wrap(() -> seen.set(CurrentCaller.find().orElseThrow())));
    thread.start();
    thread.join();
    assertThat(seen.get()).isInstanceOf(JsonWebToken.class);
  }

  @Test
  void withoutMicroProfileJwtACallerIsJustThat() throws Exception {
    try (URLClassLoader without = classesWithout("microprofile-jwt-auth-api|json-api|parsson")) {
      Object caller = callerIn(without);
      assertThat(caller.getClass().getSimpleName()).isEqualTo("CallerWithToken");
      assertThat(caller).hasToString("Caller[alice, BEARER]");
    }
  }

  @Test
  void withoutJsonProcessingClaimsAreWhatJavaHas() throws Exception {
    try (URLClassLoader without = classesWithout("json-api|parsson")) {
      Object caller = callerIn(without);
      Class<?> token = without.loadClass(JsonWebToken.class.getName());
      assertThat(token).isAssignableFrom(caller.getClass());
      assertThat(token.getMethod("getSubject").invoke(caller)).isEqualTo("24400320");
      assertThat(token.getMethod("getRawToken").invoke(caller)).isEqualTo("a.b.c");
      assertThat(token.getMethod("getClaim", String.class).invoke(caller, "teams"))
          .isEqualTo(List.of("a"));
      assertThat(token.getMethod("getClaimNames").invoke(caller))
          .isEqualTo(Set.of("sub", "teams", "raw_token"));
    }
  }

  /** The class path of this test, without some libraries. */
  private static URLClassLoader classesWithout(String libraries) {
    Pattern left = Pattern.compile(".*(" + libraries + ").*");
    URL[] urls =
        Arrays.stream(System.getProperty("java.class.path").split(java.io.File.pathSeparator))
            .filter(entry -> !left.matcher(entry).matches())
            .map(JsonWebTokenCallerTest::url)
            .toArray(URL[]::new);
    return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
  }

  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Object callerIn(ClassLoader loader) throws Exception {
    return loader.loadClass(Made.class.getName()).getMethod("caller").invoke(null);
  }

  /** Made in a class loader of its own. */
  public static final class Made {
    private Made() {}

    public static Caller caller() {
      Map<String, @Nullable Object> claims =
          new LinkedHashMap<>(Map.of("sub", "24400320", "teams", List.of("a")));
      User user =
          new User("alice", "24400320", "iss", null, null, Set.of(), claims, null, Instant.MAX);
      return CallerWithToken.of(
          EstablishedCaller.byToken(user, Instant.EPOCH),
          new Credential.Bearer(new Secret("a.b.c")));
    }
  }
}
