package io.github.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.sallyport.Secret;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.audit.AuditSink;
import io.github.sallyport.cache.Caches;
import io.github.sallyport.cache.Mirror;
import io.github.sallyport.cache.Mirror.Entry;
import io.github.sallyport.testing.HandClock;
import io.github.sallyport.testing.KnownSecrets;
import io.github.sallyport.token.RefreshFamily;
import io.github.sallyport.token.RefreshTokens;
import io.github.sallyport.token.RefreshTokens.Exchange;
import io.github.sallyport.token.RevocationStore;
import io.github.sallyport.token.TokenCleaning;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Refresh tokens on the store that comes along. */
class RefreshTokensTest {
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00.123Z");
  private static final Instant END = NOW.plus(Duration.ofDays(30));
  private static final Duration GRACE = Duration.ofMinutes(10);
  private static final Actor ANNA = Actor.part("anna");

  @TempDir Path folder;

  private final List<AuditEvent> audited = new ArrayList<>();
  private Store store;
  private RefreshTokens tokens;

  @BeforeEach
  void open() {
    store = Store.open(Rooms.settings(folder));
    tokens = new RefreshTokens(store.refresh(), GRACE, audited::add);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private RefreshFamily family() {
    return new RefreshFamily(
        tokens.newFamilyId(), "alice", "login", Set.of(), Set.of(), Map.of(), NOW, END);
  }

  private Secret start(RefreshFamily family) {
    return known(tokens.start(family));
  }

  private static Secret known(Secret text) {
    KnownSecrets.add(text.reveal());
    return text;
  }

  private Exchange use(Secret text) {
    return tokens.use(text, NOW, ANNA);
  }

  /** Uses a token, which must stand. */
  private Secret next(Secret text) {
    return known(((Exchange.Good) use(text)).successor());
  }

  private List<String> events() {
    List<String> events =
        audited.stream().map(e -> e.action() + " " + e.target() + " by " + e.by().name()).toList();
    audited.clear();
    return events;
  }

  private static byte[] bytes(Secret text) {
    return Base64.getUrlDecoder().decode(text.reveal());
  }

  @Test
  void aTokenHas43CharactersOfWhichTheStoreHasTheSha256Alone() throws Exception {
    RefreshFamily family = family();
    Secret first = start(family);
    assertThat(first.reveal()).matches("[A-Za-z0-9_-]{43}");
    assertThat(family.id()).matches("[A-Za-z0-9_-]{22}");
    String digest =
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes(first)));
    assertThat(store.refresh().find(digest)).isPresent();
    assertThat(tokens.find(first)).isEqualTo(store.refresh().find(digest));
    Set<String> texts = new HashSet<>();
    for (int i = 0; i < 100; i++) texts.add(start(family()).reveal());
    assertThat(texts).hasSize(100);
  }

  @Test
  void theSuccessorIsTheHmacOfTheSaltUnderTheToken() throws Exception {
    Secret first = start(family());
    Secret second = next(first);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(bytes(first), "HmacSHA256"));
    assertThat(bytes(second)).isEqualTo(mac.doFinal(HexFormat.of().parseHex(salt())));
    assertThat(next(first).reveal()).as("once more").isEqualTo(second.reveal());
    assertThat(next(second).reveal()).isNotEqualTo(second.reveal());
    assertThat(events()).isEmpty();
  }

  private String salt() throws Exception {
    try (Connection past = StoreContract.connection(EmbeddedH2.in(folder));
        var statement = past.createStatement();
        var rows =
            statement.executeQuery("SELECT salt FROM sallyport_refresh WHERE salt IS NOT NULL")) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  @Test
  void whatIsReusedEndsTheFamilyAndIsAuditedOnce() {
    RefreshFamily family = family();
    Secret first = start(family);
    Secret third = next(next(first));

    assertThat(use(first)).isEqualTo(new Exchange.Reused(family));

    assertThat(events()).containsExactly("refresh.reused " + family.id() + " by anna");
    assertThat(use(first)).isEqualTo(new Exchange.None());
    assertThat(use(third)).isEqualTo(new Exchange.None());
    assertThat(events()).isEmpty();
  }

  @Test
  void whoTakesATokenBackTakesItsFamilyBackOnce() {
    RefreshFamily family = family();
    Secret first = start(family);
    Secret second = next(first);
    assertThat(tokens.revoke(new Secret("A".repeat(43)), NOW, ANNA)).isFalse();
    assertThat(tokens.revoke(first, NOW, ANNA)).isTrue();
    assertThat(tokens.revoke(second, NOW, ANNA)).isFalse();
    assertThat(events()).containsExactly("refresh.revoked " + family.id() + " by anna");
    assertThat(use(second)).isEqualTo(new Exchange.None());
    assertThat(tokens.find(second).orElseThrow().revoked()).isTrue();
  }

  @Test
  void whatIsNoTokenIsNoneAndTheStoreIsNotAsked() {
    Secret good = start(family());
    String text = good.reveal();
    assertThat(tokens.find(good)).isPresent();
    store.close(); // who asked it now would be thrown at
    assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> tokens.find(good));
    char last = text.charAt(42);
    // The last character has four bits that count: another one with the same is a second spelling.
    char twin =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
            .charAt(
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".indexOf(last)
                    | 1);
    for (String bad :
        List.of(
            "",
            text.substring(1),
            text + "A",
            text + "=",
            text.substring(0, 42) + "=",
            text.substring(0, 42) + "+",
            text.substring(0, 42) + " ",
            "\u00e9" + text.substring(1),
            text.substring(0, 42) + twin,
            text + "\n",
            text + text,
            "A".repeat(100_000))) {
      Secret shown = new Secret(bad);
      assertThat(tokens.find(shown)).as(bad.length() + " chars").isEmpty();
      assertThat(use(shown)).isEqualTo(new Exchange.None());
      assertThat(tokens.revoke(shown, NOW, ANNA)).isFalse();
    }
  }

  @Test
  void whereAuditHasNoRoomNothingIsUsedNorTakenBack() {
    Secret first = start(family());
    AuditSink full =
        new AuditSink() {
          @Override
          public void record(AuditEvent event) {}

          @Override
          public Place reserve() {
            throw new StoreUnavailableException("full");
          }
        };
    RefreshTokens unheard = new RefreshTokens(store.refresh(), GRACE, full);
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> unheard.use(first, NOW, ANNA));
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> unheard.revoke(first, NOW, ANNA));
    assertThat(tokens.find(first).orElseThrow().used()).isFalse();
    assertThat(tokens.find(first).orElseThrow().revoked()).isFalse();
  }

  @Test
  void noResultPrintsATokenOrASalt() throws Exception {
    Secret first = start(family());
    Exchange used = use(first);
    Secret second = known(((Exchange.Good) used).successor());
    for (Object each : List.of(used, first, tokens.find(first), tokens)) {
      assertThat(each.toString()).doesNotContain(first.reveal(), second.reveal(), salt(), "claims");
    }
  }

  @Test
  void aGraceIsNotNegative() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RefreshTokens(store.refresh(), Duration.ofMillis(-1), audited::add));
  }

  @Test
  void whatHasEndedIsRemovedABatchAfterTheOther() throws Exception {
    HandClock clock = new HandClock(NOW);
    RevocationStore revocations = store.revocations();
    long second = NOW.getEpochSecond();
    try (Caches caches = Caches.open(Rooms.CACHE, store.feed())) {
      revocations.deny("a".repeat(32), second + 5);
      revocations.deny("b".repeat(32), second + 6);
      Mirror denied =
          caches.mirror(
              RevocationStore.DENIED,
              (after, limit) ->
                  revocations.read(RevocationStore.DENIED, after, limit).stream()
                      .map(mark -> new Entry(mark.digest(), mark.number()))
                      .toList());
      Secret first = start(family());
      next(first);
      for (int i = 0; i < 1100; i++) {
        store.refresh().insert(family(), HexFormat.of().toHexDigits(i).repeat(4));
      }
      try (TokenCleaning cleaning =
          new TokenCleaning(store.refresh(), revocations, denied, GRACE, clock)) {
        cleaning.clean();
        assertThat(counts()).containsExactly("1101", "1102", "1", "2");
        sql("UPDATE sallyport_refresh SET used_at = used_at - 3600000 WHERE used_at IS NOT NULL");
        clock.now = NOW.plus(Duration.ofHours(1)).plusSeconds(6);
        cleaning.clean();
        assertThat(counts()).containsExactly("1101", "1102", "0", "1");
        assertThat(denied.size()).isEqualTo(1);
        assertThat(denied.find("b".repeat(32))).isEqualTo(second + 6);
        clock.now = END.plus(Duration.ofDays(1));
        cleaning.clean();
        assertThat(counts()).containsExactly("1101", "1102", "0", "0");
        assertThat(tokens.find(first)).isPresent();
        clock.now = clock.now.plusMillis(1);
        cleaning.clean();
        assertThat(counts()).containsExactly("0", "0", "0", "0");
      }
    }
  }

  /** Families, tokens, salts and denied tokens. */
  private List<String> counts() throws Exception {
    List<String> counts = new ArrayList<>();
    try (Connection past = StoreContract.connection(EmbeddedH2.in(folder));
        var statement = past.createStatement()) {
      for (String from :
          List.of(
              "sallyport_refresh_family",
              "sallyport_refresh",
              "sallyport_refresh WHERE salt IS NOT NULL",
              "sallyport_denied")) {
        try (var rows = statement.executeQuery("SELECT COUNT(*) FROM " + from)) {
          assertThat(rows.next()).isTrue();
          counts.add(rows.getString(1));
        }
      }
    }
    return counts;
  }

  private void sql(String sql) throws Exception {
    try (Connection past = StoreContract.connection(EmbeddedH2.in(folder))) {
      StoreContract.execute(past, sql);
    }
  }
}
