package io.github.sallyport.benchmark;

import static io.github.sallyport.benchmark.Variant.require;
import static java.util.Objects.requireNonNull;

import io.github.sallyport.Application;
import io.github.sallyport.Caller;
import io.github.sallyport.EstablishedCaller;
import io.github.sallyport.Secret;
import io.github.sallyport.audit.AuditSink;
import io.github.sallyport.cache.CacheSettings;
import io.github.sallyport.cache.Caches;
import io.github.sallyport.cache.SharedNumbers;
import io.github.sallyport.limit.Admission;
import io.github.sallyport.limit.CachedPlans;
import io.github.sallyport.limit.Limit;
import io.github.sallyport.limit.LimitSettings;
import io.github.sallyport.limit.Limiter;
import io.github.sallyport.limit.Plan;
import io.github.sallyport.limit.Plans;
import io.github.sallyport.limit.Quota;
import io.github.sallyport.limit.Quotas;
import io.github.sallyport.limit.SharedBuckets;
import io.github.sallyport.limit.Verdict;
import io.github.sallyport.store.Store;
import io.github.sallyport.store.StoreSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What a plan costs a request: its permits, its being in flight, its part of the quota, and the end
 * of it. Plans come from the store's copies, and blocks of quotas are settled in the background.
 */
final class LimiterRow implements Row {
  private static final int LINEAGES = 64;
  private static final Limit MANY = Limit.of(Limit.MOST, Duration.ofSeconds(1));
  private static final Limit MORE = Limit.of(Limit.MOST, Duration.ofMinutes(1));
  private static final Quota QUOTA = Quota.of(Quota.MOST, Quota.Cycle.MONTH);
  private static final List<Plan> PLANS =
      List.of(
          new Plan("one", List.of(MANY)),
          new Plan("two", List.of(MANY, MORE)),
          new Plan("flight", List.of(), null, 100),
          new Plan("quota", List.of(), QUOTA, null),
          new Plan("all", List.of(MANY, MORE), QUOTA, 100),
          new Plan(
              "spent",
              List.of(Limit.of(1, Duration.ofDays(1))),
              Quota.of(1, Quota.Cycle.MONTH),
              1));
  private static final AtomicInteger DATABASES = new AtomicInteger();

  private final Store store;
  private final Caches caches;
  private final Quotas quotas;
  private final Limiter limiter;
  private final SharedBuckets shared;
  private final Limiter sharing;

  LimiterRow() {
    String url = "jdbc:h2:mem:limiter" + DATABASES.incrementAndGet();
    store =
        Store.open(
            new StoreSettings(
                new StoreSettings.Source.Url(new Secret(url), "sa", null),
                null,
                true,
                Duration.ofSeconds(2)));
    caches =
        Caches.open(
            new CacheSettings(
                Duration.ofMinutes(5), 1_000, Duration.ofSeconds(2), Duration.ofMinutes(1)),
            store.feed());
    LimitSettings settings = new LimitSettings(PLANS, null, null);
    AuditSink nobody = event -> {};
    Plans plans =
        new Plans(settings, new CachedPlans(store.plans(), caches), nobody, Clock.systemUTC())
            .seed();
    quotas = new Quotas(store.quotas(), nobody, System::nanoTime, Clock.systemUTC()).start();
    limiter = new Limiter(settings, plans::all, System::nanoTime, quotas);
    shared = new SharedBuckets(new ClusterInAMap(), settings, System::nanoTime).start();
    sharing = new Limiter(settings, plans::all, System::nanoTime, quotas, shared);
  }

  @Override
  public String title() {
    return "a request held to its plan, from its permits to its end; "
        + LINEAGES
        + " lineages in rotation";
  }

  @Override
  public List<Variant> variants() {
    return List.of(
        limit(),
        sallyport("no plan", null),
        sallyport("one rate limit", "one"),
        sallyport("one rate limit, by a lease", "one", sharing),
        sallyport("two rate limits", "two"),
        sallyport("a concurrency", "flight"),
        sallyport("a quota", "quota"),
        sallyport("two limits, concurrency and quota", "all"));
  }

  private static Variant limit() {
    Map<String, AtomicLong> counts = new ConcurrentHashMap<>();
    for (int i = 0; i < LINEAGES; i++) counts.put("lineage" + i, new AtomicLong());
    String[] lineages = counts.keySet().toArray(String[]::new);
    int[] next = {0};
    return new Variant(
        "limit: a count in a map",
        () -> require(counts.size() == LINEAGES, "it does not count each"),
        () -> requireNonNull(counts.get(lineages[next[0]++ & (LINEAGES - 1)])).incrementAndGet());
  }

  private Variant sallyport(String name, @Nullable String plan) {
    return sallyport(name, plan, limiter);
  }

  private static Variant sallyport(String name, @Nullable String plan, Limiter limiter) {
    Caller[] callers = new Caller[LINEAGES];
    for (int i = 0; i < LINEAGES; i++) callers[i] = caller("lineage" + i, plan);
    int[] next = {0};
    return new Variant(
        name,
        () -> {
          require(
              isLetIn(limiter, caller("checked", plan)), "it refuses a caller who has enough left");
          isLetIn(limiter, caller("spender", "spent"));
          require(!isLetIn(limiter, caller("spender", "spent")), "it lets in who has nothing left");
        },
        () -> isLetIn(limiter, callers[next[0]++ & (LINEAGES - 1)]));
  }

  private static boolean isLetIn(Limiter limiter, Caller caller) {
    Verdict verdict = limiter.take(caller, "192.0.2.1", 1);
    if (verdict instanceof Verdict.Wait) return false;
    if (!(limiter.begin(caller, "192.0.2.1", 1) instanceof Admission.Begun begun)) return false;
    begun.taken().end();
    return true;
  }

  private static Caller caller(String lineage, @Nullable String plan) {
    Application key =
        new Application(
            lineage, lineage, false, "acme", plan, "live", Set.of(), Set.of(), null, false);
    return EstablishedCaller.byKey(key, Instant.now());
  }

  /** What a cluster would keep, without a cluster: it is asked in the background. */
  private static final class ClusterInAMap implements SharedNumbers {
    private final Map<String, long[]> all = new ConcurrentHashMap<>();

    @Override
    public long @Nullable [] read(String name) {
      return all.get(name);
    }

    @Override
    public boolean replace(String name, long @Nullable [] before, long[] after, Duration life) {
      return before == null
          ? all.putIfAbsent(name, after) == null
          : all.replace(name, before, after); // the very array that was read
    }

    @Override
    public long millis() {
      return System.currentTimeMillis();
    }
  }

  @Override
  public void close() {
    shared.close();
    quotas.close();
    caches.close();
    store.close();
  }
}
