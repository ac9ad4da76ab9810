package io.github.sallyport.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.AnonymousCaller;
import io.github.sallyport.Caller;
import io.github.sallyport.http.ShownTokens;
import io.github.sallyport.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.jwt.Claim;
import org.eclipse.microprofile.jwt.ClaimLiteral;
import org.eclipse.microprofile.jwt.ClaimValue;
import org.eclipse.microprofile.jwt.Claims;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each form of MicroProfile JWT 2.1, 7.1.2, in a container. */
class InjectedClaimsTest {
  private static final String CLAIMS =
      """
      {"exp":1311281970,"iat":1311280970.5,"aud":"orders","email":"%s@people.example",
       "email_verified":true,"level":3,"roles":["a","b"],"address":{"city":"Bern"}}
      """;

  private static SeContainer container;

  /** Made anew for each request, as a bean in the scope of one is. */
  @Dependent
  static class Values {
    @Inject
    @Claim("email")
    @Nullable String text;

    @Inject
    @Claim("level")
    @Nullable String numberAsText;

    @Inject
    @Claim(standard = Claims.exp)
    @Nullable Long whole;

    @Inject
    @Claim(standard = Claims.iat, value = "iat")
    long primitive;

    @Inject
    @Claim(standard = Claims.email_verified)
    @Nullable Boolean yes;

    @Inject
    @Claim("email_verified")
    boolean primitiveYes;

    @Inject
    @Claim("groups")
    @Nullable Set<String> groups;

    @Inject
    @Claim("aud")
    @Nullable Set<String> audience;

    @Inject
    @Claim("roles")
    @Nullable Set<String> texts;

    @Inject
    @Claim("level")
    @Nullable JsonValue json;

    @Inject
    @Claim("email")
    @Nullable JsonString jsonText;

    @Inject
    @Claim("exp")
    @Nullable JsonNumber jsonNumber;

    @Inject
    @Claim("roles")
    @Nullable JsonArray jsonArray;

    @Inject
    @Claim("aud")
    @Nullable JsonArray jsonAudience;

    @Inject
    @Claim(standard = Claims.address)
    @Nullable JsonObject jsonObject;

    @Inject
    @Claim("email")
    Optional<String> optional;

    @Inject
    @Claim("level")
    Optional<JsonNumber> optionalJson;

    @Inject
    @Claim("absent")
    Optional<Long> none;
  }

  /** One for all requests. */
  @ApplicationScoped
  static class Holders {
    @Inject JsonWebToken token;

    @Inject
    @Claim("email")
    ClaimValue<String> text;

    @Inject
    @Claim("level")
    ClaimValue<Optional<Long>> optional;

    @Inject
    @Claim("absent")
    ClaimValue<Optional<Long>> none;

    @Inject
    @Claim("absent")
    ClaimValue<Long> absent;

    @Inject
    @Claim("roles")
    @SuppressWarnings("rawtypes") // A form that the specification has.
    ClaimValue raw;

    @Inject
    @Claim(standard = Claims.raw_token)
    ClaimValue<String> rawToken;

    @Inject
    @Claim(standard = Claims.iat)
    Instance<Long> instance;

    @Inject
    @Claim("email")
    Provider<String> provider;

    @Inject
    @Claim("email")
    Provider<Optional<String>> providerOfOptional;

    @Inject
    @Claim("address")
    Provider<JsonObject> providerOfJson;

    @Inject
    @Claim("roles")
    Instance<ClaimValue<Set<String>>> instanceOfHolder;

    @Inject Instance<Caller> instanceOfCaller;

    @Inject Instance<JsonWebToken> instanceOfToken;

    JsonWebToken token() {
      return token;
    }

    @Nullable Object of(String form) {
      return switch (form) {
        case "text" -> text.getValue();
        case "optional" -> optional.getValue();
        case "none" -> none.getValue();
        case "absent" -> absent.getValue();
        case "raw" -> raw.getValue();
        case "rawToken" -> rawToken.getValue();
        case "instance" -> instance.get();
        case "provider" -> provider.get();
        case "providerOfOptional" -> providerOfOptional.get();
        case "providerOfJson" -> providerOfJson.get();
        default -> instanceOfHolder.get().getValue();
      };
    }

