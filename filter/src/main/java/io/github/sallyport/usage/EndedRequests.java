package io.github.sallyport.usage;

import io.github.sallyport.Refusal;
import org.jspecify.annotations.Nullable;

/** Is told of each request that has ended. Waits for nobody. Safe for use by many threads. */
@FunctionalInterface
public interface EndedRequests {
  /**
   * Counts a request that has ended.
   *
   * @param keyId the key that made it; null: none that was established
   * @param rule the name of the path's rule
   * @param why it was refused by us; null: it was not
   * @param status of the answer
   * @param bytes of the answer's body
   * @param nanos how long it took
   */
  void count(
      @Nullable String keyId,
      String rule,
      @Nullable Refusal why,
      int status,
      long bytes,
      long nanos);
}
