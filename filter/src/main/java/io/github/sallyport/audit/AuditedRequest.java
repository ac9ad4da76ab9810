package io.github.sallyport.audit;

import io.github.sallyport.AnonymousCaller;
import io.github.sallyport.Caller;
import io.github.sallyport.Refused;
import io.github.sallyport.audit.AuditEvent.Result;
import java.time.Clock;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What audit is told of one request. A refused request is told of once, however often it is asked,
 * and answered: by the request's own event, or by that of an access that was to be audited anyway.
 */
public final class AuditedRequest {
  private static final System.Logger LOG = System.getLogger("sallyport.audit");
  private static final ThreadLocal<AuditedRequest> CURRENT = new ThreadLocal<>();

  private final AuditSink sink;
  private final Actor actor;
  private final ShownToken token;
  private final Clock clock;
  private final AtomicBoolean refused;
  // Those that nobody settled yet; the newest first.
  private final Deque<Access> open = new ConcurrentLinkedDeque<>();

  /**
   * A request of which no token is known.
   *
   * @param actor who calls, and in which request
   */
  public AuditedRequest(AuditSink sink, Actor actor, Clock clock) {
    this(sink, actor, AnonymousCaller.INSTANCE, clock);
  }

  /**
   * @param actor who calls, and in which request
   * @param caller the same, as it was established: of its token events tell the id, and those of
   *     accesses for which client it was issued and what was granted with it
   */
  public AuditedRequest(AuditSink sink, Actor actor, Caller caller, Clock clock) {
    this(
        Objects.requireNonNull(sink, "sink"),
        Objects.requireNonNull(actor, "actor"),
        ShownToken.of(caller),
        Objects.requireNonNull(clock, "clock"),
        new AtomicBoolean());
  }

  private AuditedRequest(
      AuditSink sink, Actor actor, ShownToken token, Clock clock, AtomicBoolean refused) {
    this.sink = sink;
    this.actor = actor;
    this.token = token;
    this.clock = clock;
    this.refused = refused;
  }

  /**
   * The same request for work beside it, on another thread: accesses that are open here are not
   * that one's to settle, nor the other way round. Refused it is once, in both.
   */
  public AuditedRequest beside() {
    return new AuditedRequest(sink, actor, token, clock, refused);
  }

  /** The request that this thread works for; empty if no Sallyport stood on the way. */
  public static Optional<AuditedRequest> current() {
    return Optional.ofNullable(CURRENT.get());
  }

  /** Makes this the current one until the scope is closed, by the thread that entered. */
  public Scope enter() {
    Scope scope = restoring(CURRENT.get());
    CURRENT.set(this);
    return scope;
  }

  /** Makes none the current one until the scope is closed, by the thread that entered. */
  public static Scope enterNone() {
    Scope scope = restoring(CURRENT.get());
    CURRENT.remove();
    return scope;
  }

  private static Scope restoring(@Nullable AuditedRequest before) {
    return () -> {
      if (before == null) CURRENT.remove();
      else CURRENT.set(before);
    };
  }

  /** Restores, when closed, what was current before. */
  @FunctionalInterface
  public interface Scope extends AutoCloseable {
    @Override
    void close();
  }

  /** Who calls, and in which request. */
  public Actor actor() {
    return actor;
  }

  /** Tells that the request is refused, unless that is told already. Never throws. */
  public void refuse(Refused why) {
    if (refused.get()) return;
    Access access = open.peek();
    try {
      if (access != null) access.settle(Result.REFUSED, why, null);
      else tell(why);
    } catch (RuntimeException e) {
      // The request is refused in either case: that the record is lost must not let anybody in.
      LOG.log(System.Logger.Level.ERROR, "a refusal could not be audited", e);
    }
  }

  /**
   * Tells that the request is denied what it asks for, in the words of another standard than the
   * published codes. Never throws.
   *
   * @param code that standard's
   */
  public void deny(String action, Actor by, String code, String detail) {
    if (!refused.compareAndSet(false, true)) return;
    try {
      sink.record(new AuditEvent(clock.instant(), action, code, by, token.id(), detail));
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "a refusal could not be audited", e);
    }
  }

  private void tell(Refused why) {
    if (!refused.compareAndSet(false, true)) return;
    sink.record(
        new AuditEvent(
            clock.instant(),
            "request.refused",
            Result.REFUSED,
            why.refusal().code(),
            actor,
            target(why),
            why.detail()));
  }

  /** What the refusal is about; where it does not say so, the token that was shown. */
  private @Nullable String target(@Nullable Refused why) {
    return why != null && why.publicId() != null ? why.publicId() : token.id();
  }

  /**
   * Begins an access of which one event will tell. Two may stand before one method: the second gets
   * the access that the first began.
   *
   * @param action how the event calls it
   * @param what which method
   * @throws io.github.sallyport.StoreUnavailableException if audit has no room; then it must not
   *     take place
   */
  public Access begin(String action, String what) {
    return open.stream()
        .filter(access -> access.what.equals(what))
        .findFirst()
        .orElseGet(() -> opened(action, what));
  }

  private Access opened(String action, String what) {
    Access access = new Access(action, what, sink.reserve());
    open.push(access);
    return access;
  }

  /** Settles what nobody else did: the request ended with this, and none of them will return. */
  public void fail(Throwable thrown) {
    for (Access access = open.peek(); access != null; access = open.peek()) access.fail(thrown);
  }

  /** One access. What settles it first counts. */
  public final class Access {
    private final String action;
    private final String what;
    private final AuditSink.Place place;
    private final AtomicBoolean settled = new AtomicBoolean();

    private Access(String action, String what, AuditSink.Place place) {
      this.action = action;
      this.what = what;
      this.place = place;
    }

    /** It returned. */
    public void allow() {
      settle(Result.ALLOWED, null, null);
    }

    /** It was refused, and so is the request. */
    public void refuse(Refused why) {
      settle(Result.REFUSED, why, null);
    }

    /** It was let in and threw. */
    public void fail(Throwable thrown) {
      // A message may hold anything; its class says where to look.
      settle(Result.FAILED, null, thrown.getClass().getName());
    }

    /** It was answered with this status, and nobody knows why. */
    public void fail(int status) {
      settle(Result.FAILED, null, "answered " + status);
    }

    private void settle(Result result, @Nullable Refused why, @Nullable String fault) {
      if (!settled.compareAndSet(false, true)) return;
      open.remove(this);
      if (why != null) refused.set(true);
      String more = why != null ? why.detail() : fault;
      try (place) {
        place.record(
            new AuditEvent(
                clock.instant(),
                action,
                result,
                why == null ? null : why.refusal().code(),
                actor,
                target(why),
                token.toldAfter(more == null ? what : what + ": " + more)));
      }
    }
  }
}