    List<WeakReference<Object>> made() {
      return List.of(
          new WeakReference<>(instanceOfHolder.get()),
          new WeakReference<>(instanceOfCaller.get()),
          new WeakReference<>(instanceOfToken.get()));
    }

    ClaimValue<String> holder() {
      return text;
    }
  }

  @BeforeAll
  static void start() {
    container =
        SeContainerInitializer.newInstance()
            .disableDiscovery()
            .addExtensions(new SallyportExtension())
            .addBeanClasses(Values.class, Holders.class)
            .initialize();
  }

  @AfterAll
  static void stop() {
    container.close();
  }

  private static Caller user(String name) throws Exception {
    return ShownTokens.of(
        name, Json.readObject(CLAIMS.formatted(name).getBytes(StandardCharsets.UTF_8)));
  }

  private static Values values(Caller caller) throws Exception {
    return Callers.as(caller, () -> container.select(Values.class).get());
  }

  private static @Nullable Object held(Caller caller, String form) throws Exception {
    Holders holders = container.select(Holders.class).get();
    return Callers.as(caller, () -> Optional.ofNullable(holders.of(form))).orElse(null);
  }

  @Test
  void valuesAreConverted() throws Exception {
    Values values = values(user("alice"));

    assertThat(values.text).isEqualTo("alice@people.example");
    assertThat(values.numberAsText).isEqualTo("3");
    assertThat(values.whole).isEqualTo(1311281970L);
    assertThat(values.primitive).isEqualTo(1311280970L);
    assertThat(values.yes).isTrue();
    assertThat(values.primitiveYes).isTrue();
    assertThat(values.groups).containsExactly("clerk");
    assertThat(values.audience).containsExactly("orders");
    assertThat(values.texts).containsExactly("a", "b");
    assertThat(String.valueOf(values.json)).isEqualTo("3");
    assertThat(values.jsonText).extracting(JsonString::getString).isEqualTo(values.text);
    assertThat(values.jsonNumber).extracting(JsonNumber::longValue).isEqualTo(1311281970L);
    assertThat(String.valueOf(values.jsonArray)).isEqualTo("[\"a\",\"b\"]");
    assertThat(String.valueOf(values.jsonAudience)).isEqualTo("[\"orders\"]");
    assertThat(String.valueOf(values.jsonObject)).isEqualTo("{\"city\":\"Bern\"}");
    assertThat(values.optional).contains("alice@people.example");
    assertThat(values.optionalJson).map(JsonNumber::intValue).contains(3);
    assertThat(values.none).isEmpty();
  }

  @Test
  void withoutATokenThereIsNothing() throws Exception {
    for (Caller caller : Set.of(AnonymousCaller.INSTANCE, Callers.key())) {
      Values values = values(caller);
      assertThat(values.text).isNull();
      assertThat(values.whole).isNull();
      assertThat(values.primitive).isZero();
      assertThat(values.primitiveYes).isFalse();
      assertThat(values.groups).isNull();
      assertThat(values.json).isNull();
      assertThat(values.optional).isEmpty();
      assertThat(held(caller, "text")).isNull();
      assertThat(held(caller, "optional")).isEqualTo(Optional.empty());
      assertThat(held(caller, "raw")).isNull();
      assertThat(held(caller, "provider")).isNull();
    }
  }

