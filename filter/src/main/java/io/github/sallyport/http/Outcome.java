package io.github.sallyport.http;

import io.github.sallyport.AnonymousCaller;
import io.github.sallyport.Caller;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.access.Rule;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditedRequest;
import io.github.sallyport.limit.Standing;
import io.github.sallyport.limit.Taken;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * How the one walk of a request ended. It lies in a request attribute, so that every later dispatch
 * of the request finds it and nobody is asked twice; only this room can make one, so that nobody
 * can put a caller there.
 */
public final class Outcome {
  private static final String ATTRIBUTE = Outcome.class.getName();

  /** Said of a key only after its secret has matched: so nobody has others' keys counted. */
  private static final Set<Refusal> OF_A_KEY =
      Set.of(
          Refusal.KEY_REVOKED,
          Refusal.KEY_DISABLED,
          Refusal.KEY_NOT_YET_VALID,
          Refusal.KEY_EXPIRED,
          Refusal.ADDRESS_REFUSED);

  // A header may say anything, and no sum may run over by it: 1 TiB.
  private static final long MOST_BYTES = 1L << 40;

  private final Corridor corridor;
  private final AuditedRequest audited;
  private final Set<Scheme> schemes;
  private final Set<String> credentialHeaders;
  private final @Nullable String credentialCookie;
  private final boolean credentialRead;
  private final int cost;
  // Written by the thread of the first dispatch, before any other can know of it.
  private volatile @Nullable Refused refused;
  private volatile @Nullable Standing standing;
  private volatile Taken taken = Taken.NOTHING;
  private final AtomicBoolean counted = new AtomicBoolean();
  // Written by the thread of the walk alone, before any other can know of it.
  private String rule = Rule.NONE;
  private long began;
  // The last refusal that was answered, by whatever thread did.
  private volatile @Nullable Refused answered;
  // Replaced by logout(), on whatever thread the application calls it.
  private volatile Caller caller;
  // Written by the thread of the first dispatch alone.
  private boolean passedFilter;

  private Outcome(
      Corridor corridor,
      Actor actor,
      Set<Scheme> schemes,
      Set<String> credentialHeaders,
      @Nullable String credentialCookie,
      boolean credentialRead,
      @Nullable Refused refused,
      @Nullable Standing standing,
      Caller caller,
      int cost) {
    this.corridor = corridor;
    this.audited = corridor.audited(actor, caller);
    this.schemes = schemes;
    this.credentialHeaders = credentialHeaders;
    this.credentialCookie = credentialCookie;
    this.credentialRead = credentialRead;
    this.refused = refused;
    this.standing = standing;
    this.caller = caller;
    this.cost = cost;
  }

  static Outcome established(
      Corridor corridor,
      Actor actor,
      Caller caller,
      Set<Scheme> schemes,
      Shown.Presented shown,
      @Nullable Standing standing,
      int cost) {
    return new Outcome(
        corridor,
        actor.by(caller),
        schemes,
        shown.headers(),
        shown.cookie(),
        true,
        null,
        standing,
        CallerWithToken.of(caller, shown.credential()),
        cost);
  }

  static Outcome anonymous(Corridor corridor, Actor actor, boolean credentialRead) {
    return new Outcome(
        corridor,
        actor,
        Set.of(),
        Set.of(),
        null,
        credentialRead,
        null,
        null,
        AnonymousCaller.INSTANCE,
        0);
  }

  static Outcome refused(Corridor corridor, Actor actor, Set<Scheme> schemes, Refused why) {
    return new Outcome(
        corridor, actor, schemes, Set.of(), null, true, why, null, AnonymousCaller.INSTANCE, 0);
  }

  static Outcome limited(
      Corridor corridor, Actor actor, Set<Scheme> schemes, Refused why, Standing standing) {
    return new Outcome(
        corridor, actor, schemes, Set.of(), null, true, why, standing, AnonymousCaller.INSTANCE, 0);
  }

  /** The outcome of this request's walk; empty if it did not pass here. */
  static Optional<Outcome> of(ServletRequest request) {
    return Optional.ofNullable((Outcome) request.getAttribute(ATTRIBUTE));
  }

  /**
   * Who calls, and in which request, for audit.
   *
   * @throws IllegalStateException if the request did not pass the filter
   */
  public static Actor actorOf(ServletRequest request) {
    return of(request)
        .orElseThrow(() -> new IllegalStateException("the request did not pass Sallyport's filter"))
        .audited
        .actor();
  }

  /**
   * Tells whether the path rules would let the current caller of this request go elsewhere.
   *
   * @param path within the context
   * @param methods any of them; none: GET
   */
  public static boolean mayAccess(ServletRequest request, String path, List<String> methods) {
    Optional<Outcome> outcome = of(request);
    if (outcome.isEmpty()) return false;
    List<String> asked = methods.isEmpty() ? List.of("GET") : methods;
    Outcome here = outcome.get();
    return asked.stream().anyMatch(method -> here.corridor.mayAccess(path, method, here.caller));
  }

  /**
   * This, which is counted when it has ended.
   *
   * @param rule the name of the path's rule
   * @param nanos when it began, by {@link System#nanoTime}
   */
  Outcome countedAs(String rule, long nanos) {
    this.rule = rule;
    this.began = nanos;
    return this;
  }

  void attachTo(ServletRequest request) {
    request.setAttribute(ATTRIBUTE, this);
  }

  Optional<Refused> refused() {
    return Optional.ofNullable(refused);
  }

  /** Who was established; {@link AnonymousCaller} if nobody was, or the request was refused. */
  public Caller caller() {
    return caller;
  }

  /** Tells whether the request must not reach the application. */
  public boolean isRefused() {
    return refused != null;
  }

