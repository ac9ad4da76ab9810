package io.github.sallyport.limit;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What a request that has begun holds of its plan. Each of the two ways to let go of it works once,
 * however often it is called, and from whatever thread.
 */
public final class Taken {
  /** Nothing: the plan has neither concurrency nor quota. */
  public static final Taken NOTHING = new Taken(null, null);

  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicBoolean givenBack = new AtomicBoolean();
  private final @Nullable Runnable leave;
  private final @Nullable Runnable giveBack;

  /**
   * @param leave ends its being in flight; null: nobody counts that
   * @param giveBack gives its quota back; null: it took none
   */
  Taken(@Nullable Runnable leave, @Nullable Runnable giveBack) {
    this.leave = leave;
    this.giveBack = giveBack;
  }

  /** The request has ended, in whatever way: it is no longer one of those in flight. */
  public void end() {
    if (leave != null && ended.compareAndSet(false, true)) leave.run();
  }

  /** The request is refused after all: its caller does not pay for it. */
  public void giveBack() {
    if (giveBack != null && givenBack.compareAndSet(false, true)) giveBack.run();
  }
}
