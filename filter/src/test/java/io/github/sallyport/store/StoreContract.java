package io.github.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.Secret;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.cache.CacheSettings;
import io.github.sallyport.cache.Caches;
import io.github.sallyport.cache.CapturedLog;
import io.github.sallyport.cache.Change;
import io.github.sallyport.cache.ChangeSource;
import io.github.sallyport.cache.Changes;
import io.github.sallyport.cache.RecordCache;
import io.github.sallyport.json.Json;
import io.github.sallyport.key.ApiKeyRecord;
import io.github.sallyport.key.ApiKeyRecord.Status;
import io.github.sallyport.key.ApiKeyStore;
import io.github.sallyport.key.ApiKeyStore.Step;
import io.github.sallyport.key.ApiKeys;
import io.github.sallyport.key.CachedApiKeys;
import io.github.sallyport.key.IssuedKey;
import io.github.sallyport.key.KeyDigest;
import io.github.sallyport.key.KeyEdit;
import io.github.sallyport.key.KeyMetadata;
import io.github.sallyport.key.KeyQuery;
import io.github.sallyport.key.KeyTerms;
import io.github.sallyport.key.LastUse;
import io.github.sallyport.key.Lineage;
import io.github.sallyport.limit.Limit;
import io.github.sallyport.limit.Plan;
import io.github.sallyport.limit.PlanRecord;
import io.github.sallyport.limit.PlanSet;
import io.github.sallyport.limit.PlanStore;
import io.github.sallyport.limit.Quota;
import io.github.sallyport.limit.QuotaLedger.Block;
import io.github.sallyport.limit.QuotaLedger.Claim;
import io.github.sallyport.store.StoreSettings.Source;
import io.github.sallyport.usage.Tally;
import io.github.sallyport.usage.UsageCell;
import io.github.sallyport.usage.UsageStore.Part;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What holds on every database. One class for each runs it, through our own pool; a test that is
 * added here runs on all.
 */
abstract class StoreContract {
  private static final Duration PATIENT = Duration.ofSeconds(20);

  @TempDir Path folder;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  Source.Url database = new Source.Url(new Secret("jdbc:none"), null, null);
  private @Nullable Connection past; // and keeps a database in memory alive

  abstract Dialect dialect();

  /** An empty database that nobody else uses. */
  abstract Source.Url newDatabase(Path folder) throws SQLException;

  @BeforeEach
  void connect() throws SQLException {
    database = newDatabase(folder);
    past = connection(database);
  }

  @AfterEach
  void disconnect() throws SQLException {
    threads.shutdownNow();
    if (past != null) past.close();
  }

  @Test
  void theServerIsOfTheKindThatTheReportSays() throws SQLException {
    assertThat(Dialect.of(past())).isEqualTo(dialect());
    String version = text(dialect() == Dialect.H2 ? "SELECT H2VERSION()" : "SELECT VERSION()");
    System.out.println("The store's contract is tried on " + dialect() + ": " + version);
    assertThat(version).containsPattern("[0-9]+\\.[0-9]+");
  }

  @Test
  void aPlanIsReadAsItWasKeptAndEachChangeOfOneIsInTheFeed() throws SQLException {
    Plan full =
        new Plan(
            "full",
            List.of(Limit.parse("100/PT1M;burst=20"), Limit.parse("9/PT1S")),
            Quota.parse("1000000/P1M@31[Europe/Zurich]"),
            7);
    Plan bare = new Plan("bare", List.of(), Quota.parse("5/P1D"), null);
    try (Store store = open()) {
      PlanStore plans = store.plans();
      assertThat(plans.read().isEmpty()).isTrue();
      assertThat(plans.seed(List.of(record(full), record(bare)))).containsExactly("full", "bare");
      assertThat(plans.read().all()).containsExactly(record(bare), record(full));
      long position = store.feed().read(0, 0).newest();
      assertThat(plans.seed(List.of(record(full)))).isEmpty();
      assertThat(store.feed().read(0, 0).newest()).isEqualTo(position);

      PlanSet after = plans.change("bare", before -> Optional.empty());

      assertThat(after.names()).containsExactly("full");
      assertThat(plans.seed(List.of(record(bare)))).as("it was deleted").isEmpty();
      assertThat(
              plans.change("bare", before -> Optional.of(record(bare))).find("bare").orElseThrow())
          .isEqualTo(new PlanRecord(bare, 3, record(bare).changedAt(), "ann"));
      List<Change> changes = store.feed().read(position + 1, 10).rows();
      assertThat(changes).extracting(Change::kind).containsOnly("plan").hasSize(2);
      assertThat(changes.get(1).version()).isEqualTo(plans.read().version());
      assertThatThrownBy(
              () ->
                  plans.change(
                      "full",
                      before -> {
                        throw new IllegalStateException("no");
                      }))
          .hasMessage("no");
      assertThat(store.feed().read(0, 0).newest()).isEqualTo(position + 2);
    }
  }

  private static PlanRecord record(Plan plan) {
    return new PlanRecord(plan, 1, Instant.ofEpochMilli(1_700_000_000_123L), "ann");
  }

