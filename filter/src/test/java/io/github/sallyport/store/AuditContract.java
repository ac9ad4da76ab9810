package io.github.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditChain;
import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.audit.AuditQuery;
import io.github.sallyport.audit.AuditStore.Position;
import io.github.sallyport.audit.AuditTrail;
import io.github.sallyport.audit.Link;
import io.github.sallyport.audit.Seals;
import io.github.sallyport.audit.Verification;
import io.github.sallyport.audit.Verification.Fault;
import io.github.sallyport.audit.Verification.Kind;
import io.github.sallyport.cache.CapturedLog;
import io.github.sallyport.key.Pepper;
import io.github.sallyport.key.PepperSeals;
import io.github.sallyport.store.StoreSettings.Source;
import io.github.sallyport.testing.HandClock;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every database must keep of audit, and show of those who changed it. */
abstract class AuditContract {
  private static final Duration KEEP = Duration.ofDays(30);
  private static final Seals SEALS = seals("0123456789abcdef0123456789abcdef");

  private final HandClock clock = new HandClock(Instant.parse("2026-11-25T12:00:00.123Z"));
  private Source.Url database;
  private Connection past;
  private Store store;

  /** An empty database that nobody else uses. */
  abstract Source.Url newDatabase() throws SQLException;

  @BeforeEach
  void open() throws SQLException {
    database = newDatabase();
    past = StoreContract.connection(database);
    store = Store.open(new StoreSettings(database, null, true, Duration.ofSeconds(20)));
  }

  @AfterEach
  void close() throws SQLException {
    store.close();
    past.close();
  }

  private static Seals seals(String... peppers) {
    return PepperSeals.of(
        Rooms.keySettings(
            Arrays.stream(peppers)
                .map(pepper -> new Pepper(pepper.getBytes(StandardCharsets.UTF_8)))
                .toList(),
            null));
  }

  private AuditChain chain(Seals seals) {
    return new AuditChain(store.audit(), seals, KEEP, clock);
  }

  /** An event with something in every column. */
  private AuditEvent event(int number) {
    Actor by =
        new Actor(
            "anna",
            "k" + number % 3,
            "acme",
            "s" + number % 2,
            "https://issuer.example",
            "r" + number,
            "192.0.2.7",
            "agent\t1",
            "GET",
            "/a/\u202E/" + number);
    return new AuditEvent(
        clock.now.plusMillis(number), "request.refused", "key_unknown", by, "t" + number, "why");
  }

  /** A closed run of ten events, with checkpoints behind the third, the sixth and the last. */
  private String run(Seals seals) {
    AuditChain chain = chain(seals);
    int number = 1;
    for (int size : new int[] {3, 3, 4}) {
      List<AuditEvent> batch = new ArrayList<>();
      for (int i = 0; i < size; i++) batch.add(event(number++));
      chain.keep(batch);
      if (number <= 7) {
        chain.tend();
        clock.now = clock.now.plusSeconds(60);
      }
    }
    chain.close();
    return chain.id();
  }

  private Verification verify() {
    return verify(SEALS);
  }

  private Verification verify(Seals seals) {
    return new AuditTrail("jdbc", event -> {}, store.audit(), seals, clock).verify();
  }

