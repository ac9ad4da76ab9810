package io.github.sallyport;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The caller on whose behalf this thread works right now.
 *
 * <p>Entered by the filter on each dispatch, by {@link Caller#wrap} and by whatever else runs a
 * task for a request, and left in {@code finally}; it never outlives any of them. Nothing else in
 * this house reads identity from a thread. Empty means that no Sallyport stood on the way, which is
 * not the same as {@link AnonymousCaller}: there one did, and nobody showed a credential.
 */
public final class CurrentCaller {
  private static final ThreadLocal<Caller> CURRENT = new ThreadLocal<>();

  private CurrentCaller() {}

  /** The caller; empty if no Sallyport stood on the way. */
  public static Optional<Caller> find() {
    return Optional.ofNullable(CURRENT.get());
  }

  /**
   * Makes this caller the current one until the scope is closed, by the thread that entered.
   *
   * @return what restores whoever was current before
   */
  public static Scope enter(Caller caller) {
    Scope scope = new Scope(CURRENT.get());
    CURRENT.set(Objects.requireNonNull(caller, "caller"));
    return scope;
  }

  /**
   * Makes nobody the current caller until the scope is closed, by the thread that entered.
   *
   * @return what restores whoever was current before
   */
  public static Scope enterNobody() {
    Scope scope = new Scope(CURRENT.get());
    CURRENT.remove();
    return scope;
  }

  /**
   * Puts another caller in the current one's place, inside the scope that was entered: the rest of
   * a request after {@code logout()}. Does nothing outside a scope.
   */
  public static void replace(Caller caller) {
    if (CURRENT.get() != null) CURRENT.set(Objects.requireNonNull(caller, "caller"));
  }

  /** Restores, when closed, the caller from before it was entered. */
  public static final class Scope implements AutoCloseable {
    private final @Nullable Caller before;

    private Scope(@Nullable Caller before) {
      this.before = before;
    }

    @Override
    public void close() {
      if (before == null) CURRENT.remove();
      else CURRENT.set(before);
    }
  }
}