  @Test
  void ofManyWhoChangePlansAtOnceNoneIsLost() throws Exception {
    try (Store store = open()) {
      List<Callable<PlanSet>> changes = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        Plan plan = new Plan("p" + i % 6, List.of(Limit.of(i + 1, Duration.ofSeconds(1))));
        changes.add(() -> store.plans().change(plan.name(), b -> Optional.of(record(plan))));
      }
      Set<Long> versions = new LinkedHashSet<>();
      for (Future<PlanSet> done : threads.invokeAll(changes)) versions.add(done.get().version());

      assertThat(versions).hasSize(24);
      assertThat(store.plans().read().all()).hasSize(6).allMatch(plan -> plan.version() == 4);
      assertThat(store.feed().read(0, 0).newest()).isEqualTo(24);
    }
  }

  @Test
  void aPlanWhoseRowIsDamagedIsNoneAndIsReportedOnce() throws SQLException {
    try (Store store = open()) {
      for (String damage : List.of("'[]'", "'{}'", "'{\"limits\":[5]}'", "'{\"limits\":[]}'")) {
        Plan plan = new Plan("good", List.of(Limit.of(1, Duration.ofSeconds(1))));
        store.plans().change("good", before -> Optional.of(record(plan)));
        execute(past(), "UPDATE sallyport_plan SET definition = " + damage);
        assertThat(store.plans().read().isEmpty()).as(damage).isTrue();
      }
    }
  }

  /** A claim on a quota of 1000, by the hundred. */
  private static Block settle(Store store, String holder, long used, long epoch, Instant now) {
    return store
        .quotas()
        .settle(
            new Claim(
                "line",
                Instant.EPOCH,
                holder,
                1_000,
                used,
                epoch,
                1,
                100,
                now,
                now.plusSeconds(600)));
  }

  @Test
  void aQuotaIsHandedOutInBlocksThatShrinkAndNeverTwice() throws SQLException {
    Instant now = Instant.parse("2026-11-22T12:00:00Z");
    try (Store store = open()) {
      assertThat(settle(store, "a", 0, -1, now)).isEqualTo(new Block(100, 0, 900, List.of()));
      assertThat(settle(store, "b", 0, -1, now)).isEqualTo(new Block(100, 0, 800, List.of()));
      // What is said twice, since nobody knows whether it was heard, is counted once.
      for (int i = 0; i < 3; i++) {
        assertThat(settle(store, "a", 90, 0, now)).isEqualTo(new Block(190, 0, 710, List.of()));
      }
      assertThat(settle(store, "a", 700, 0, now)).isEqualTo(new Block(725, 0, 175, List.of()));
      // 80 % are told once; b keeps what it has, though a share would be less by now.
      assertThat(settle(store, "a", 800, 0, now)).isEqualTo(new Block(812, 0, 88, List.of(80)));
      assertThat(settle(store, "b", 0, 0, now)).isEqualTo(new Block(100, 0, 88, List.of()));
      // b is dead: what it holds comes back when its lease is over, and not before.
      assertThat(settle(store, "a", 900, 0, now)).isEqualTo(new Block(900, 0, 0, List.of()));
      Instant later = now.plusSeconds(601);
      assertThat(settle(store, "a", 900, 0, later)).isEqualTo(new Block(912, 0, 88, List.of()));
      assertThat(settle(store, "a", 1_000, 0, later))
          .isEqualTo(new Block(1_000, 0, 0, List.of(100)));
      // It was not dead: what it has used is counted all the same.
      assertThat(settle(store, "b", 40, 0, later)).isEqualTo(new Block(40, 0, 0, List.of()));
      assertThat(number("SELECT used FROM sallyport_quota")).isEqualTo(1_040);

      store.quotas().reset("line", Instant.EPOCH);

      assertThat(settle(store, "a", 1_007, 0, later))
          .isEqualTo(new Block(1_107, 1, 900, List.of()));
      assertThat(settle(store, "a", 1_010, 1, later).remaining()).isEqualTo(897);
      store.quotas().forget("line", Instant.EPOCH, "a");
      assertThat(number("SELECT COUNT(*) FROM sallyport_quota_block")).isEqualTo(1);
      store.quotas().forgetBefore(later.plusSeconds(3_600));
      assertThat(number("SELECT COUNT(*) FROM sallyport_quota_block")).isZero();
      assertThat(number("SELECT used FROM sallyport_quota")).isEqualTo(3);
      store.quotas().forgetPeriodsBefore(Instant.EPOCH);
      assertThat(number("SELECT COUNT(*) FROM sallyport_quota")).isEqualTo(1);
      store.quotas().forgetPeriodsBefore(Instant.EPOCH.plusMillis(1));
      assertThat(number("SELECT COUNT(*) FROM sallyport_quota")).isZero();
    }
  }

  @Test
  void ofManyWhoOpenAQuotaAtOnceEachGetsItsOwnBlock() throws Exception {
    Instant now = Instant.parse("2026-11-22T12:00:00Z");
    try (Store store = open()) {
      List<Callable<Block>> claims = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        String holder = "h" + i;
        claims.add(() -> settle(store, holder, 0, -1, now));
      }
      long granted = 0;
      for (Future<Block> done : threads.invokeAll(claims)) granted += done.get().granted();
      assertThat(granted).isLessThanOrEqualTo(1_000);
      assertThat(number("SELECT SUM(granted) FROM sallyport_quota_block")).isEqualTo(granted);
      assertThat(number("SELECT COUNT(*) FROM sallyport_quota")).isEqualTo(1);
      assertThat(store.feed().read(0, 0).newest()).as("no node caches it").isZero();
    }
  }

  @Test
  void aKeyIsFoundAsItWasKept() {
    Instant from = Instant.parse("1970-01-01T00:00:00.001Z");
    Instant until = Instant.parse("9999-12-31T23:59:59.999Z");
    try (Store store = open()) {
      ApiKeyRecord full = keys(store).issue(Rooms.between(from, until), Rooms.ADMIN).record();
      ApiKeyRecord bare = issue(store, "bare", null).record();
      assertThat(store.apiKeys().find(full.id())).contains(full);
      assertThat(store.apiKeys().find(bare.id())).contains(bare);
      assertThat(store.apiKeys().find(full.id().toLowerCase(Locale.ROOT))).isEmpty();
      assertThat(store.apiKeys().find(full.id() + " ")).isEmpty();
    }
  }

  @Test
  void usageOfTwoNodesIsAddedUpByWhatIsAskedFor() {
    try (Store one = open();
        Store other = open()) {
      one.usage().add(Map.of(cell("a", 10, "2xx"), tally(1), cell("a", 10, "4xx"), tally(2)));
      one.usage().add(Map.of(cell("a", 10, "2xx"), tally(4), cell("a", 11, "2xx"), tally(8)));
      other.usage().add(Map.of(cell("a", 10, "2xx"), tally(16), cell("B", 10, "2xx"), tally(32)));
      one.usage().add(Map.of());

      assertThat(usage(other, "a", 0, 100, Set.of(Part.HOUR, Part.OUTCOME)))
          .containsExactly("/10//2xx 21", "/10//4xx 2", "/11//2xx 8");
      assertThat(usage(other, "a", 10, 11, Set.of())).containsExactly("/0// 23");
      assertThat(usage(one, null, 0, 100, Set.of(Part.KEY, Part.RULE)))
          .containsExactly("B/0/rule/ 32", "a/0/rule/ 31");
      assertThat(one.usage().read("a", 10, 11, Set.of(Part.OUTCOME), 1)).hasSize(1);
      assertThat(one.usage().read("a", 10, 11, Set.of(), 9).get(0).tally())
          .isEqualTo(tally(1).add(tally(4)).add(tally(2)).add(tally(16)));
      assertThat(usage(one, "A", 0, 100, Set.of())).as("another key").isEmpty();
      assertThat(usage(one, "a", 12, 100, Set.of())).isEmpty();

      one.usage().prune(11);
      assertThat(usage(other, null, 0, 100, Set.of(Part.HOUR))).containsExactly("/11// 8");
      one.usage().add(Map.of(cell("a", 10, "2xx"), tally(64)));
      assertThat(usage(other, "a", 0, 11, Set.of())).containsExactly("/0// 64");
    }
  }

  @Test
  void usageOfManyKeysAtOnceIsWrittenWholeOrNotAtAll() {
    Map<UsageCell, Tally> many = new HashMap<>();
    for (int i = 0; i < 1000; i++) many.put(cell("k-" + i, 10, "2xx"), tally(1));
    try (Store store = open()) {
      store.usage().add(many);
      store.usage().add(many);
      assertThat(usage(store, null, 0, 100, Set.of())).containsExactly("/0// 2000");
      many.put(cell("x".repeat(1000), 10, "2xx"), tally(1)); // longer than any key's id
      assertThatThrownBy(() -> store.usage().add(many))
          .isInstanceOf(StoreUnavailableException.class);
      assertThat(usage(store, null, 0, 100, Set.of())).containsExactly("/0// 2000");
    }
  }

  private static UsageCell cell(String key, long hour, String outcome) {
    return new UsageCell(key, hour, "rule", outcome);
  }

  private static Tally tally(long requests) {
    return new Tally(requests, 10 * requests, 3, requests, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7);
  }

  private static List<String> usage(
      Store store, @Nullable String key, long from, long until, Set<Part> by) {
    return store.usage().read(key, from, until, by, 1000).stream()
        .map(
            counted ->
                counted.cell().keyId()
                    + "/"
                    + counted.cell().hour()
                    + "/"
                    + counted.cell().rule()
                    + "/"
                    + counted.cell().outcome()
                    + " "
                    + counted.tally().requests())
        .toList();
  }

  @Test
  void keysAreListedInTheOrderOfTheCodePointsOfTheirIdsPageByPage() {
    try (Store store = open()) {
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        ids.add(issue(store, i % 2 == 0 ? "even" : "odd", null).record().id());
      }
      ids.sort(Comparator.naturalOrder());
      List<String> listed = new ArrayList<>();
      String after = null;
      while (true) {
        List<ApiKeyRecord> page = store.apiKeys().list(KeyQuery.ALL, 7, after);
        if (page.isEmpty()) break;
        page.forEach(key -> listed.add(key.id()));
        after = listed.get(listed.size() - 1);
      }
      assertThat(listed).isEqualTo(ids);
      assertThat(store.apiKeys().list(KeyQuery.ofOwner("even"), 100, null)).hasSize(10);
    }
  }

  @Test // catalogue G: names that one database or another would take for the same
  void ownersThatDifferAtAllAreDifferentOwnersAndComeBackUnharmed() throws Exception {
    Set<String> texts =
        new LinkedHashSet<>(
            List.of(
                "acme",
                "Acme",
                "acme ",
                "acme  ",
                " acme",
                "acmé",
                "acme\u0301",
                "ácme",
                "ß",
                "ss",
                "ẞ",
                "İ",
                "i",
                "ı",
                "I",
                "😀",
                "😁",
                "\uD83D\uDE00 ",
                "%",
                "_",
                "a'b",
                "a\\b",
                "a\"b",
                "${exact}",
                "?",
                "ﬁ",
                "fi",
                "Ａ",
                "\u00A0",
                "\u3000",
                "\uFEFF",
                "null",
                "e".repeat(200),
                "é".repeat(200),
                "😀".repeat(100)));
    texts.addAll(naughty());
    try (Store store = open()) {
      int kept = 0;
      for (String text : texts) {
        if (!fits(text)) continue;
        kept++;
        issue(store, text, text);
      }
      assertThat(kept).isGreaterThan(300);
      for (String text : texts) {
        if (!fits(text)) continue;
        assertThat(store.apiKeys().list(KeyQuery.ofOwner(text), 10, null))
            .singleElement()
            .satisfies(
                key -> {
                  assertThat(key.terms().owner()).isEqualTo(text);
                  assertThat(key.terms().name()).isEqualTo(text);
                });
      }
    }
  }

  @Test
  void anIdThatIsTakenIsSaidAndChangesNothing() {
    try (Store store = open()) {
      ApiKeyRecord record = issue(store, "acme", null).record();
      assertThat(store.apiKeys().insert(record)).isFalse();
      assertThat(store.feed().read(0, 0).newest()).isEqualTo(1);
    }
  }

  @Test
  void eachChangeOfAStatusIsKeptAndNumberedAndRevokedIsForGood() throws SQLException {
    try (Store store = open()) {
      String id = issue(store, "acme", null).record().id();
      assertThat(becomes(store, id, Status.DISABLED)).isTrue();
      assertThat(becomes(store, id, Status.DISABLED)).isFalse();
      assertThat(becomes(store, id, Status.REVOKED)).isTrue();
      assertThat(becomes(store, id, Status.ACTIVE)).isFalse();
      assertThat(store.apiKeys().find(id).orElseThrow().status()).isEqualTo(Status.REVOKED);
      assertThat(store.apiKeys().find(id).orElseThrow().version()).isEqualTo(3);
      assertThat(store.apiKeys().change("no such", key -> as(key, Status.REVOKED))).isEmpty();
      assertThat(store.feed().read(0, 0).newest()).isEqualTo(3);
      assertThat(changes())
          .containsExactly("1 key " + id + " 1", "2 key " + id + " 2", "3 key " + id + " 3");
    }
  }

  @Test
  void everyPartOfAKeyComesBackAsItWasChangedTo() {
    KeyTerms terms =
        KeyTerms.of("acme")
            .name("Zoë 😀")
            .description("d".repeat(1000))
            .environment("test")
            .scopes("orders:read", "orders:write")
            .roles("clerk", "auditor")
            .plan("pro")
            .addresses("192.0.2.0/24", "2001:db8::/32", "::1")
            .origins("https://app.example.com", "http://localhost:3000")
            .notBefore(Instant.parse("2026-01-01T00:00:00.123Z"))
            .expiresAt(Instant.parse("9999-12-31T23:59:59.999Z"))
            .metadata(KeyMetadata.ofJson("{\"a\":[1,2.50,null,{\"é\":\"\\u0000😀\"}]}"))
            .build();
    try (Store store = open()) {
      ApiKeys keys = keys(store);
      ApiKeyRecord old = keys.issue(terms, Rooms.ADMIN).record();
      assertThat(store.apiKeys().find(old.id())).contains(old);
      ApiKeyRecord next =
          keys.rotate(old.id(), Duration.ofHours(1), Rooms.ADMIN).orElseThrow().record();
      ApiKeyRecord derived =
          keys.derive(next.id(), Set.of("orders:read"), Duration.ofMinutes(1), Rooms.ADMIN)
              .orElseThrow()
              .record();
      assertThat(keys.revoke(next.id(), "lost \uD83D\uDE00", Rooms.ADMIN)).isTrue();
      ApiKeyRecord rotated = store.apiKeys().find(old.id()).orElseThrow();
      assertThat(rotated.lineage())
          .isEqualTo(new Lineage(old.id(), null, null, next.id(), Duration.ofHours(1)));
      assertThat(rotated.version()).isEqualTo(2);
      ApiKeyRecord revoked = store.apiKeys().find(next.id()).orElseThrow();
      assertThat(revoked.revokedBecause()).isEqualTo("lost \uD83D\uDE00");
      assertThat(revoked.lineage()).isEqualTo(new Lineage(old.id(), null, old.id(), null, null));
      assertThat(revoked.terms()).isEqualTo(terms.edit().notBefore(null).build());
      assertThat(store.apiKeys().find(derived.id())).contains(derived);
      assertThat(derived.lineage().parent()).isEqualTo(next.id());
      assertThat(store.feed().read(0, 0).newest()).isEqualTo(5);
    }
  }

  @Test
  void ofManyChangesOfOneKeyEachSeesTheOneBefore() throws Exception {
    try (Store one = open();
        Store other = open()) {
      String id = issue(one, "acme", null).record().id();
      atOnce(
          8,
          n -> {
            for (int i = 0; i < 5; i++) {
              (n % 2 == 0 ? one : other)
                  .apiKeys()
                  .change(
                      id,
                      key ->
                          as(key, key.status() == Status.ACTIVE ? Status.DISABLED : Status.ACTIVE));
            }
            return n;
          });
      assertThat(one.apiKeys().find(id).orElseThrow().version()).isEqualTo(41);
      assertThat(number("SELECT COUNT(*) FROM sallyport_change")).isEqualTo(41);
      assertThat(number("SELECT MAX(position) FROM sallyport_change")).isEqualTo(41);
    }
  }

  @Test
  void aChangeThatThrowsLeavesNothingBehind() {
    try (Store store = open()) {
      ApiKeyRecord key = issue(store, "acme", null).record();
      assertThatThrownBy(
              () ->
                  store
                      .apiKeys()
                      .change(
                          key.id(),
                          same -> {
                            throw new IllegalStateException("no");
                          }))
          .hasMessage("no");
      // An added key whose id is taken takes the change with it.
      assertThatThrownBy(
              () ->
                  store
                      .apiKeys()
                      .change(key.id(), same -> new Step(as(same, Status.REVOKED).record(), same)))
          .isInstanceOf(StoreUnavailableException.class);
      assertThat(store.apiKeys().find(key.id())).contains(key);
      assertThat(store.feed().read(0, 0).newest()).isEqualTo(1);
    }
  }

  @Test
  void theSameForeignKeyIsKeptOnce() throws Exception {
    List<KeyDigest> sameText = List.of(digest("p2", "sha256", 7), digest("p1", "sha256", 8));
    try (Store one = open();
        Store other = open()) {
      List<Boolean> kept =
          atOnce(
              4,
              n ->
                  (n % 2 == 0 ? one : other)
                      .apiKeys()
                      .insertForeign(foreign("key" + n, sameText.get(0)), sameText));
      assertThat(kept).containsOnlyOnce(true);
      ApiKeyRecord key = one.apiKeys().list(KeyQuery.ALL, 10, null).get(0);
      assertThat(one.apiKeys().findForeign(sameText)).contains(key.id());
      assertThat(one.apiKeys().findForeign(List.of(digest("p3", "sha256", 9)))).isEmpty();
      one.apiKeys().replaceDigest(key.id(), sameText.get(0), digest("p3", "sha256", 9));
      assertThat(one.apiKeys().findForeign(List.of(digest("p3", "sha256", 9)))).contains(key.id());
      assertThat(one.apiKeys().insertForeign(foreign("again", sameText.get(0)), sameText))
          .isFalse();
      assertThat(one.feed().read(0, 0).newest()).isEqualTo(1);
    }
  }

  @Test
  void usesAndDigestsAreNotedWithoutAVersionAndNotOfARevokedKey() {
    Instant noon = Instant.parse("2026-11-22T12:00:00Z");
    LastUse first = new LastUse(noon, "192.0.2.7");
    try (Store store = open()) {
      ApiKeyRecord key = issue(store, "acme", null).record();
      ApiKeyStore keys = store.apiKeys();
      keys.noteUse(key.id(), first);
      keys.noteUse(key.id(), new LastUse(noon.plusMillis(59_999), "192.0.2.8"));
      assertThat(keys.find(key.id()).orElseThrow().lastUse()).isEqualTo(first);
      LastUse second = new LastUse(noon.plusSeconds(60), null);
      keys.noteUse(key.id(), second);
      assertThat(keys.find(key.id()).orElseThrow().lastUse()).isEqualTo(second);
      keys.replaceDigest(key.id(), digest("no", "text", 1), digest("new", "text", 2));
      assertThat(keys.find(key.id()).orElseThrow().digest()).isEqualTo(key.digest());
      keys.replaceDigest(key.id(), key.digest(), digest("new", "text", 2));
      assertThat(keys.find(key.id()).orElseThrow().digest()).isEqualTo(digest("new", "text", 2));
      assertThat(becomes(store, key.id(), Status.REVOKED)).isTrue();
      keys.noteUse(key.id(), new LastUse(noon.plusSeconds(600), null));
      assertThat(keys.find(key.id()).orElseThrow().lastUse()).isEqualTo(second);
      assertThat(keys.find(key.id()).orElseThrow().version()).isEqualTo(2);
      assertThat(store.feed().read(0, 0).newest()).isEqualTo(2);
    }
  }

  @Test
  void aListHoldsWhatWasAskedFor() {
    Instant end = Instant.parse("2027-01-01T00:00:00Z");
    try (Store store = open()) {
      ApiKeys keys = keys(store);
      ApiKeyRecord plain = issue(store, "50%_of ACME!", null).record();
      ApiKeyRecord full =
          keys.issue(
                  KeyTerms.of("other")
                      .name("Nightly")
                      .description("of acme")
                      .plan("pro")
                      .expiresAt(end)
                      .build(),
                  Rooms.ADMIN)
              .record();
      assertThat(keys.revoke(plain.id(), null, Rooms.ADMIN)).isTrue();
      assertThat(ids(store, query(Status.ACTIVE, null, null, null, null)))
          .containsExactly(full.id());
      assertThat(ids(store, query(Status.REVOKED, null, null, null, null)))
          .containsExactly(plain.id());
      assertThat(ids(store, query(null, "pro", null, null, null))).containsExactly(full.id());
      assertThat(ids(store, query(null, null, "acme", null, null)))
          .containsExactlyInAnyOrder(full.id(), plain.id());
      assertThat(ids(store, query(null, null, "NIGHT", null, null))).containsExactly(full.id());
      assertThat(ids(store, query(null, null, "0%_O", null, null))).containsExactly(plain.id());
      assertThat(ids(store, query(null, null, "E!", null, null))).containsExactly(plain.id());
      assertThat(ids(store, query(null, null, "_", null, null))).containsExactly(plain.id());
      assertThat(ids(store, query(null, null, full.id().substring(3), null, null)))
          .containsExactly(full.id());
      assertThat(ids(store, query(null, null, null, end, null))).isEmpty();
      assertThat(ids(store, query(null, null, null, end.plusMillis(1), null)))
          .containsExactly(full.id());
      Instant later = full.createdAt().plusSeconds(3600);
      assertThat(ids(store, query(null, null, null, null, later)))
          .containsExactlyInAnyOrder(full.id(), plain.id());
      store.apiKeys().noteUse(full.id(), new LastUse(later, null));
      assertThat(ids(store, query(null, null, null, null, later))).containsExactly(plain.id());
      assertThat(ids(store, query(null, null, null, null, full.createdAt().minusSeconds(60))))
          .isEmpty();
    }
  }

  @Test
  void aNoticeIsClaimedOnceAndAnewWhenWhatItSaysHasChanged() {
    try (Store store = open()) {
      String id = issue(store, "acme", null).record().id();
      ApiKeyStore keys = store.apiKeys();
      assertThat(keys.claimEndNotice(id, 30)).isTrue();
      assertThat(keys.claimEndNotice(id, 30)).isFalse();
      assertThat(keys.claimEndNotice(id, 1)).isTrue();
      assertThat(keys.claimEndNotice(id, 7)).isFalse();
      Instant end = Instant.parse("2030-01-01T00:00:00Z");
      keys(store)
          .change(
              id,
              OptionalLong.empty(),
              edit -> new KeyEdit(edit.terms().edit().expiresAt(end).build(), true),
              Rooms.ADMIN);
      assertThat(keys.claimEndNotice(id, 30)).isTrue();
      assertThat(keys.claimIdleNotice(id)).isTrue();
      assertThat(keys.claimIdleNotice(id)).isFalse();
      keys.noteUse(id, new LastUse(Instant.now(), null));
      assertThat(keys.claimIdleNotice(id)).isTrue();
    }
  }

  @Test
  @Tag("slow")
  void amongAHundredThousandKeysFindAndListStayOnAnIndex() throws Exception {
    try (Store store = open()) {
      ApiKeyRecord key = issue(store, "acme", null).record();
      fill(100_000);
      assertThat(number("SELECT COUNT(*) FROM sallyport_key")).isEqualTo(100_001);
      assertOnIndex("SELECT * FROM sallyport_key WHERE id = ?", key.id());
      assertOnIndex(
          "SELECT id FROM sallyport_key WHERE digest_of <> 'text' AND digest IN (?, ?)", "a", "b");
      Instant now = Instant.now();
      for (KeyQuery query :
          List.of(
              KeyQuery.ALL,
              KeyQuery.ofOwner("owner7"),
              query(Status.ACTIVE, null, null, null, null),
              query(null, "plan3", null, null, null),
              query(null, null, "ner7", null, null),
              query(null, null, null, now, null),
              query(null, null, null, null, now),
              new KeyQuery("owner7", Status.ACTIVE, "plan3", "x", now, now))) {
        JdbcApiKeys.Listing listing = JdbcApiKeys.listing(query);
        List<Object> values = new ArrayList<>(listing.conditions());
        values.add(key.id());
        values.add(51);
        assertOnIndex(listing.sql(), values.toArray());
      }
      assertThat(store.apiKeys().list(KeyQuery.ofOwner("owner7"), 200, null)).hasSize(100);
    }
  }

  /** Keeps many keys, past us: of 1,000 owners, with 10 plans. */
  private void fill(int many) throws SQLException {
    String sql =
        "INSERT INTO sallyport_key (id, owner, plan, digest, environment, scopes, roles, status,"
            + " created_at, created_by, version, pepper_id)"
            + " VALUES (?, ?, ?, ?, 'live', '', '', 'ACTIVE', 0, 'test', 1, '')";
    past().setAutoCommit(false);
    try (PreparedStatement insert = past().prepareStatement(sql)) {
      for (int i = 0; i < many; i++) {
        insert.setString(1, String.format(Locale.ROOT, "k%013d", i));
        insert.setString(2, "owner" + i % 1000);
        insert.setString(3, "plan" + i % 10);
        insert.setString(4, String.format(Locale.ROOT, "%064x", i));
        insert.addBatch();
        if (i % 1000 == 999) insert.executeBatch();
      }
    }
    past().commit();
    past().setAutoCommit(true);
    execute(past(), analyze());
  }

  private void assertOnIndex(String sql, Object... values) throws SQLException {
    try (PreparedStatement explain = past().prepareStatement("EXPLAIN " + sql)) {
      for (int i = 0; i < values.length; i++) explain.setObject(i + 1, values[i]);
      try (ResultSet rows = explain.executeQuery()) {
        List<String> plan = new ArrayList<>();
        while (rows.next()) {
          List<String> columns = new ArrayList<>();
          for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
            columns.add(rows.getMetaData().getColumnLabel(i) + "=" + rows.getString(i));
          }
          plan.add(String.join(" ", columns));
        }
        assertThat(plan).as(sql).isNotEmpty().noneMatch(this::isScan);
        assertThat(String.join("\n", plan)).as(sql).containsPattern(index());
      }
    }
  }

  /** What a line of a plan says that no index serves. */
  abstract boolean isScan(String line);

  /** How a plan names an index. */
  abstract String index();

  /** Has the database count what it has. */
  String analyze() {
    return "ANALYZE";
  }

  private static boolean becomes(Store store, String id, Status status) {
    return store.apiKeys().change(id, key -> as(key, status)).orElseThrow().happened();
  }

  private static ApiKeyRecord foreign(String id, KeyDigest digest) {
    return new ApiKeyRecord(
        id,
        KeyTerms.of("acme").build(),
        Status.ACTIVE,
        null,
        Instant.EPOCH,
        "admin",
        Instant.EPOCH,
        "admin",
        new Lineage(id, null, null, null, null),
        null,
        1,
        digest);
  }

  private static KeyQuery query(
      @Nullable Status status,
      @Nullable String plan,
      @Nullable String text,
      @Nullable Instant expiresBefore,
      @Nullable Instant unusedSince) {
    return new KeyQuery(null, status, plan, text, expiresBefore, unusedSince);
  }

  private static List<String> ids(Store store, KeyQuery query) {
    return store.apiKeys().list(query, 10, null).stream().map(ApiKeyRecord::id).toList();
  }

  @Test
  void ofTwoNodesOneKeepsTheFirstKey() throws Exception {
    try (Store one = open();
        Store other = open()) {
      List<Boolean> kept =
          atOnce(
              4,
              n ->
                  (n % 2 == 0 ? one : other)
                      .apiKeys()
                      .insertFirst(record(one, "key" + n), () -> {}));
      assertThat(kept).containsOnlyOnce(true);
      assertThat(one.apiKeys().list(KeyQuery.ALL, 10, null)).hasSize(1);
      assertThat(other.feed().read(0, 0).newest()).isEqualTo(1);
    }
  }

  @Test
  void aFirstKeyWhoseFileCanNotBeWrittenIsNotKeptAndTheNextMayTry() {
    try (Store store = open()) {
      assertThatThrownBy(
              () ->
                  store
                      .apiKeys()
                      .insertFirst(
                          record(store, "first"),
                          () -> {
                            throw new IllegalStateException("no room");
                          }))
          .hasMessage("no room");
      assertThat(store.apiKeys().list(KeyQuery.ALL, 10, null)).isEmpty();
      assertThat(store.feed().read(0, 0).newest()).isZero();
      assertThat(store.apiKeys().insertFirst(record(store, "first"), () -> {})).isTrue();
    }
  }

  /**
   * The reader's mark may pass a number only when all before it are there to be read. A sequence
   * would let the second writer commit its number before the first.
   */
  @Test
  void aWriterThatPausesBetweenItsNumberAndItsCommitHoldsUpTheNextSoThatNothingIsSkipped()
      throws Exception {
    CountDownLatch numbered = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    try (Store one = open();
        Store other = open();
        Store third = open()) {
      ApiKeyRecord first = record(one, "first");
      Future<Boolean> pausing =
          threads.submit(
              () ->
                  one.apiKeys()
                      .insertFirst(
                          first,
                          () -> {
                            numbered.countDown();
                            awaitUnchecked(goOn);
                          }));
      numbered.await();
      Future<String> second = threads.submit(() -> issue(other, "acme", null).record().id());
      await()
          .during(Duration.ofMillis(500))
          .atMost(Duration.ofSeconds(10))
          .until(
              () ->
                  !second.isDone() && third.feed().read(0, 0).newest() == 0 && changes().isEmpty());
      goOn.countDown();
      assertThat(pausing.get()).isTrue();
      String id = second.get();
      assertThat(third.feed().read(0, 0).newest()).isEqualTo(2);
      assertThat(changes()).containsExactly("1 key " + first.id() + " 1", "2 key " + id + " 1");
    }
  }

  /** The same, by the reader itself: it polls all the while, and applies both. */
  @Test
  void aReaderThatPollsWhileAWriterPausesBeforeItsCommitAppliesBothChanges() throws Exception {
    CountDownLatch numbered = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger polls = new AtomicInteger();
    try (Store one = open();
        Store other = open();
        Store reader = open();
        Caches caches = following(reader, polls::incrementAndGet)) {
      ApiKeyRecord first = record(one, "first");
      ApiKeyRecord second = foreign("second", digest("none", "text", 1));
      RecordCache<ApiKeyRecord> copies =
          caches.records("sallyport.keys", CachedApiKeys.KIND, ApiKeyRecord::version);
      assertThat(copies.find(first.id(), reader.apiKeys()::find)).isEmpty();
      assertThat(copies.find(second.id(), reader.apiKeys()::find)).isEmpty();
      Runnable pause =
          () -> {
            numbered.countDown();
            awaitUnchecked(goOn);
          };
      Future<Boolean> pausing = threads.submit(() -> one.apiKeys().insertFirst(first, pause));
      numbered.await();
      Future<Boolean> next = threads.submit(() -> other.apiKeys().insert(second));
      int before = polls.get();
      await().until(() -> polls.get() > before + 10);
      assertThat(copies.find(first.id(), StoreContract::nobodyAsks)).isEmpty();
      assertThat(copies.find(second.id(), StoreContract::nobodyAsks)).isEmpty();
      goOn.countDown();
      assertThat(pausing.get()).isTrue();
      assertThat(next.get()).isTrue();
      await()
          .untilAsserted(
              () -> assertThat(copies.find(first.id(), reader.apiKeys()::find)).contains(first));
      await()
          .untilAsserted(
              () -> assertThat(copies.find(second.id(), reader.apiKeys()::find)).contains(second));
    }
  }

  @Test
  void aNodeThatSleptWhileChangesWereForgottenDropsEveryCopyAndSaysSoOnce() throws Exception {
    assertEveryCopyIsDroppedOnce(
        store -> store.feed().prune(store.feed().read(0, 0).newest()),
        "INFO the store is not as it was followed: change 1 is gone or is another one"
            + " now; every copy is dropped");
  }

  @Test
  void aRestoredBackupDropsEveryCopyAndSaysSoOnce() throws Exception {
    assertEveryCopyIsDroppedOnce(
        store -> {
          execute(past(), "DELETE FROM sallyport_change");
          execute(past(), "UPDATE sallyport_feed SET position = 0");
        },
        "INFO the store is not as it was followed: its changes go back to 0, as a restored backup's"
            + " do; every copy is dropped");
  }

  private interface Mishap {
    void happenTo(Store store) throws SQLException;
  }

  private void assertEveryCopyIsDroppedOnce(Mishap mishap, String line) throws Exception {
    AtomicInteger polls = new AtomicInteger();
    CountDownLatch sleeps = new CountDownLatch(1);
    CountDownLatch wakes = new CountDownLatch(1);
    try (Store store = open();
        CapturedLog log = new CapturedLog("sallyport.cache")) {
      ApiKeyRecord key = issue(store, "acme", null).record();
      Runnable sleep =
          () -> {
            if (polls.incrementAndGet() != 3) return;
            sleeps.countDown();
            awaitUnchecked(wakes);
          };
      try (Caches caches = following(store, sleep)) {
        RecordCache<ApiKeyRecord> copies =
            caches.records("sallyport.keys", CachedApiKeys.KIND, ApiKeyRecord::version);
        sleeps.await();
        assertThat(copies.find(key.id(), store.apiKeys()::find)).contains(key);
        keys(store).revoke(key.id(), null, Rooms.ADMIN);
        for (int i = 0; i < 5; i++) issue(store, "acme", null);
        mishap.happenTo(store);
        assertThat(copies.find(key.id(), StoreContract::nobodyAsks)).contains(key);
        wakes.countDown();
        await().until(() -> polls.get() > 10);
        assertThat(copies.find(key.id(), store.apiKeys()::find).orElseThrow().status())
            .isEqualTo(Status.REVOKED);
        assertThat(log.lines()).containsExactly(line);
      }
    }
  }

  /** Copies whose clock stands still: what is unknown stays so until the changes say otherwise. */
  private static Caches following(Store store, Runnable beforePoll) {
    CacheSettings settings =
        new CacheSettings(Duration.ofHours(1), 100, Duration.ofMillis(10), Duration.ofHours(1));
    ChangeSource counted =
        new ChangeSource() {
          @Override
          public Changes read(long from, int limit) {
            beforePoll.run();
            return store.feed().read(from, limit);
          }

          @Override
          public void prune(long upTo) {
            store.feed().prune(upTo);
          }
        };
    return Caches.open(settings, counted, () -> 0);
  }

  private static Optional<ApiKeyRecord> nobodyAsks(String id) {
    throw new AssertionError("read although nothing was committed: " + id);
  }

  @Test // catalogue S04
  void aChangeThatWaitsForAnotherWriterIsGivenUpAndReadersAreNotHeldUp() throws SQLException {
    StoreSettings impatient = new StoreSettings(database, null, true, Duration.ofSeconds(1));
    try (Store store = Store.open(impatient)) {
      past().setAutoCommit(false);
      execute(past(), "UPDATE sallyport_feed SET position = position + 1");
      long began = System.nanoTime();
      assertThatThrownBy(() -> issue(store, "acme", null))
          .isInstanceOf(StoreUnavailableException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .isBetween(Duration.ofMillis(500), Duration.ofSeconds(5));
      assertThat(store.feed().read(0, 0).newest()).isZero();
      assertThat(store.apiKeys().list(KeyQuery.ALL, 10, null)).isEmpty();
      past().rollback();
      past().setAutoCommit(true);
      assertThat(issue(store, "acme", null)).isNotNull();
      assertThat(store.feed().read(0, 0).newest()).isEqualTo(1);
    }
  }

  @Test
  void everyChangeIsNumberedWithoutAGapHoweverManyWriteAtOnce() throws Exception {
    try (Store one = open();
        Store other = open()) {
      atOnce(
          4,
          n -> {
            Store store = n % 2 == 0 ? one : other;
            for (int i = 0; i < 20; i++) {
              String id = issue(store, "acme", null).record().id();
              keys(store).revoke(id, null, Rooms.ADMIN);
              keys(store).revoke(id, null, Rooms.ADMIN);
            }
            return true;
          });
      assertThat(one.feed().read(0, 0).newest()).isEqualTo(160);
      assertThat(number("SELECT COUNT(*) FROM sallyport_change")).isEqualTo(160);
      assertThat(number("SELECT MIN(position) FROM sallyport_change")).isEqualTo(1);
      assertThat(number("SELECT MAX(position) FROM sallyport_change")).isEqualTo(160);
    }
  }

  @Test
  void nodesThatStartAtOnceOnAnEmptyDatabaseMakeItsTablesOnceAndAgreeOnTheIdKey() throws Exception {
    List<List<Byte>> idKeys =
        atOnce(
            4,
            n -> {
              try (Store store = open()) {
                List<Byte> idKey = new ArrayList<>();
                for (byte b : store.apiKeys().idKey()) idKey.add(b);
                return idKey;
              }
            });
    assertThat(new LinkedHashSet<>(idKeys)).hasSize(1);
    assertThat(number("SELECT COUNT(*) FROM sallyport_feed")).isEqualTo(1);
    assertThat(number("SELECT COUNT(*) FROM sallyport_schema_version WHERE version > 0"))
        .isEqualTo(Script.newest());
  }

  @Test
  void aStartThatWasKilledBetweenAnyTwoStatementsIsFinishedByTheNext() throws SQLException {
    List<String> all = Migrations.byHand(dialect(), 0);
    for (int done = 1; done < all.size(); done++) {
      Source.Url half = newDatabase(folder.resolve("half" + done));
      try (Connection connection = connection(half)) {
        for (String statement : all.subList(0, done)) execute(connection, statement);
        try (Store store = Store.open(settings(half, null, true))) {
          assertThat(issue(store, "acme", null)).isNotNull();
          assertThat(store.feed().read(0, 0).newest()).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void whereItMayNotMigrateItSaysWhatIsMissingAndMakesNothingAndTablesMadeByHandDo()
      throws SQLException {
    assertThatThrownBy(() -> Store.open(settings(database, null, false)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("sallyport.store.migrate is false and the tables lack version 1")
        .hasMessageContaining(
            "'java -cp sallyport-filter.jar io.github.sallyport.store.TablesSql DATABASE 0'")
        .hasMessageEndingWith("(the scripts are in io/github/sallyport/store/migration)");
    assertThatThrownBy(() -> number("SELECT COUNT(*) FROM sallyport_feed"))
        .isInstanceOf(SQLException.class);
    for (String statement : Migrations.byHand(dialect(), 0)) execute(past(), statement);
    try (Store store = Store.open(settings(database, null, false))) {
      assertThat(issue(store, "acme", null)).isNotNull();
    }
  }

  @Test
  void tablesOfANewerSallyportServeUntilTheySayThatThisOneIsTooOld() throws SQLException {
    open().close();
    int newest = Script.newest();
    execute(past(), "INSERT INTO sallyport_schema_version VALUES (" + (newest + 1) + ", 1)");
    try (Store store = open()) {
      assertThat(issue(store, "acme", null)).isNotNull();
    }
    execute(
        past(),
        "INSERT INTO sallyport_schema_version VALUES (" + (newest + 2) + ", " + (newest + 1) + ")");
    for (boolean migrate : new boolean[] {true, false}) {
      assertThatThrownBy(() -> Store.open(settings(database, null, migrate)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "the tables are of a newer Sallyport: they have version "
                  + (newest + 2)
                  + " and need one that knows at least version "
                  + (newest + 1)
                  + ", this one knows "
                  + newest);
    }
  }

  @Test
  void theTablesLieInTheSchemaThatIsSet() throws SQLException {
    String schema = "Doors" + System.nanoTime();
    execute(past(), "CREATE SCHEMA " + quoted(schema));
    try (Store store = Store.open(settings(database, schema, true))) {
      issue(store, "acme", null);
    }
    assertThat(number("SELECT COUNT(*) FROM " + quoted(schema) + ".sallyport_key")).isEqualTo(1);
    assertThatThrownBy(() -> number("SELECT COUNT(*) FROM sallyport_key"))
        .isInstanceOf(SQLException.class);
  }

  @Test
  void anApplicationThatMigratesFirstWithFlywayGoesOnDoingSo() {
    Flyway first = flyway().target("1").load();
    assertThat(first.migrate().migrationsExecuted).isEqualTo(1);
    try (Store store = open()) {
      issue(store, "acme", null);
    }
    first.validate();
    Flyway second = flyway().load();
    assertThat(second.migrate().migrationsExecuted).isEqualTo(1);
    second.validate();
    try (Store store = Store.open(settings(database, null, false))) {
      assertThat(store.feed().read(0, 0).newest()).isEqualTo(1);
    }
  }

  @Test
  void anApplicationThatMigratesSecondWithFlywayMustSayThatTheSchemaIsNotEmpty() {
    open().close();
    assertThatThrownBy(() -> flyway().load().migrate())
        .hasMessageContaining("no schema history table");
    Flyway application = flyway().baselineOnMigrate(true).baselineVersion("0").load();
    assertThat(application.migrate().migrationsExecuted).isEqualTo(2);
    application.validate();
    try (Store store = open()) {
      assertThat(issue(store, "acme", null)).isNotNull();
    }
    application.validate();
  }

  @Test
  void anApplicationThatMigratesSecondNeedsNoSettingWhereOursHaveASchemaOfTheirOwn()
      throws SQLException {
    String schema = "doors" + System.nanoTime();
    execute(past(), "CREATE SCHEMA " + quoted(schema));
    Store.open(settings(database, schema, true)).close();
    Flyway application = flyway().load();
    assertThat(application.migrate().migrationsExecuted).isEqualTo(2);
    application.validate();
    Store.open(settings(database, schema, true)).close();
  }

  // What follows is for the tests above and those to come.

  private String quoted(String name) {
    return dialect() == Dialect.MARIADB ? "`" + name + "`" : '"' + name + '"';
  }

  /** An application's own migrations, in the same database. */
  private FluentConfiguration flyway() {
    return Flyway.configure()
        .dataSource(database.url().reveal(), database.username(), null)
        .locations("classpath:io/github/sallyport/store/application");
  }

  final Store open() {
    return Store.open(settings(database, null, true));
  }

  static StoreSettings settings(Source.Url database, @Nullable String schema, boolean migrate) {
    return new StoreSettings(database, schema, migrate, PATIENT);
  }

  /** A connection past us. */
  final Connection past() {
    return Objects.requireNonNull(past);
  }

  static ApiKeys keys(Store store) {
    return new ApiKeys(Rooms.KEYS, store.apiKeys(), event -> {}, Clock.systemUTC());
  }

  static IssuedKey issue(Store store, String owner, @Nullable String name) {
    return keys(store).issue(KeyTerms.of(owner).name(name).build(), Rooms.ADMIN);
  }

  /** A record that could be kept, and is not. */
  static ApiKeyRecord record(Store store, String id) {
    return foreign(id, digest("none", "text", 0));
  }

  static KeyDigest digest(String pepperId, String of, int number) {
    return new KeyDigest(pepperId, of, String.format(Locale.ROOT, "%064x", number));
  }

  /** The same key with another status, one version on. */
  static Step as(ApiKeyRecord key, Status status) {
    if (key.status() == status || key.status() == Status.REVOKED) return new Step(key, null);
    return new Step(
        new ApiKeyRecord(
            key.id(),
            key.terms(),
            status,
            null,
            key.createdAt(),
            key.createdBy(),
            key.changedAt(),
            key.changedBy(),
            key.lineage(),
            key.lastUse(),
            key.version() + 1,
            key.digest()),
        null);
  }

  final long number(String sql) throws SQLException {
    return Long.parseLong(text(sql));
  }

  final String text(String sql) throws SQLException {
    return rows(sql).get(0);
  }

  /** The rows that a query answers, columns joined by spaces. */
  final List<String> rows(String sql) throws SQLException {
    try (Statement statement = past().createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> all = new ArrayList<>();
      while (rows.next()) {
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          columns.add(String.valueOf(rows.getString(i)));
        }
        all.add(String.join(" ", columns));
      }
      return all;
    }
  }

  /** The rows of the change feed. */
  final List<String> changes() throws SQLException {
    return rows("SELECT position, kind, id, version FROM sallyport_change ORDER BY position");
  }

  static Connection connection(Source.Url url) throws SQLException {
    return Connections.open(url.url().reveal(), url.username());
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** What several threads do that begin at once. */
  final <T> List<T> atOnce(int many, Numbered<T> work) throws Exception {
    CyclicBarrier start = new CyclicBarrier(many);
    List<Callable<T>> all = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      int n = i;
      all.add(
          () -> {
            start.await();
            return work.run(n);
          });
    }
    List<T> results = new ArrayList<>();
    for (Future<T> result : threads.invokeAll(all)) results.add(result.get());
    return results;
  }

  /** One of several. */
  @FunctionalInterface
  interface Numbered<T> {
    T run(int number) throws Exception;
  }

  private static void awaitUnchecked(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean fits(String text) {
    try {
      return KeyTerms.of(text).name(text).build() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static List<String> naughty() throws Exception {
    try (InputStream in =
        StoreContract.class.getResourceAsStream("/vectors/naughty_strings.open.json")) {
      List<?> strings = (List<?>) Json.readObject(in.readAllBytes()).get("strings");
      return Objects.requireNonNull(strings).stream().map(String::valueOf).toList();
    }
  }
}
