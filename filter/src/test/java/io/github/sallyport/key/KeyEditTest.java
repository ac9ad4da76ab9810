package io.github.sallyport.key;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What counts as letting a key do more. */
class KeyEditTest {
  private static final Instant BEGIN = Instant.parse("2027-01-01T00:00:00Z");
  private static final Instant END = Instant.parse("2028-01-01T00:00:00Z");
  private static final KeyTerms TERMS =
      KeyTerms.of("acme")
          .scopes("a", "b")
          .roles("r", "s")
          .plan("pro")
          .addresses("192.0.2.0/24", "2001:db8::/32")
          .origins("https://a.example", "https://b.example")
          .notBefore(BEGIN)
          .expiresAt(END)
          .build();

  /** A change, and for those that count the words for it. */
  record Case(String what, UnaryOperator<KeyTerms.Builder> change) {
    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Case> more() {
    return Stream.of(
        new Case("a scope", t -> t.scopes("a", "b", "c")),
        new Case("another scope", t -> t.scopes("a", "c")),
        new Case("a role", t -> t.roles("r", "s", "t")),
        new Case("another plan", t -> t.plan("gold")),
        new Case("no plan", t -> t.plan(null)),
        new Case("an earlier begin", t -> t.notBefore(BEGIN.minusMillis(1))),
        new Case("no begin", t -> t.notBefore(null)),
        new Case("a later end", t -> t.expiresAt(END.plusMillis(1))),
        new Case("no end", t -> t.expiresAt(null)),
        new Case("another address", t -> t.addresses("192.0.2.0/24", "198.51.100.7")),
        new Case("a wider range", t -> t.addresses("192.0.2.0/23")),
        new Case("all addresses of the other family", t -> t.addresses("::/0")),
        new Case("every address", t -> t.addresses(new String[0])),
        new Case("another origin", t -> t.origins("https://a.example", "https://c.example")),
        new Case("every origin", t -> t.origins(new String[0])));
  }

  static Stream<Case> noMore() {
    return Stream.of(
        new Case("the same", t -> t),
        new Case("another name", t -> t.name("n").description("d")),
        new Case("other metadata", t -> t.metadata(KeyMetadata.ofJson("{\"a\":1}"))),
        new Case("fewer scopes", t -> t.scopes("a")),
        new Case("no scope", t -> t.scopes(new String[0])),
        new Case("fewer roles", t -> t.roles("r")),
        new Case("a later begin", t -> t.notBefore(BEGIN.plusMillis(1))),
        new Case("an earlier end", t -> t.expiresAt(END.minusMillis(1))),
        new Case("one range less", t -> t.addresses("192.0.2.0/24")),
        new Case("narrower ranges", t -> t.addresses("192.0.2.128/25", "2001:db8:1::/48")),
        new Case("one address", t -> t.addresses("192.0.2.7")),
        new Case("one origin less", t -> t.origins("https://a.example")));
  }

  @ParameterizedTest
  @MethodSource
  void more(Case each) {
    assertThat(allowsNoMore(each, TERMS)).isFalse();
  }

  @ParameterizedTest
  @MethodSource
  void noMore(Case each) {
    assertThat(allowsNoMore(each, TERMS)).isTrue();
  }

  @Test
  void whereThereWasNoFenceAnyFenceIsLess() {
    KeyTerms open = KeyTerms.of("acme").build();
    for (UnaryOperator<KeyTerms.Builder> fence :
        Stream.<UnaryOperator<KeyTerms.Builder>>of(
                t -> t.addresses("192.0.2.7"),
                t -> t.origins("https://a.example"),
                t -> t.expiresAt(END),
                t -> t.notBefore(BEGIN))
            .toList()) {
      assertThat(allowsNoMore(new Case("", fence), open)).isTrue();
    }
  }

  @Test
  void lettingAKeyBeUsedAgainIsMoreAndTheOppositeIsNot() {
    KeyEdit on = new KeyEdit(TERMS, true);
    KeyEdit off = new KeyEdit(TERMS, false);
    assertThat(on.allowsNoMoreThan(off)).isFalse();
    assertThat(off.allowsNoMoreThan(on)).isTrue();
    assertThat(off.allowsNoMoreThan(off)).isTrue();
    assertThat(new KeyEdit(TERMS.edit().scopes("c").build(), false).allowsNoMoreThan(on)).isFalse();
  }

  private static boolean allowsNoMore(Case each, KeyTerms before) {
    KeyTerms after = each.change.apply(before.edit()).build();
    return new KeyEdit(after, true).allowsNoMoreThan(new KeyEdit(before, true));
  }
}
