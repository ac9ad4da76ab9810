package io.github.sallyport.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.Credential;
import io.github.sallyport.Credential.ApiKey.Place;
import io.github.sallyport.Refusal;
import io.github.sallyport.Secret;
import io.github.sallyport.Sender;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.cache.CapturedLog;
import io.github.sallyport.key.ApiKeyRecord.Status;
import io.github.sallyport.key.ApiKeyStore;
import io.github.sallyport.key.IssuedKey;
import io.github.sallyport.key.KeyAuthenticator;
import io.github.sallyport.key.KeyDigest;
import io.github.sallyport.key.KeySettings;
import io.github.sallyport.key.KeyUses;
import io.github.sallyport.key.LastUse;
import io.github.sallyport.key.Pepper;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written behind the use of a key. */
class KeyUsesTest {
  private static final Pepper YOUNG = new Pepper("y".repeat(32).getBytes(StandardCharsets.UTF_8));

  @TempDir Path folder;
  private Rooms rooms;

  @BeforeEach
  void open() {
    rooms = new Rooms(folder);
  }

  @AfterEach
  void close() {
    rooms.close();
  }

  @Test
  void theLastUseIsNotedWithItsTimeAndAddressAndIsNoChange() {
    IssuedKey issued = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    assertThat(rooms.record(issued.record().id()).lastUse()).isNull();
    use(issued, "192.0.2.7");
    assertThat(rooms.record(issued.record().id()).lastUse()).isNull(); // behind the request
    rooms.uses.write();
    assertThat(rooms.record(issued.record().id()).lastUse())
        .isEqualTo(new LastUse(rooms.clock.now, "192.0.2.7"));
    assertThat(rooms.record(issued.record().id()).version()).isEqualTo(1);
    // There is a copy, which heard nothing of it; whoever asks for the record is told all the same.
    assertThat(rooms.keys.find(issued.record().id()).orElseThrow().lastUse()).isNotNull();
    assertThat(rooms.store.feed().read(0, 0).newest()).isEqualTo(1);
  }

  @Test
  void atMostOneUseAMinuteIsNoted() {
    IssuedKey issued = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    Instant first = rooms.clock.now;
    use(issued, "192.0.2.7");
    rooms.uses.write();
    rooms.clock.now = first.plusMillis(59_999);
    use(issued, "192.0.2.8");
    rooms.uses.write();
    assertThat(lastUse(issued)).isEqualTo(new LastUse(first, "192.0.2.7"));
    rooms.clock.now = first.plusSeconds(60);
    use(issued, "192.0.2.9");
    rooms.uses.write();
    assertThat(lastUse(issued)).isEqualTo(new LastUse(first.plusSeconds(60), "192.0.2.9"));
  }

  @Test
  void aClockThatWasSetBackKeepsNoUseFromBeingNoted() {
    IssuedKey issued = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    use(issued, "192.0.2.7");
    rooms.clock.now = rooms.clock.now.minus(Duration.ofHours(2));
    use(issued, "192.0.2.8"); // it takes the place of the one that was not written yet
    rooms.uses.write();
    assertThat(lastUse(issued)).isEqualTo(new LastUse(rooms.clock.now, "192.0.2.8"));
  }

  @Test
  void anAddressThatIsNoneIsLeftOut() {
    IssuedKey issued = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    use(issued, "fe80::1%" + "z".repeat(100));
    rooms.uses.write();
    assertThat(lastUse(issued)).isEqualTo(new LastUse(rooms.clock.now, null));
  }

  @Test // catalogue G30
  void theUseOfARevokedKeyIsNotNoted() {
    IssuedKey issued = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    use(issued, "192.0.2.7");
    rooms.keys.revoke(issued.record().id(), null, Rooms.ADMIN);
    assertThat(rooms.refusal(issued.key())).isEqualTo(Refusal.KEY_REVOKED);
    rooms.uses.write();
    assertThat(lastUse(issued)).isNull();
  }

  @Test
  void aRefusedUseIsNone() {
    IssuedKey issued =
        rooms.keys.issue(Rooms.request().edit().addresses("192.0.2.7").build(), Rooms.ADMIN);
    assertThat(rooms.refusal(issued.key(), new Sender("192.0.2.8", null)))
        .isEqualTo(Refusal.ADDRESS_REFUSED);
    rooms.uses.write();
    assertThat(lastUse(issued)).isNull();
    assertThat(rooms.refusal(issued.key(), new Sender("192.0.2.7", null))).isNull();
    rooms.uses.write();
    assertThat(lastUse(issued)).isNotNull();
  }

  @Test
  void aDigestMovesToTheNewestPepperWithoutAVersion() {
    IssuedKey issued = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    KeyDigest old = rooms.record(issued.record().id()).digest();
    reopen(List.of(YOUNG, Rooms.KEYS.peppers().get(0)));
    use(issued, "192.0.2.7");
    rooms.uses.write();
    KeyDigest moved = rooms.record(issued.record().id()).digest();
    assertThat(moved).isNotEqualTo(old);
    assertThat(moved.pepperId()).isNotEqualTo(old.pepperId());
    assertThat(rooms.record(issued.record().id()).version()).isEqualTo(1);
    reopen(List.of(YOUNG));
    assertThat(rooms.refusal(issued.key())).isNull();
    reopen(Rooms.KEYS.peppers());
    assertThat(rooms.refusal(issued.key())).isEqualTo(Refusal.KEY_UNKNOWN);
  }

