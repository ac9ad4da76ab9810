package io.github.sallyport.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Authentication;
import io.github.sallyport.Credential;
import io.github.sallyport.Secret;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.cache.CacheProvider;
import io.github.sallyport.cache.CacheSettings;
import io.github.sallyport.cache.Caches;
import io.github.sallyport.cache.ChangeSource;
import io.github.sallyport.cache.Changes;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Catalogue G21: who floods with keys that do not exist costs no memory, and nobody else a query.
 * It prints the heap in use, which docs/internals/performance.md has; {@code -Dflood=1000000}
 * floods every provider with as many.
 */
class FloodTest {
  private static final KeySettings SETTINGS =
      new KeySettings("sp", List.of(), null, false, null, Set.of());
  private static final byte[] ID_KEY = bytes("0123456789abcdef0123456789abcdef");
  private static final byte[] ANOTHER = bytes("fedcba9876543210fedcba9876543210");
  private static final int VALID = 1000;
  private static final int EARLY = 10_000;

  /** What as many copies as there are requests would take several times over. */
  private static final long MOST_BYTES = 32L << 20;

  private final Map<String, ApiKeyRecord> table = new HashMap<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final SecureRandom random = new SecureRandom();

  @Tag("slow")
  @ParameterizedTest
  @CsvSource({"EHCACHE, 1000000", "CAFFEINE, 100000", "CACHE2K, 100000"})
  void inventedKeysCostNoQueryAndUnknownOnesOneEachAndNeitherDrivesAValidOneOut(
      CacheProvider provider, int least) {
    int flood = Integer.getInteger("flood", least);
    CacheSettings cache =
        new CacheSettings(
            Duration.ofHours(1), VALID, Duration.ofHours(1), Duration.ofHours(2), provider, null);
    try (Caches caches = Caches.open(cache, new NoChanges(), () -> 0)) {
      CachedApiKeys keys = new CachedApiKeys(store(), caches);
      ApiKeys issuing = new ApiKeys(SETTINGS, keys, event -> {}, Clock.systemUTC());
      KeyUses uses = new KeyUses(SETTINGS, keys, issuing, Clock.systemUTC()); // writes nothing
      KeyAuthenticator door = new KeyAuthenticator(SETTINGS, keys, uses, Clock.systemUTC());
      List<Secret> valid = new ArrayList<>();
      for (int i = 0; i < VALID; i++) {
        valid.add(issuing.issue(KeyTerms.of("acme").build(), Actor.part("test")).key());
      }
      assertAllStand(door, valid);
      long before = heap();

      flood(door, new KeyFormat("sp", ANOTHER), flood);
      // One tag in 62^4 fits by chance.
      assertThat(asked.get()).isLessThan(5);
      asked.set(0);
      long between = heap();

      List<Secret> early = flood(door, new KeyFormat("sp", ID_KEY), flood);
      assertThat(asked).hasValue(flood);
      asked.set(0);
      long after = heap();
      System.out.printf(
          Locale.ROOT,
          "flood over %s: %,d valid; heap %.1f MB, after %,d invented %.1f MB, after as many"
              + " well-tagged unknown %.1f MB%n",
          provider.word(),
          VALID,
          before / 1e6,
          flood,
          between / 1e6,
          after / 1e6);
      assertThat(between - before).isLessThan(MOST_BYTES);
      assertThat(after - before).isLessThan(MOST_BYTES);

      assertAllStand(door, valid);
      assertThat(asked).as("copies of valid keys that the flood drove out").hasValue(0);
      for (Secret unknown : early) assertThat(refused(door, unknown)).isTrue();
      assertThat(asked.get()).as("unknown ids are not kept for long").isGreaterThan(EARLY - 2000);
    }
  }

  /** Shows that many keys which do not exist; hands out the first of them. */
  private List<Secret> flood(KeyAuthenticator door, KeyFormat format, int count) {
    List<Secret> early = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Secret text = format.make("live", KeyKind.SECRET, random).whole();
      if (!refused(door, text)) throw new AssertionError("a key that does not exist was let in");
      if (i < EARLY) early.add(text);
    }
    return early;
  }

  private void assertAllStand(KeyAuthenticator door, List<Secret> valid) {
    for (Secret key : valid) assertThat(refused(door, key)).isFalse();
  }

  private static boolean refused(KeyAuthenticator door, Secret text) {
    return door.authenticate(new Credential.ApiKey(text)) instanceof Authentication.No;
  }

  /** A table, and how often it was asked. */
  private ApiKeyStore store() {
    return (ApiKeyStore)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {ApiKeyStore.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "idKey" -> ID_KEY.clone();
                  case "countUnderOtherPeppers" -> 0L;
                  case "insert" -> {
                    ApiKeyRecord record = (ApiKeyRecord) arguments[0];
                    yield table.put(record.id(), record) == null;
                  }
                  case "find" -> {
                    asked.incrementAndGet();
                    yield Optional.ofNullable(table.get(arguments[0]));
                  }
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private static long heap() {
    for (int i = 0; i < 3; i++) System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static final class NoChanges implements ChangeSource {
    @Override
    public Changes read(long from, int limit) {
      return new Changes(0, List.of());
    }

    @Override
    public void prune(long upTo) {}
  }
}
