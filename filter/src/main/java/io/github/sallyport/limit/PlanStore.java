package io.github.sallyport.limit;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where plans are kept. Safe for use by many threads; what a method returns is durable before.
 *
 * <p>Every method may throw {@link io.github.sallyport.StoreUnavailableException}.
 */
public interface PlanStore {

  /** Reads all plans. A row that can't be read is reported to the operator and left out. */
  PlanSet read();

  /**
   * Keeps plans that never were. One that was deleted stays so.
   *
   * @return the names of those that were kept
   */
  List<String> seed(List<PlanRecord> plans);

  /**
   * Changes a plan, in one transaction in which nobody else changes any.
   *
   * @param step makes of the plan as it is, or none, what it shall be, or that it shall be none;
   *     its version is set here. What it throws undoes all and is passed on
   * @return all plans, as they are then
   */
  PlanSet change(String name, Function<Optional<PlanRecord>, Optional<PlanRecord>> step);
}