  /**
   * Writes the refusal as the whole answer.
   *
   * @throws IllegalStateException if the request is not refused
   */
  public void writeRefusal(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    write(refused().orElseThrow(IllegalStateException::new), request, response);
  }

  /** Refuses a request that showed nothing, where the container needs a caller. */
  public void writeMissing(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    write(corridor.missing(), request, response);
  }

  private void write(Refused why, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    mark(response);
    Answer answer = refuse(why);
    AnswerWriter.write(answer, request, response);
    count(answer.status(), answer.body().length);
  }

  /** Puts the headers on a refusal that every answer to this request has. */
  void mark(HttpServletResponse response) {
    response.setHeader(Corridor.REQUEST_ID, requestId());
    markLimits(response);
  }

  /** Tells a limited caller how it stands; who has logged out is none any more. */
  void markLimits(HttpServletResponse response) {
    Standing told = standing;
    if (told == null || (refused == null && !caller.isAuthenticated())) return;
    RateLimitFields.put(told, response);
  }

  /**
   * Has the request begin, as it is about to reach the application: it is in flight from now on,
   * and takes from the quota. Not where the outcome is made: the container may end a request before
   * any filter sees it, and nobody would hear of its end. It may be refused by this.
   */
  void begin() {
    if (!caller.isAuthenticated()) return;
    Corridor.Begin begin = corridor.begin(caller, audited.actor(), cost, standing);
    standing = begin.standing();
    taken = begin.taken();
    if (begin.refused() == null) return;
    refused = begin.refused();
    caller = AnonymousCaller.INSTANCE;
  }

  /**
   * The thread of a dispatch leaves: the request has ended, or it goes on without a thread of the
   * container's and ends when that is told.
   *
   * @param failed whether the application threw, which the container answers after us
   */
  void leave(ServletRequest request, HttpServletResponse response, boolean failed) {
    try {
      if (request.isAsyncStarted()) {
        request.getAsyncContext().addListener(new AsyncEnd(() -> end(response, false)));
        return;
      }
    } catch (IllegalStateException e) {
      // It has ended meanwhile.
    }
    end(response, failed);
  }

  private void end(HttpServletResponse response, boolean failed) {
    taken.end();
    int status = failed && !response.isCommitted() ? 500 : response.getStatus();
    count(status, bytes(response));
  }

  private static long bytes(HttpServletResponse response) {
    if (response instanceof CallerResponse ours && ours.bytes() > 0) return ours.bytes();
    // The container may send a file by itself.
    String length = response.getHeader("Content-Length");
    return length != null && length.matches("[0-9]{1,18}") ? Long.parseLong(length) : 0;
  }

  /**
   * @param written by the application, which need not know that nothing of it is sent
   */
  private void count(int status, long written) {
    if (!counted.compareAndSet(false, true)) return;
    long bytes = hasBody(status) ? Math.min(written, MOST_BYTES) : 0;
    Refused why = answered;
    corridor.count(
        keyId(why),
        rule,
        why == null ? null : why.refusal(),
        status,
        bytes,
        System.nanoTime() - began);
  }

  /** By RFC 9110, sections 6.4.1 and 9.3.2. */
  private boolean hasBody(int status) {
    return !"HEAD".equals(audited.actor().method())
        && status >= 200
        && status != HttpServletResponse.SC_NO_CONTENT
        && status != HttpServletResponse.SC_NOT_MODIFIED;
  }

  /** The key that made the request: one that was established, or that is refused for what it is. */
  private @Nullable String keyId(@Nullable Refused why) {
    String established = audited.actor().keyId();
    if (established != null || why == null) return established;
    return OF_A_KEY.contains(why.refusal()) ? why.publicId() : null;
  }

  /** Tells whether this is the request's first time in the filter. */
  boolean enterFilter() {
    boolean first = !passedFilter;
    passedFilter = true;
    return first;
  }

  void forgetCaller() {
    caller = AnonymousCaller.INSTANCE;
  }

  String requestId() {
    String id = audited.actor().requestId();
    if (id == null) throw new AssertionError("every request has an id");
    return id;
  }

  /** The names of exactly those headers from which a credential was read. */
  Set<String> credentialHeaders() {
    return credentialHeaders;
  }

  /** The name of the cookie from which a token was read; null: from none. */
  @Nullable String credentialCookie() {
    return credentialCookie;
  }

  /** When the shown key ends, if its owner should be told. */
  Optional<Instant> keyEnd() {
    return caller.application().flatMap(corridor::endToTell);
  }

  /** The headers on which the answer depends. */
  String vary() {
    return corridor.vary();
  }

  /** Whether the answer depends on what credentials the request shows. */
  boolean credentialRead() {
    return credentialRead;
  }

  /** By which the request came. */
  Corridor corridor() {
    return corridor;
  }

  /** What audit is told of this request. */
  AuditedRequest audited() {
    return audited;
  }

  /** Why an exception means that the request is refused; empty: it does not. */
  Optional<Refused> refusalIn(Throwable thrown) {
    Optional<Refused> ours = Corridor.refusalIn(thrown);
    return ours.isPresent() || !Corridor.isRefusedByEjb(thrown)
        ? ours
        : Optional.of(refusedByEjb());
  }

  /** What the EJB container means by letting the caller of this request not in. */
  Refused refusedByEjb() {
    return caller.isAuthenticated()
        ? Refused.of(Refusal.ROLE_MISSING, "The caller has none of the roles that this needs.")
        : corridor.missing();
  }

  /**
   * Renders a refusal, and audits it unless this request's refusal was. Whoever calls this writes
   * the answer: so the request ends in a refusal of ours, and its caller does not pay for it.
   */
  Answer refuse(Refused why) {
    taken.giveBack();
    answered = why;
    audited.refuse(why);
    return corridor.answer(why, requestId(), schemes);
  }
}
