package io.github.sallyport.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTermsTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  @Test
  void whatIsInOrderIsTaken() {
    KeyTerms key =
        KeyTerms.of("Zoë & Söhne 😀")
            .name("o".repeat(200))
            .scopes("orders:read", "!#[]~")
            .roles("admin")
            .plan("pro")
            .notBefore(NOON)
            .expiresAt(NOON.plusMillis(1))
            .build();
    assertThat(key.scopes()).containsExactlyInAnyOrder("orders:read", "!#[]~");
    assertThat(KeyTerms.of("o").build().name()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\nb", "a\u0000", "a\u007f", "\ud800"})
  void anOwnerOrNameThatCanNotBeIsRefusedByName(String text) {
    refused(() -> key(text, null, "live", Set.of()), "owner must have 1 to 200 characters");
    refused(() -> key("o", text, "live", Set.of()), "name must have 1 to 200 characters");
  }

  @Test
  void aLongOwnerIsRefused() {
    refused(() -> key("o".repeat(201), null, "live", Set.of()), "owner must have");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Live", "li_ve", "ninechars", "l1ve", "é"})
  void anEnvironmentThatCanNotBeIsRefused(String environment) {
    refused(() -> key("o", null, environment, Set.of()), "environment must have 1 to 8 letters");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\"b", "a\\b", "é", "a\n"})
  void aScopeOrRoleThatIsNoScopeTokenIsRefused(String token) {
    refused(() -> key("o", null, "live", Set.of(token)), "each of scopes must have");
    refused(() -> KeyTerms.of("o").roles(token).build(), "each of roles must have");
  }

  @Test
  void tooManyAndTooLongScopesAreRefused() {
    Set<String> hundred =
        IntStream.range(0, 100).mapToObj(i -> "s" + i).collect(Collectors.toSet());
    key("o", null, "live", hundred);
    Set<String> more = new HashSet<>(hundred);
    more.add("one");
    refused(() -> key("o", null, "live", more), "scopes must be at most 100");
    key("o", null, "live", Set.of("s".repeat(100)));
    refused(() -> key("o", null, "live", Set.of("s".repeat(101))), "each of scopes");
    Set<String> withNull = new HashSet<>(Arrays.asList("a", null));
    refused(() -> key("o", null, "live", withNull), "each of scopes");
  }

  @Test
  void timesThatCanNotBeAreRefused() {
    refused(() -> between(NOON, NOON), "expiresAt must be later than notBefore");
    refused(() -> between(null, Instant.MAX), "expiresAt must lie between");
    refused(() -> between(Instant.MIN, null), "notBefore must lie between");
    between(null, NOON);
    between(NOON, null);
  }

  @Test
  void aPlanThatIsNoNameIsRefused() {
    refused(() -> KeyTerms.of("o").plan("Pro 1").build(), "plan must be");
  }

  @Test
  void aDescriptionHasBounds() {
    KeyTerms.of("o").description("d".repeat(1000)).build();
    for (String wrong : new String[] {"", "d".repeat(1001), "a\nb", "\u0000"}) {
      refused(() -> KeyTerms.of("o").description(wrong).build(), "description must have 1 to 1000");
    }
  }

  @Test
  void addressesAndOriginsHaveBounds() {
    Set<AddressRange> addresses =
        IntStream.range(0, 100)
            .mapToObj(i -> AddressRange.of("10.0.0." + i))
            .collect(Collectors.toSet());
    assertThat(KeyTerms.of("o").addresses(addresses).build().addresses()).hasSize(100);
    addresses.add(AddressRange.of("10.0.1.0/24"));
    refused(() -> KeyTerms.of("o").addresses(addresses).build(), "addresses must be at most 100");
    Set<WebOrigin> origins =
        IntStream.range(0, 50)
            .mapToObj(i -> new WebOrigin("https://a" + i + ".example"))
            .collect(Collectors.toSet());
    assertThat(KeyTerms.of("o").origins(origins).build().origins()).hasSize(50);
    origins.add(new WebOrigin("https://b.example"));
    refused(() -> KeyTerms.of("o").origins(origins).build(), "origins must be at most 50");
  }

  @Test
  void aPublishableKeyNamesItsPagesAndHasNoRoles() {
    KeyTerms.Builder publishable =
        KeyTerms.of("o").kind(KeyKind.PUBLISHABLE).origins("https://a.example");
    assertThat(publishable.build().kind()).isEqualTo(KeyKind.PUBLISHABLE);
    refused(() -> publishable.roles("clerk").build(), "roles must be empty for a publishable key");
    refused(
        () -> KeyTerms.of("o").kind(KeyKind.PUBLISHABLE).build(),
        "origins must be given for a publishable key");
  }

  @Test
  void timesAreKeptToTheMillisecond() {
    KeyTerms terms =
        KeyTerms.of("o").notBefore(NOON.plusNanos(1)).expiresAt(NOON.plusNanos(1_999_999)).build();
    assertThat(terms.notBefore()).isEqualTo(NOON);
    assertThat(terms.expiresAt()).isEqualTo(NOON.plusMillis(1));
  }

  @Test
  void editingKeepsAllThatIsNotEdited() {
    KeyTerms all =
        new KeyTerms(
            "o",
            "n",
            "d",
            "test",
            KeyKind.PUBLISHABLE,
            Set.of("a"),
            Set.of(),
            "pro",
            Set.of(AddressRange.of("10.0.0.0/8")),
            Set.of(new WebOrigin("https://a.example")),
            NOON,
            NOON.plusSeconds(1),
            KeyMetadata.ofJson("{\"a\":1}"));
    assertThat(all.edit().build()).isEqualTo(all);
    assertThat(all.edit().name("m").build().name()).isEqualTo("m");
    KeyTerms secret = KeyTerms.of("o").roles("clerk").build();
    assertThat(secret.edit().build()).isEqualTo(secret);
  }

  @Test
  void anyNameOfACallerIsMadeFit() {
    assertThat(KeyTerms.fit("a\u0000b\ud800c😀")).isEqualTo("a?b?c😀");
    assertThat(KeyTerms.isText(KeyTerms.fit("😀".repeat(500)))).isTrue();
  }

  private static void refused(Runnable make, String sentence) {
    assertThatIllegalArgumentException().isThrownBy(make::run).withMessageStartingWith(sentence);
  }

  private static void between(@Nullable Instant notBefore, @Nullable Instant expiresAt) {
    KeyTerms.of("o").notBefore(notBefore).expiresAt(expiresAt).build();
  }

  private static void key(
      String owner, @Nullable String name, String environment, Set<String> scopes) {
    KeyTerms.of(owner).name(name).environment(environment).scopes(scopes).build();
  }
}
