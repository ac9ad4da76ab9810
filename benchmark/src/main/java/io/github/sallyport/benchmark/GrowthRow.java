package io.github.sallyport.benchmark;

import static io.github.sallyport.benchmark.Variant.require;

import io.github.sallyport.cache.CacheSettings;
import io.github.sallyport.cache.Caches;
import io.github.sallyport.cache.ChangeSource;
import io.github.sallyport.cache.Changes;
import io.github.sallyport.cache.RecordCache;
import io.github.sallyport.key.ApiKeyRecord;
import io.github.sallyport.key.ApiKeyRecord.Status;
import io.github.sallyport.key.KeyDigest;
import io.github.sallyport.key.KeyTerms;
import io.github.sallyport.key.Lineage;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The copy of a record found among few and among many, and the memory that a copy takes. */
final class GrowthRow implements Row {
  private static final int HOT = 64;
  private static final int SETTLED = 3; // collections, after which the heap is what is in use

  private final List<Caches> opened = new ArrayList<>();
  private final List<Variant> variants = new ArrayList<>();

  private GrowthRow(int... sizes) {
    for (int size : sizes) variants.add(among(size));
  }

  /**
   * @param sizes how many copies there are, in one cache each
   */
  static Row open(int... sizes) {
    return new GrowthRow(sizes);
  }

  @Override
  public String title() {
    return "the copy of a key's record found, " + HOT + " hot keys in rotation";
  }

  @Override
  public List<Variant> variants() {
    return variants;
  }

  @Override
  public void close() {
    opened.forEach(Caches::close);
  }

  private Variant among(int size) {
    long before = heap();
    Caches caches = Caches.open(settings(size), new NoChanges());
    opened.add(caches);
    RecordCache<ApiKeyRecord> records = caches.records("keys", "key", ApiKeyRecord::version);
    byte[][] hot = new byte[HOT][];
    for (int i = 0; i < size; i++) {
      String id = id(i);
      records.find(id, same -> Optional.of(record(same)));
      if (i % (size / HOT) == 0 && i / (size / HOT) < HOT) {
        hot[i / (size / HOT)] = id.getBytes(StandardCharsets.ISO_8859_1);
      }
    }
    long bytes = (heap() - before) / size;
    Rotation rotation = new Rotation(hot);
    return new Variant(
        String.format(Locale.ROOT, "among %,d, %,d bytes a copy", size, bytes),
        () -> {
          for (byte[] each : hot) {
            String id = new String(each, StandardCharsets.ISO_8859_1);
            require(find(records, id).id().equals(id), "another key's record");
          }
        },
        () -> find(records, rotation.next()));
  }

  private static ApiKeyRecord find(RecordCache<ApiKeyRecord> records, String id) {
    return records
        .find(
            id,
            same -> {
              throw new IllegalStateException("there is no copy of " + same);
            })
        .orElseThrow();
  }

  /** As a record comes from the store: nothing in it is shared with another one. */
  private static ApiKeyRecord record(String id) {
    Instant now = Instant.now();
    return new ApiKeyRecord(
        id,
        KeyTerms.of("owner of " + id)
            .name("name of " + id)
            .scopes(
                new String("orders:read".toCharArray()), new String("orders:write".toCharArray()))
            .roles(new String("clerk".toCharArray()))
            .plan(new String("pro".toCharArray()))
            .build(),
        Status.ACTIVE,
        null,
        now,
        "creator of " + id,
        now,
        "creator of " + id,
        new Lineage("l" + id, null, null, null, null),
        null,
        1,
        new KeyDigest("0123456789abcdef", "text", "ab".repeat(32)));
  }

  private static String id(int number) {
    return String.format(Locale.ROOT, "%014d", number);
  }

  private static CacheSettings settings(int size) {
    return new CacheSettings(
        Duration.ofHours(1), 2 * size, Duration.ofSeconds(2), Duration.ofMinutes(1));
  }

  private static long heap() {
    for (int i = 0; i < SETTLED; i++) System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** A store in which nothing changes. */
  private static final class NoChanges implements ChangeSource {
    @Override
    public Changes read(long from, int limit) {
      return new Changes(0, List.of());
    }

    @Override
    public void prune(long upTo) {}
  }
}