  @Test
  void aDigestFromBeforeAnyPepperMovesToo() {
    reopen(List.of());
    IssuedKey issued = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    assertThat(rooms.record(issued.record().id()).digest().pepperId()).isEmpty();
    reopen(List.of(YOUNG));
    use(issued, "192.0.2.7");
    rooms.uses.write();
    assertThat(rooms.record(issued.record().id()).digest().pepperId()).isNotEmpty();
    assertThat(rooms.refusal(issued.key())).isNull();
  }

  @Test
  void aDigestThatMovesLateUndoesNoRevocation() {
    IssuedKey issued = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    reopen(List.of(YOUNG, Rooms.KEYS.peppers().get(0)));
    use(issued, "192.0.2.7");
    rooms.keys.revoke(issued.record().id(), "leaked", Rooms.ADMIN);
    rooms.uses.write();
    assertThat(rooms.record(issued.record().id()).status()).isEqualTo(Status.REVOKED);
    assertThat(rooms.record(issued.record().id()).version()).isEqualTo(2);
    assertThat(rooms.refusal(issued.key())).isEqualTo(Refusal.KEY_REVOKED);
  }

  @Test
  void whileTheStoreIsAwayUsesAreKeptAndNoRequestFails() {
    IssuedKey issued = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    AtomicBoolean down = new AtomicBoolean(true);
    KeyUses uses = new KeyUses(Rooms.KEYS, sometimes(down), rooms.keys, rooms.clock);
    show(uses, issued);
    try (CapturedLog log = new CapturedLog("sallyport.key")) {
      uses.write();
      uses.write();
      assertThat(log.lines())
          .containsExactly("WARNING the last use of API keys can't be noted now");
    }
    assertThat(lastUse(issued)).isNull();
    down.set(false);
    uses.write();
    assertThat(lastUse(issued)).isEqualTo(new LastUse(rooms.clock.now, "192.0.2.7"));
  }

  @Test
  void aUseThatCanNotBeWrittenForAnotherReasonIsGivenUpAndTheOthersAreNot() {
    IssuedKey bad = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    IssuedKey good = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    AtomicInteger asked = new AtomicInteger();
    ApiKeyStore failing =
        store(
            (method, arguments) -> {
              if (method.equals("noteUse") && arguments[0].equals(bad.record().id())) {
                asked.incrementAndGet();
                throw new IllegalStateException("no");
              }
            });
    KeyUses uses = new KeyUses(Rooms.KEYS, failing, rooms.keys, rooms.clock);
    show(uses, bad);
    show(uses, good);
    try (CapturedLog log = new CapturedLog("sallyport.key")) {
      uses.write();
      uses.write();
      assertThat(log.lines())
          .containsExactly("WARNING the last use of the API key " + bad.record().id() + " is lost");
    }
    assertThat(asked).hasValue(1);
    assertThat(lastUse(good)).isNotNull();
  }

  @Test
  void aUseThatIsNotedWhileAnEarlierOneIsWrittenIsNotLost() {
    IssuedKey issued = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    Instant first = rooms.clock.now;
    Runnable[] meanwhile = {() -> {}};
    ApiKeyStore store =
        store(
            (method, arguments) -> {
              if (method.equals("noteUse")) meanwhile[0].run();
            });
    KeyUses uses = new KeyUses(Rooms.KEYS, store, rooms.keys, rooms.clock);
    show(uses, issued);
    meanwhile[0] =
        () -> {
          meanwhile[0] = () -> {};
          rooms.clock.now = first.plusSeconds(60);
          show(uses, issued);
        };
    uses.write();
    uses.write();
    assertThat(lastUse(issued)).isEqualTo(new LastUse(first.plusSeconds(60), "192.0.2.7"));
  }

  @Test
  void theThreadWritesByItselfAndClosingWritesWhatIsLeft() {
    IssuedKey first = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    KeyUses uses = new KeyUses(Rooms.KEYS, rooms.store.apiKeys(), rooms.keys, rooms.clock).start();
    show(uses, first);
    await().untilAsserted(() -> assertThat(lastUse(first)).isNotNull());
    IssuedKey second = rooms.keys.issue(Rooms.request(), Rooms.ADMIN);
    show(uses, second);
    uses.close();
    uses.close();
    assertThat(lastUse(second)).isNotNull();
    await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().equals("sallyport-key-uses")));
  }

  private void reopen(List<Pepper> peppers) {
    rooms.close();
    rooms = new Rooms(folder, Rooms.keySettings(peppers, null), Rooms.CACHE);
  }

  private void use(IssuedKey key, String from) {
    assertThat(rooms.refusal(key.key(), new Sender(from, null))).isNull();
  }

  private void show(KeyUses uses, IssuedKey key) {
    KeySettings settings = Rooms.KEYS;
    new KeyAuthenticator(settings, rooms.store.apiKeys(), uses, rooms.clock)
        .authenticate(
            new Credential.ApiKey(
                new Secret(key.key().reveal()), Place.KEY_HEADER, new Sender("192.0.2.7", null)));
  }

  private @Nullable LastUse lastUse(IssuedKey key) {
    return rooms.record(key.record().id()).lastUse();
  }

  private ApiKeyStore sometimes(AtomicBoolean down) {
    return store(
        (method, arguments) -> {
          if (down.get()) throw new StoreUnavailableException("down");
        });
  }

  /** What is asked before the real store is. */
  private interface Before {
    void call(String method, Object[] arguments);
  }

  private ApiKeyStore store(Before before) {
    return (ApiKeyStore)
        Proxy.newProxyInstance(
            ApiKeyStore.class.getClassLoader(),
            new Class<?>[] {ApiKeyStore.class},
            (proxy, method, arguments) -> {
              before.call(method.getName(), arguments == null ? new Object[0] : arguments);
              try {
                return method.invoke(rooms.store.apiKeys(), arguments);
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            });
  }
}