  @Test
  void whatOneBeanHoldsForAllIsAlwaysTheCurrentTokens() throws Exception {
    for (String name : new String[] {"alice", "bob", "alice"}) {
      String email = name + "@people.example";
      Caller user = user(name);
      assertThat(held(user, "text")).isEqualTo(email);
      assertThat(held(user, "optional")).isEqualTo(Optional.of(3L));
      assertThat(held(user, "none")).isEqualTo(Optional.empty());
      assertThat(held(user, "absent")).isNull();
      assertThat(held(user, "raw")).isInstanceOf(JsonArray.class).hasToString("[\"a\",\"b\"]");
      assertThat(held(user, "rawToken")).isEqualTo("text.of." + name);
      assertThat(held(user, "instance")).isEqualTo(1311280970L);
      assertThat(held(user, "provider")).isEqualTo(email);
      assertThat(held(user, "providerOfOptional")).isEqualTo(Optional.of(email));
      assertThat(held(user, "providerOfJson")).hasToString("{\"city\":\"Bern\"}");
      assertThat(held(user, "instanceOfHolder")).isEqualTo(Set.of("a", "b"));
    }
  }

  @Test
  void theTokenIsTheCurrentOneAndEmptyWhereThereIsNone() throws Exception {
    JsonWebToken token = container.select(Holders.class).get().token();

    assertThat(Callers.as(user("alice"), token::getSubject)).isEqualTo("alice");
    assertThat(Callers.as(user("bob"), token::getRawToken)).isEqualTo("text.of.bob");
    for (Caller caller : Set.of(AnonymousCaller.INSTANCE, Callers.key())) {
      assertThat(Callers.as(caller, () -> Optional.ofNullable(token.getName()))).isEmpty();
      assertThat(Callers.as(caller, () -> Optional.ofNullable(token.getRawToken()))).isEmpty();
      assertThat(Callers.as(caller, () -> Optional.ofNullable(token.getClaimNames()))).isEmpty();
      assertThat(Callers.as(caller, () -> Optional.ofNullable(token.getAudience()))).isEmpty();
      assertThat(Callers.as(caller, token::getExpirationTime)).isZero();
      assertThat(Callers.as(caller, () -> token.claim(Claims.sub))).isEmpty();
    }
    assertThat(token.getRawToken()).isNull();
    assertThat(token).hasToString("JsonWebToken[none here]");
  }

  @Test
  void aClaimOfAnotherTypeIsAFaultThatTellsNoValue() throws Exception {
    assertThatThrownBy(
            () ->
                Callers.as(
                    user("alice"),
                    () -> container.select(Long.class, new ClaimLiteral("email")).get()))
        .hasStackTraceContaining("The token's claim email is not a Long, and is injected as one.")
        .message()
        .doesNotContain("people.example");
  }

  @Test
  void codeMayLookAClaimUp() throws Exception {
    assertThat(
            Callers.as(
                user("alice"),
                () -> container.select(String.class, new ClaimLiteral(Claims.email)).get()))
        .isEqualTo("alice@people.example");
  }

  @Test
  void whatABeanAsksForTimeAndAgainIsNotKeptUntilItEnds() throws Exception {
    Holders holders = container.select(Holders.class).get();
    List<WeakReference<Object>> made = Callers.as(user("alice"), holders::made);

    System.gc();

    assertThat(made).allSatisfy(each -> assertThat(each.get()).isNull());
  }

  @Test
  void whatIsSerializedHoldsNoValue() throws Exception {
    Holders holders = container.select(Holders.class).get();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Callers.as(
        user("alice"),
        () -> {
          try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(holders.token());
            out.writeObject(holders.holder());
          }
          return bytes;
        });

    assertThat(bytes.toString(StandardCharsets.ISO_8859_1))
        .doesNotContain("text.of.alice")
        .doesNotContain("people.example");
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      JsonWebToken token = (JsonWebToken) in.readObject();
      ClaimValue<?> claim = (ClaimValue<?>) in.readObject();
      assertThat(Callers.as(user("bob"), token::getSubject)).isEqualTo("bob");
      assertThat(Callers.as(user("bob"), claim::getValue)).isEqualTo("bob@people.example");
      assertThat(claim.getName()).isEqualTo("email");
      assertThat(claim).hasToString("ClaimValue[email]");
    }
  }
}