  private void sql(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = past.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) statement.setObject(i + 1, values[i]);
      assertThat(statement.executeUpdate()).as(sql).isPositive();
    }
  }

  private void assertFault(String chain, long seq, Kind kind) {
    assertThat(verify().fault()).isEqualTo(new Fault(chain, seq, kind));
    assertThat(verify().holds()).isFalse();
  }

  private void assertWhole() {
    assertThat(verify().fault()).isNull();
    assertThat(verify().holds()).isTrue();
  }

  @Test
  void anUntouchedRunVerifiesAndReadsBackAsItWasWritten() {
    String chain = run(SEALS);
    assertThat(verify()).isEqualTo(new Verification(1, 10, List.of(), List.of(), null));
    assertThat(store.audit().links(chain, 0, 100)).hasSize(10);
    assertThat(store.audit().links(chain, 6, 1).get(0).event().detail()).isEqualTo("why");
    assertThat(store.audit().links(chain, 6, 1).get(0).event().by().path())
        .isEqualTo("/a/\\u202E/7");
    assertThat(
            verify(seals("another-newer-pepper-of-32-bytes", "0123456789abcdef0123456789abcdef")))
        .isEqualTo(new Verification(1, 10, List.of(), List.of(), null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "action",
        "result",
        "code",
        "target",
        "detail",
        "actor",
        "key_id",
        "owner",
        "subject",
        "issuer",
        "request_id",
        "address",
        "user_agent",
        "method",
        "path",
        "previous",
        "seal"
      })
  void aChangedCharacterOfAnyTextIsSeen(String column) throws SQLException {
    String chain = run(SEALS);
    String before = text("SELECT " + column + " FROM sallyport_audit WHERE seq = 5");
    char end = before.charAt(before.length() - 1);
    String after = before.substring(0, before.length() - 1) + (end == '0' ? '1' : '0');
    sql("UPDATE sallyport_audit SET " + column + " = ? WHERE seq = 5", after);
    assertFault(chain, 5, Kind.CHANGED);
    sql("UPDATE sallyport_audit SET " + column + " = ? WHERE seq = 5", before);
    assertWhole();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"code", "target", "detail", "actor", "key_id", "subject", "user_agent", "path"})
  void whatIsTakenAwayFromAColumnIsSeen(String column) throws SQLException {
    String chain = run(SEALS);
    sql("UPDATE sallyport_audit SET " + column + " = NULL WHERE seq = 5");
    assertFault(chain, 5, Kind.CHANGED);
    sql("UPDATE sallyport_audit SET " + column + " = '' WHERE seq = 5");
    assertFault(chain, 5, Kind.CHANGED);
  }

  @Test
  void aTextThatMovesToTheNextColumnIsSeen() throws SQLException {
    String chain = run(SEALS);
    sql("UPDATE sallyport_audit SET code = 'key_unknownt', target = '5' WHERE seq = 5");
    assertFault(chain, 5, Kind.CHANGED);
  }

  @Test
  void anotherTimeNumberChainOrSecretIsSeen() throws SQLException {
    String chain = run(SEALS);
    sql("UPDATE sallyport_audit SET happened_at = happened_at + 1 WHERE seq = 5");
    assertFault(chain, 5, Kind.CHANGED);
    sql("UPDATE sallyport_audit SET happened_at = happened_at - 1 WHERE seq = 5");
    assertWhole();
    sql("UPDATE sallyport_audit SET seq = 500 WHERE seq = 5");
    assertFault(chain, 5, Kind.MISSING);
    sql("UPDATE sallyport_audit SET seq = 5 WHERE seq = 500");
    sql("UPDATE sallyport_audit SET seal_id = 'ffffffffffffffff' WHERE seq = 5");
    assertFault(chain, 5, Kind.FOREIGN_KEY);
    sql("UPDATE sallyport_audit SET seal_id = '', seal = '' WHERE seq = 5");
    assertThat(verify().holds()).isFalse();
    assertThat(verify(seals("another-pepper-of-32-bytes-or-so")).fault())
        .isEqualTo(new Fault(chain, 1, Kind.FOREIGN_KEY));
  }

  @Test
  void anEventThatIsMovedToAnotherRunIsMissedThere() throws SQLException {
    String first = run(SEALS);
    String second = run(SEALS);
    sql("UPDATE sallyport_audit SET chain = ? WHERE chain = ? AND seq = 10", "0".repeat(32), first);
    assertThat(verify().holds()).isFalse();
    sql("UPDATE sallyport_audit SET chain = ? WHERE chain = ?", first, "0".repeat(32));
    assertWhole();
    assertThat(second).isNotEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 5, 9})
  void aRemovedEventIsMissed(long seq) throws SQLException {
    String chain = run(SEALS);
    sql("DELETE FROM sallyport_audit WHERE seq = ?", seq);
    assertFault(chain, seq, Kind.MISSING);
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 8})
  void twoThatChangedPlacesAreSeen(long other) throws SQLException {
    String chain = run(SEALS);
    swap(4, other);
    assertFault(chain, 4, Kind.SWAPPED);
    swap(4, other);
    assertWhole();
  }

  private void swap(long one, long other) throws SQLException {
    sql("UPDATE sallyport_audit SET seq = -1 WHERE seq = ?", one);
    sql("UPDATE sallyport_audit SET seq = ? WHERE seq = ?", one, other);
    sql("UPDATE sallyport_audit SET seq = ? WHERE seq = -1", other);
  }

  @ParameterizedTest
  @ValueSource(longs = {10, 7, 2})
  void anEndThatWasCutOffIsMissed(long from) throws SQLException {
    String chain = run(SEALS);
    sql("DELETE FROM sallyport_audit WHERE seq >= ?", from);
    assertFault(chain, from, Kind.TAIL_CUT);
  }

  @Test
  void aRunThatWasWrittenAnewWithoutTheSecretIsSeen() throws SQLException {
    String chain = run(SEALS);
    Seals others = seals("what-the-attacker-takes-for-a-key");
    String id = SEALS.newest();
    Seals forging =
        new Seals() {
          @Override
          public String newest() {
            return id;
          }

          @Override
          public Optional<String> seal(String sealId, byte[] bytes) {
            return others.seal(others.newest(), bytes);
          }
        };
    sql("DELETE FROM sallyport_audit");
    sql("DELETE FROM sallyport_audit_checkpoint");
    String forged = run(forging);
    sql("UPDATE sallyport_audit SET chain = ? WHERE chain = ?", chain, forged);
    sql("UPDATE sallyport_audit_checkpoint SET chain = ? WHERE chain = ?", chain, forged);
    assertFault(chain, 1, Kind.FORGED);
    sql("DELETE FROM sallyport_audit_checkpoint");
    assertFault(chain, 1, Kind.FORGED);
  }

  @Test
  void aRunThatWasWrittenAnewWithoutAnySealIsNotTakenForGood() throws SQLException {
    String chain = run(Seals.OFF);
    assertThat(verify()).isEqualTo(new Verification(1, 10, List.of(), List.of(chain), null));
    assertThat(verify().holds()).isFalse();
    assertThat(verify(Seals.OFF).holds()).isFalse();
    sql("DELETE FROM sallyport_audit WHERE seq = 5");
    assertFault(chain, 5, Kind.MISSING);
  }

  @Test
  void anEventThatIsAddedBehindTheEndIsSeen() throws SQLException {
    String chain = run(SEALS);
    sql(
        "INSERT INTO sallyport_audit (chain, seq, happened_at, action, result, previous, seal_id,"
            + " seal) SELECT chain, 11, happened_at, action, result, seal, seal_id, seal"
            + " FROM sallyport_audit WHERE seq = 10");
    assertFault(chain, 11, Kind.CHANGED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"seq", "made_at", "number"})
  void aChangedCheckpointIsSeen(String column) throws SQLException {
    String chain = run(SEALS);
    sql(
        "UPDATE sallyport_audit_checkpoint SET "
            + column
            + " = "
            + column
            + " + 10 WHERE number = 2");
    assertThat(verify().fault()).isNotNull();
    assertThat(verify().fault().kind()).isEqualTo(Kind.CHECKPOINT_CHANGED);
    assertThat(verify().fault().chain()).isEqualTo(chain);
  }

  @Test
  void aCheckpointOfAnotherHeadKindOrSealIsSeen() throws SQLException {
    String chain = run(SEALS);
    for (String change : List.of("head = seal", "kind = 'PRUNED'", "kind = 'ODD'", "seal = head")) {
      String kind = text("SELECT kind FROM sallyport_audit_checkpoint WHERE number = 2");
      String head = text("SELECT head FROM sallyport_audit_checkpoint WHERE number = 2");
      String seal = text("SELECT seal FROM sallyport_audit_checkpoint WHERE number = 2");
      sql("UPDATE sallyport_audit_checkpoint SET " + change + " WHERE number = 2");
      assertThat(verify().fault()).as(change).isNotNull();
      sql(
          "UPDATE sallyport_audit_checkpoint SET kind = ?, head = ?, seal = ? WHERE number = 2",
          kind,
          head,
          seal);
      assertWhole();
    }
    assertThat(chain).hasSize(32);
  }

  @Test
  void aRemovedCheckpointIsMissedAndWithoutTheLastTheRunIsUnclosed() throws SQLException {
    String chain = run(SEALS);
    sql("DELETE FROM sallyport_audit_checkpoint WHERE number = 3");
    assertThat(verify()).isEqualTo(new Verification(1, 10, List.of(chain), List.of(), null));
    sql("DELETE FROM sallyport_audit_checkpoint WHERE number = 1");
    assertFault(chain, 6, Kind.CHECKPOINT_MISSING);
  }

  @Test
  void aRunThatGoesOnOrWasKilledIsUnclosedAndNoFault() {
    AuditChain chain = chain(SEALS);
    chain.keep(List.of(event(1), event(2)));
    chain.tend();
    chain.keep(List.of(event(3)));
    assertThat(verify()).isEqualTo(new Verification(1, 3, List.of(chain.id()), List.of(), null));
    chain.close();
    assertThat(verify()).isEqualTo(new Verification(1, 3, List.of(), List.of(), null));
  }

  @Test
  void checkpointsAreMadeOnceAMinuteWhereSomethingHappenedAndAreInTheLogToo() {
    try (CapturedLog log = new CapturedLog("sallyport.audit")) {
      AuditChain chain = chain(SEALS);
      chain.tend();
      assertThat(store.audit().checkpoints(chain.id())).isEmpty();
      chain.keep(List.of(event(1)));
      chain.tend();
      chain.keep(List.of(event(2)));
      chain.tend();
      assertThat(store.audit().checkpoints(chain.id())).hasSize(1);
      clock.now = clock.now.plusSeconds(60);
      chain.tend();
      chain.tend();
      clock.now = clock.now.plusSeconds(60);
      chain.tend();
      assertThat(store.audit().checkpoints(chain.id())).hasSize(2);
      chain.close();
      assertThat(log.lines()).hasSize(3);
      assertThat(log.lines().get(2))
          .startsWith("INFO {\"time\":\"2026-11-25T12:02:00.123Z\",\"action\":\"audit.checkpoint\"")
          .contains(chain.id(), "\"kind\":\"closed\"", "\"events\":2");
    }
  }

  @Test
  void whatIsOldIsRemovedUpToACheckpointAndTheRestStillVerifies() throws SQLException {
    String old = run(SEALS);
    AuditChain running = chain(SEALS);
    running.keep(List.of(event(1), event(2)));
    running.tend();
    running.keep(List.of(event(3)));
    clock.now = clock.now.plus(KEEP).minusSeconds(59);
    running.tend();
    assertThat(store.audit().links(old, 0, 100)).hasSize(4); // up to the sixth, a minute earlier
    assertWhole();
    clock.now = clock.now.plus(Duration.ofHours(1));
    running.keep(List.of(event(4)));
    running.tend();
    assertThat(store.audit().links(old, 0, 100)).isEmpty();
    assertThat(store.audit().links(running.id(), 0, 100))
        .extracting(Link::seq)
        .containsExactly(3L, 4L);
    assertThat(verify()).isEqualTo(new Verification(2, 2, List.of(running.id()), List.of(), null));

    sql("DELETE FROM sallyport_audit_checkpoint WHERE kind = 'PRUNED' AND chain = ?", running.id());
    assertFault(running.id(), 1, Kind.MISSING);
  }

  @Test
  void afterItsTimeNothingIsLeftOfARunEvenOfOneThatWasKilled() {
    AuditChain killed = chain(SEALS);
    killed.keep(List.of(event(1), event(2)));
    killed.tend();
    killed.keep(List.of(event(3)));
    clock.now = clock.now.plus(KEEP).plusSeconds(60);
    chain(SEALS).tend();
    assertThat(store.audit().links(killed.id(), 0, 100)).isEmpty();
    assertWhole();
    clock.now = clock.now.plus(KEEP).plusSeconds(60);
    chain(SEALS).tend();
    assertThat(store.audit().chains()).isEmpty();
  }

  @Test
  void whatCanNotBeVerifiedIsNotRemoved() throws SQLException {
    String chain = run(SEALS);
    sql("UPDATE sallyport_audit_checkpoint SET seq = 9 WHERE number = 3");
    clock.now = clock.now.plus(KEEP).plusSeconds(600);
    try (CapturedLog log = new CapturedLog("sallyport.audit")) {
      chain(SEALS).tend();
      assertThat(store.audit().links(chain, 0, 100)).hasSize(10);
      assertThat(log.text()).contains(chain, "can't be verified");
    }
  }

  @Test
  void whatWasCommittedAndNotHeardOfIsNotWrittenTwice() {
    AuditChain chain = chain(SEALS);
    chain.keep(List.of(event(1)));
    List<Link> there = store.audit().links(chain.id(), 0, 10);
    assertThat(store.audit().append(there)).isTrue();
    assertThat(store.audit().links(chain.id(), 0, 10)).isEqualTo(there);
    Link other = there.get(0);
    Link usurper =
        new Link(other.chain(), 1, event(9), other.previous(), other.sealId(), other.seal());
    assertThat(store.audit().append(List.of(usurper))).isFalse();
  }

  @Test
  void whoseChainSomebodyElseWritesIntoGoesOnInAnotherOne() throws SQLException {
    AuditChain chain = chain(SEALS);
    chain.keep(List.of(event(1)));
    String first = chain.id();
    sql(
        "INSERT INTO sallyport_audit (chain, seq, happened_at, action, result, previous, seal_id,"
            + " seal) SELECT chain, 2, 0, 'x', 'DONE', '', '', '' FROM sallyport_audit");
    chain.keep(List.of(event(2)));
    assertThat(chain.id()).isNotEqualTo(first);
    assertThat(store.audit().links(chain.id(), 0, 10)).hasSize(1);
    assertThat(verify().holds()).isFalse();
  }

  @Test
  void threeNodesWriteAtOnceAndEachHasAChainOfItsOwn() throws Exception {
    ExecutorService nodes = Executors.newFixedThreadPool(3);
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int node = 0; node < 3; node++) {
        done.add(
            nodes.submit(
                () -> {
                  AuditChain chain = chain(SEALS);
                  for (int i = 0; i < 40; i++) {
                    chain.keep(List.of(event(i), event(i)));
                    chain.tend();
                  }
                  chain.close();
                }));
      }
      for (Future<?> each : done) each.get();
    } finally {
      nodes.shutdownNow();
    }
    assertThat(verify()).isEqualTo(new Verification(3, 240, List.of(), List.of(), null));
  }

  @Test
  void eventsAreFoundByEachFilterTheNewestFirstAndPageByPage() {
    run(SEALS);
    clock.now = clock.now.plusSeconds(3600);
    String second = run(SEALS);
    assertThat(find(AuditQuery.ALL))
        .hasSize(20)
        .isSortedAccordingTo((a, b) -> b.event().time().compareTo(a.event().time()));
    assertThat(find(query("r4", null, null, null))).hasSize(2);
    assertThat(find(query(null, "k1", null, null))).hasSize(8);
    assertThat(find(query(null, "t5", null, null))).hasSize(2);
    assertThat(find(query(null, null, "s1", null))).hasSize(10);
    assertThat(find(query(null, null, null, "key_unknown"))).hasSize(20);
    assertThat(find(query(null, null, null, "KEY_UNKNOWN"))).isEmpty();
    assertThat(find(query("r4", "k1", "s0", "key_unknown"))).hasSize(2);
    assertThat(find(query("r4", "k2", null, null))).isEmpty();
    assertThat(find(query("' OR 1=1 --", null, null, null))).isEmpty();
    Instant from = store.audit().links(second, 0, 1).get(0).event().time();
    assertThat(find(new AuditQuery(null, null, null, null, from, null))).hasSize(10);
    assertThat(find(new AuditQuery(null, null, null, null, null, from))).hasSize(10);
    Set<Position> seen = new HashSet<>();
    Position after = null;
    for (int page = 0; page < 7; page++) {
      List<Link> found = store.audit().find(AuditQuery.ALL, 3, after);
      found.forEach(link -> assertThat(seen.add(Position.of(link))).isTrue());
      after = Position.of(found.get(found.size() - 1));
    }
    assertThat(seen).hasSize(20);
    assertThat(store.audit().find(AuditQuery.ALL, 3, after)).isEmpty();
  }

  @Test
  void anIndexServesEachFilterAndThePagesOfAll() throws SQLException {
    AuditChain chain = chain(SEALS);
    for (int batch = 0; batch < 8; batch++) {
      List<AuditEvent> events = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        int number = batch * 500 + i;
        Actor by =
            new Actor(
                "n", "k" + number, "o", "s" + number, "i", "r" + number, null, null, null, null);
        events.add(
            new AuditEvent(
                clock.now.plusSeconds(number), "x", "code-" + number, by, "t" + number, null));
      }
      chain.keep(events);
    }
    try (Statement statement = past.createStatement()) {
      statement.execute(analyze());
    }
    Position after = new Position(clock.now.plusSeconds(2000), chain.id(), 2000);
    assertOnIndex(query("r7", null, null, null), null);
    assertOnIndex(query(null, "k7", null, null), null);
    assertOnIndex(query(null, null, "s7", null), null);
    assertOnIndex(query(null, null, null, "code-7"), null);
    assertOnIndex(query(null, "k7", null, "code-7"), after);
    assertOnIndex(AuditQuery.ALL, null);
    assertOnIndex(AuditQuery.ALL, after);
  }

  private void assertOnIndex(AuditQuery query, @Nullable Position after) throws SQLException {
    List<Object> values = new ArrayList<>();
    String sql = "EXPLAIN " + JdbcAudit.select(query, 50, after, values);
    try (PreparedStatement statement = past.prepareStatement(sql)) {
      for (int i = 0; i < values.size(); i++) statement.setObject(i + 1, values.get(i));
      List<String> plan = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          StringBuilder line = new StringBuilder();
          for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
            line.append(rows.getMetaData().getColumnLabel(i)).append('=');
            line.append(rows.getString(i)).append(' ');
          }
          plan.add(line.toString());
        }
      }
      assertThat(plan).as(sql).isNotEmpty().noneMatch(this::isScan);
      assertThat(found(query, after)).as(sql).isNotEmpty();
    }
  }

  private List<Link> found(AuditQuery query, @Nullable Position after) {
    return query.key() != null && after != null
        ? find(query)
        : store.audit().find(query, 50, after);
  }

  /** What a line of a plan says that no index serves. */
  abstract boolean isScan(String line);

  /** Has the database count what it has. */
  String analyze() {
    return "ANALYZE";
  }

  private static AuditQuery query(
      @Nullable String request,
      @Nullable String key,
      @Nullable String subject,
      @Nullable String code) {
    return new AuditQuery(request, key, subject, code, null, null);
  }

  private List<Link> find(AuditQuery query) {
    return store.audit().find(query, 1000, null);
  }

  private String text(String sql) throws SQLException {
    try (PreparedStatement statement = past.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      assertThat(row.next()).isTrue();
      return row.getString(1);
    }
  }
}
