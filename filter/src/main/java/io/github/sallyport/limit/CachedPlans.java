package io.github.sallyport.limit;

import io.github.sallyport.cache.Caches;
import io.github.sallyport.cache.RecordCache;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Plans from the store, with a copy of all of them kept in the process. */
public final class CachedPlans implements PlanStore {
  /** By which the change feed calls plans. */
  public static final String KIND = "plan";

  /** By which it calls all of them: they change as one. */
  public static final String ALL = "*";

  private final PlanStore store;
  private final RecordCache<PlanSet> copy;
  private final Supplier<Optional<PlanSet>> held;

  /** Takes its place among the copies, {@code sallyport.plans}. */
  public CachedPlans(PlanStore store, Caches caches) {
    this.store = store;
    this.copy = caches.records("sallyport.plans", KIND, PlanSet::version);
    this.held = copy.held(ALL, all -> Optional.of(store.read()));
  }

  @Override
  public PlanSet read() {
    return held.get().orElseThrow();
  }

  @Override
  public List<String> seed(List<PlanRecord> plans) {
    return copy.change(ALL, () -> store.seed(plans), seeded -> null);
  }

  @Override
  public PlanSet change(String name, Function<Optional<PlanRecord>, Optional<PlanRecord>> step) {
    return copy.change(ALL, () -> store.change(name, step), made -> made);
  }
}
