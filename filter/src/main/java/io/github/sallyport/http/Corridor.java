package io.github.sallyport.http;

import io.github.sallyport.AnonymousCaller;
import io.github.sallyport.Application;
import io.github.sallyport.Authentication;
import io.github.sallyport.Authenticator;
import io.github.sallyport.Caller;
import io.github.sallyport.Credential;
import io.github.sallyport.EstablishedCaller;
import io.github.sallyport.IssuerUnavailableException;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.RefusedException;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.Telemetry;
import io.github.sallyport.User;
import io.github.sallyport.access.AccessRules;
import io.github.sallyport.access.Policy;
import io.github.sallyport.access.Rule;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditedRequest;
import io.github.sallyport.limit.Admission;
import io.github.sallyport.limit.Failures;
import io.github.sallyport.limit.Limiter;
import io.github.sallyport.limit.Standing;
import io.github.sallyport.limit.Taken;
import io.github.sallyport.limit.Verdict;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Enumeration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The way that every request walks once: its id, the rule of its path, what it showed, who that is,
 * whether the rule lets that caller in, and how often it may. It never writes; whoever called it
 * does.
 */
public final class Corridor {
  private static final System.Logger LOG = System.getLogger("sallyport.http");
  private static final String ATTRIBUTE = Corridor.class.getName();
  static final String REQUEST_ID = "X-Request-Id";
  private static final Pattern REQUEST_ID_FORM = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final int MAX_CAUSES = 32;
  private static final String EJB_REFUSED = "jakarta.ejb.EJBAccessException";
  private static final Duration END_IS_NEAR = Duration.ofDays(14);
  private static final Duration RETRY_AFTER_CROWD = Duration.ofSeconds(1);
  private static final Duration RETRY_AFTER_FAULT = Duration.ofSeconds(2);

  private final HttpSettings settings;
  private final AccessRules rules;
  private final CredentialReader reader;
  private final Authenticator<Credential.ApiKey> keys;
  private final Authenticator<Credential.Bearer> tokens;
  private final Set<Scheme> enabled;
  private final Limiter limiter;
  private final Failures failures;
  private final Witnesses witnesses;
  private final Telemetry telemetry;
  private final Clock clock;
  // Written before any other thread can find this corridor.
  private FilterCoverage coverage = FilterCoverage.NOTHING;

  /**
   * Joins the parts.
   *
   * @param takesTokens whether any issuer's tokens are let in, so that a challenge may offer that
   * @param limiter asked once a request, after all others let it in
   */
  public Corridor(
      HttpSettings settings,
      AccessRules rules,
      Authenticator<Credential.ApiKey> keys,
      Authenticator<Credential.Bearer> tokens,
      boolean takesTokens,
      Limiter limiter,
      Witnesses witnesses,
      Clock clock) {
    this.settings = Objects.requireNonNull(settings, "settings");
    this.rules = Objects.requireNonNull(rules, "rules");
    this.reader = new CredentialReader(settings);
    this.keys = Objects.requireNonNull(keys, "keys");
    this.tokens = Objects.requireNonNull(tokens, "tokens");
    this.enabled =
        takesTokens || settings.keyInBearer()
            ? EnumSet.of(Scheme.API_KEY, Scheme.BEARER)
            : EnumSet.of(Scheme.API_KEY);
    this.limiter = Objects.requireNonNull(limiter, "limiter");
    this.failures = limiter.failures();
    this.witnesses = Objects.requireNonNull(witnesses, "witnesses");
    this.telemetry = witnesses.telemetry();
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /**
   * Puts this corridor where the filter of the same application finds it.
   *
   * @param guarded which requests the filter is mapped to
   */
  public void openIn(ServletContext context, FilterCoverage guarded) {
    coverage = guarded;
    context.setAttribute(ATTRIBUTE, this);
  }

  /** Takes it away: from now on every request is refused. */
  public static void closeIn(ServletContext context) {
    context.removeAttribute(ATTRIBUTE);
  }

  static Optional<Corridor> of(ServletContext context) {
    return Optional.ofNullable((Corridor) context.getAttribute(ATTRIBUTE));
  }

  /**
   * Walks a request for the container's own authentication mechanism, which runs before any filter;
   * the filter will find the outcome and ask nobody again.
   *
   * @return empty if no Sallyport is open here, or its filter is not mapped to this request: then
   *     nobody is established
   */
  public static Optional<Outcome> enter(HttpServletRequest request) {
    Optional<Outcome> before = Outcome.of(request);
    if (before.isPresent()) return before;
    Optional<Corridor> corridor = of(request.getServletContext());
    if (corridor.isEmpty() || !corridor.get().coverage.covers(request)) return Optional.empty();
    Outcome outcome = corridor.get().walk(request);
    outcome.attachTo(request);
    return Optional.of(outcome);
  }

  /**
   * Finds out who shows a credential, for an endpoint of ours that lets everybody in: nothing is
   * refused or audited, and failures are counted.
   *
   * @return empty too where the credential is not good, or nobody can say
   */
  public static Optional<Caller> whoShows(HttpServletRequest request) {
    return of(request.getServletContext()).flatMap(corridor -> corridor.identify(request));
  }

  private Optional<Caller> identify(HttpServletRequest request) {
    if (!(reader.read(request) instanceof Shown.Presented shown)) return Optional.empty();
    if (settings.requireHttps() && isInClear(request)) return Optional.empty();
    // Nobody is refused; but nobody has more looked up here than elsewhere either.
    String address = request.getRemoteAddr();
    boolean counted = !isOfThisMachine(request);
    if (counted && failures.wait(address).isPresent() && !mayStandAnyhow(shown)) {
      return Optional.empty();
    }
    try {
      Authentication found = authenticate(shown.credential());
      if (found instanceof Authentication.Known known) return Optional.of(known.caller());
      Refused why = failed(((Authentication.No) found).why(), address, counted);
      LOG.log(System.Logger.Level.DEBUG, "who asks is nobody: {0}", why.refusal().code());
      return Optional.empty();
    } catch (StoreUnavailableException | IssuerUnavailableException e) {
      LOG.log(System.Logger.Level.DEBUG, "nobody can say who this is", e);
      return Optional.empty();
    }
  }

  /** Establishes who asks at an endpoint of ours that authenticates by itself. */
  OAuthClient client(HttpServletRequest request, AuditedRequest audited) {
    Actor actor = audited.actor();
    // Whether or not there is a credential in its head: there is one in the body.
    if (settings.requireHttps() && isInClear(request)) {
      return OAuthClient.refused(this, audited, Set.of(), httpsRequired("A credential", null));
    }
    boolean counted = !isOfThisMachine(request);
    Shown shown = reader.readClient(request);
    Optional<Duration> wait = counted ? failures.wait(actor.address()) : Optional.empty();
    if (wait.isPresent() && !mayStandAnyhow(shown)) {
      return OAuthClient.refused(this, audited, Set.of(), tooManyFailures(wait.get()));
    }
    if (shown instanceof Shown.Unreadable unreadable) {
      return OAuthClient.refused(
          this, audited, unreadable.schemes(), failed(unreadable.why(), actor.address(), counted));
    }
    if (!(shown instanceof Shown.Presented presented)) {
      return OAuthClient.established(this, audited, AnonymousCaller.INSTANCE, counted);
    }
    Set<Scheme> schemes = EnumSet.of(presented.keyScheme());
    Authentication found = authenticate(presented.credential());
    if (found instanceof Authentication.No no) {
      return OAuthClient.refused(
          this, audited, schemes, failed(no.why(), actor.address(), counted));
    }
    Caller caller = ((Authentication.Known) found).caller();
    if (limiter.take(caller, actor.address(), 1) instanceof Verdict.Wait limit) {
      return OAuthClient.refused(this, audited, schemes, overLimit(limit, caller));
    }
    return OAuthClient.established(this, audited, caller, counted);
  }

  /** Counts a credential in the body of a request that does not stand. */
  void noteFailure(@Nullable String address) {
    failures.note(address);
  }

  /** The challenges of a 401 at such an endpoint: of the schemes at fault, or else of all. */
  List<String> challenges(Refused why, Set<Scheme> blamed) {
    Set<Scheme> schemes = blamed.isEmpty() ? EnumSet.allOf(Scheme.class) : blamed;
    return schemes.stream()
        .map(scheme -> Answer.challenge(scheme, !blamed.isEmpty(), why, settings))
        .toList();
  }

  private Authentication authenticate(Credential shown) {
    if (shown instanceof Credential.ApiKey key) return keys.authenticate(key);
    if (shown instanceof Credential.Bearer token) return tokens.authenticate(token);
    Credential.Both both = (Credential.Both) shown;
    Authentication byKey = keys.authenticate(both.key());
    if (!(byKey instanceof Authentication.Known known)) return byKey;
    return join(known.caller(), tokens.authenticate(both.token()));
  }

  /** Walks a request that nobody has walked yet. */
  Outcome walk(HttpServletRequest request) {
    long began = System.nanoTime();
    String path = dispatchedPath(request);
    Rule rule = rules.ruleFor(path, request.getMethod());
    return walk(request, path, rule).countedAs(rule.name(), began);
  }

  private Outcome walk(HttpServletRequest request, String path, Rule rule) {
    Actor actor = nobody(request, path);
    if (settings.corsPreflight() && isPreflight(request)) {
      return Outcome.anonymous(this, actor, false);
    }
    if (rules.judges(path) && RawPath.isAmbiguous(request.getRequestURI())) {
      return refused(
          actor,
          Set.of(),
          Refused.of(
              Refusal.PATH_AMBIGUOUS,
              "The path can be read in more than one way. Send it without encoded slashes,"
                  + " backslashes, dot segments, semicolons and control characters."));
    }
    if (rule.policy() == Policy.PERMIT) return Outcome.anonymous(this, actor, false);
    if (rule.policy() == Policy.DENY) {
      return refused(
          actor,
          Set.of(),
          Refused.of(Refusal.POLICY_DENIED, "No credential opens this path with this method."));
    }

    Shown shown = reader.read(request);
    if (!(shown instanceof Shown.Nothing) && settings.requireHttps() && isInClear(request)) {
      return refused(actor, Set.of(), httpsRequired(shown));
    }
    boolean counted = !(shown instanceof Shown.Nothing) && !isOfThisMachine(request);
    if (counted) {
      Optional<Duration> wait = failures.wait(actor.address());
      if (wait.isPresent() && !mayStandAnyhow(shown)) {
        return refused(actor, Set.of(), tooManyFailures(wait.get()));
      }
    }
    if (shown instanceof Shown.Unreadable unreadable) {
      return refused(
          actor, unreadable.schemes(), failed(unreadable.why(), actor.address(), counted));
    }
    if (shown instanceof Shown.Presented presented) {
      long began = System.nanoTime();
      Outcome outcome = authenticate(presented, rule, actor, counted);
      telemetry.judged(
          presented.credential().kind(),
          outcome.isRefused() ? null : outcome.caller(),
          outcome.refused().map(Refused::refusal).orElse(null),
          System.nanoTime() - began);
      return outcome;
    }
    if (rule.policy() == Policy.OPTIONAL) return Outcome.anonymous(this, actor, true);
    return refused(actor, Set.of(), missing());
  }

  Refused missing() {
    return Refused.of(
        Refusal.CREDENTIAL_MISSING,
        "This needs a credential, and none was shown. Send an API key in the header "
            + settings.keyHeader()
            + (enabled.contains(Scheme.BEARER) ? ", or a token as Bearer." : "."));
  }

  /**
   * Whether an address whose failures are used up is looked at all the same: where it shows an API
   * key that is one of ours by its tag. So a stranger behind the same proxy or NAT locks out no
   * key; and a made-up key still costs no look-up. A key that then does not stand is 429 too, so
   * that nobody learns more from it.
   */
  private boolean mayStandAnyhow(Shown shown) {
    return keyIdIn(shown) != null;
  }

  /** Counts a refusal of what was shown; who had no more of them is told that instead. */
  private Refused failed(Refused why, @Nullable String address, boolean counted) {
    int status = why.refusal().status();
    if (!counted || (status != 400 && status != 401)) return why;
    Optional<Duration> wait = failures.wait(address);
    if (wait.isPresent()) return tooManyFailures(wait.get()).about(why.publicId());
    failures.note(address);
    return why;
  }

  private static Refused tooManyFailures(Duration wait) {
    return new Refused(
        Refusal.RATE_LIMITED,
        "Too many credentials that do not stand were shown from this address: try again after the"
            + " seconds in Retry-After.",
        Set.of(),
        wait,
        null);
  }

  private Outcome authenticate(Shown.Presented shown, Rule rule, Actor request, boolean counted) {
    Actor actor = request;
    Set<Scheme> schemes = EnumSet.of(shown.keyScheme());
    try {
      Authentication authentication;
      if (shown.credential() instanceof Credential.ApiKey key) {
        authentication = keys.authenticate(key);
      } else if (shown.credential() instanceof Credential.Bearer token) {
        authentication = tokens.authenticate(token);
      } else {
        Credential.Both both = (Credential.Both) shown.credential();
        authentication = keys.authenticate(both.key());
        if (authentication instanceof Authentication.Known application) {
          schemes = EnumSet.of(Scheme.BEARER);
          // From here on audit knows which application showed the token.
          actor = actor.by(application.caller());
          authentication = join(application.caller(), tokens.authenticate(both.token()));
        }
      }
      if (authentication instanceof Authentication.No no) {
        return refused(actor, schemes, failed(no.why(), actor.address(), counted));
      }
      Caller caller = ((Authentication.Known) authentication).caller();
      Optional<Refused> judged = rule.judge(caller);
      if (judged.isPresent()) {
        return refused(actor.by(caller), schemes, judged.get().about(publicId(caller)));
      }
      return limit(caller, rule, actor, schemes, shown);
    } catch (StoreUnavailableException | IssuerUnavailableException e) {
      LOG.log(System.Logger.Level.DEBUG, "nobody can say who this is", e);
      return refused(actor, schemes, refusalIn(e).orElseThrow());
    }
  }

  /** The last question, so that nobody pays for what the others refuse. */
  private Outcome limit(
      Caller caller, Rule rule, Actor actor, Set<Scheme> schemes, Shown.Presented shown) {
    Verdict verdict = limiter.take(caller, actor.address(), rule.cost());
    if (verdict instanceof Verdict.Wait wait) {
      Refused why = overLimit(wait, caller);
      return Outcome.limited(this, actor.by(caller), schemes, why, wait.standing());
    }
    Standing standing = verdict instanceof Verdict.Granted granted ? granted.standing() : null;
    return Outcome.established(this, actor, caller, schemes, shown, standing, rule.cost());
  }

  private Refused overLimit(Verdict.Wait wait, Caller caller) {
    telemetry.limited(Refusal.RATE_LIMITED);
    return limited(
        Refusal.RATE_LIMITED,
        "The limit of the caller's plan is used up for now: try again after the seconds in"
            + " Retry-After.",
        wait.time(),
        caller);
  }

  /**
   * How a request began.
   *
   * @param standing of all that its plan has
   * @param refused why it may not; null: it may
   */
  record Begin(Taken taken, @Nullable Standing standing, @Nullable Refused refused) {}

  /**
   * Lets a request begin that is let in and has its permits.
   *
   * @param standing with the limits of its plan; null: it has none
   */
  Begin begin(Caller caller, Actor actor, int cost, @Nullable Standing standing) {
    try {
      // Administration is not what a caller pays for: and who has used its quota up may have to do
      // some.
      int permits = isOurs(actor) ? 0 : cost;
      Admission admission = limiter.begin(caller, actor.address(), permits);
      if (admission instanceof Admission.Begun begun) {
        // Not where the permits were granted: its plan may have had more to say.
        if (standing != null || begun.taken() != Taken.NOTHING) telemetry.limited(null);
        return new Begin(begun.taken(), lesser(standing, begun.standing()), null);
      }
      if (admission instanceof Admission.Exhausted exhausted) {
        telemetry.limited(Refusal.QUOTA_EXHAUSTED);
        return new Begin(
            Taken.NOTHING,
            lesser(standing, exhausted.standing()),
            limited(
                Refusal.QUOTA_EXHAUSTED,
                "The quota of the caller's plan is used up until its period ends, after the seconds"
                    + " in Retry-After.",
                exhausted.time(),
                caller));
      }
      telemetry.limited(Refusal.CONCURRENCY_LIMITED);
      return new Begin(
          Taken.NOTHING,
          standing,
          limited(
              Refusal.CONCURRENCY_LIMITED,
              "As many requests of the caller are on their way as its plan allows: try again when"
                  + " one of them has been answered.",
              RETRY_AFTER_CROWD,
              caller));
    } catch (StoreUnavailableException e) {
      LOG.log(System.Logger.Level.DEBUG, "nobody can say what is left of a quota", e);
      return new Begin(Taken.NOTHING, standing, refusalIn(e).orElseThrow());
    }
  }

  private static boolean isOurs(Actor actor) {
    String path = actor.path();
    return path != null && path.startsWith(AccessRules.ENDPOINTS + "/");
  }

  private static @Nullable Standing lesser(@Nullable Standing one, @Nullable Standing other) {
    if (one == null || other == null) return one == null ? other : one;
    return other.left() < one.left() ? other : one;
  }

  private static Refused limited(Refusal refusal, String detail, Duration time, Caller caller) {
    return new Refused(refusal, detail, Set.of(), time, publicId(caller));
  }

  /** One caller from two credentials, the first of which is known to stand. */
  private Authentication join(Caller byKey, Authentication byToken) {
    if (!(byToken instanceof Authentication.Known known)) return byToken;
    Application application = byKey.application().orElseThrow();
    Optional<User> user = known.caller().user();
    if (user.isEmpty()) {
      return new Authentication.No(
          Refused.of(
              Refusal.CREDENTIAL_AMBIGUOUS,
              "An API key, and a token that was made of one. Send one of them."));
    }
    return new Authentication.Known(
        EstablishedCaller.byBoth(application, user.get(), clock.instant()));
  }

  boolean mayAccess(String path, String method, Caller caller) {
    Rule rule = rules.ruleFor(path, method);
    return rule.policy() != Policy.DENY && rule.judge(caller).isEmpty();
  }

  /** When a key ends, if its owner should be told with each answer. */
  Optional<Instant> endToTell(Application application) {
    return Optional.ofNullable(application.expiresAt())
        .filter(end -> application.replaced() || end.isBefore(clock.instant().plus(END_IS_NEAR)));
  }

  /** The headers on which an answer depends. */
  String vary() {
    return "Authorization, "
        + settings.keyHeader()
        + (settings.tokenCookie() == null ? "" : ", Cookie");
  }

  /** Counts a request that has ended. */
  void count(
      @Nullable String keyId,
      String rule,
      @Nullable Refusal why,
      int status,
      long bytes,
      long nanos) {
    witnesses.usage().count(keyId, rule, why, status, bytes, nanos);
  }

  AuditedRequest audited(Actor actor, Caller caller) {
    return new AuditedRequest(witnesses.audit(), actor, caller, clock);
  }

  /** Renders a refusal. */
  Answer answer(Refused why, String requestId, Set<Scheme> schemes) {
    telemetry.refused(why.refusal());
    LOG.log(
        System.Logger.Level.DEBUG,
        "request {0} is refused: {1}: {2}",
        requestId,
        why.refusal().code(),
        why.detail());
    return Answer.of(why, requestId, settings, enabled, schemes);
  }

  private Outcome refused(Actor actor, Set<Scheme> schemes, Refused why) {
    return Outcome.refused(this, actor, schemes, why);
  }

  /**
   * The answer that an exception carries, or that a fault of ours has. Containers wrap what they
   * catch, each in its own way, so its causes are looked through.
   */
  static Optional<Refused> refusalIn(Throwable thrown) {
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
      if (cause instanceof RefusedException refused) return Optional.of(refused.refused());
      if (cause instanceof StoreUnavailableException) {
        return Optional.of(
            fault(Refusal.STORE_UNAVAILABLE, "The store does not answer now: try again."));
      }
      if (cause instanceof IssuerUnavailableException) {
        return Optional.of(
            fault(Refusal.ISSUER_UNAVAILABLE, "The token's issuer can't be asked now: try again."));
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }

  /**
   * Tells whether the EJB container did not let the caller in ({@code @RolesAllowed} on a session
   * bean). By name: it may not be there.
   */
  static boolean isRefusedByEjb(Throwable thrown) {
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
      if (cause.getClass().getName().equals(EJB_REFUSED)) return true;
      cause = cause.getCause();
    }
    return false;
  }

  private static Refused fault(Refusal refusal, String detail) {
    return new Refused(refusal, detail, Set.of(), RETRY_AFTER_FAULT, null);
  }

  private Refused httpsRequired(Shown shown) {
    boolean hasKey =
        shown instanceof Shown.Unreadable unreadable
            ? unreadable.hasKey()
            : ((Shown.Presented) shown).credential().kind().hasApiKey();
    return httpsRequired(hasKey ? "An API key" : "A token", keyIdIn(shown));
  }

  private static Refused httpsRequired(String what, @Nullable String keyId) {
    return Refused.of(
            Refusal.HTTPS_REQUIRED,
            what
                + " was sent in clear and should be replaced. Use HTTPS. Behind a proxy that ends"
                + " TLS, set the container to take X-Forwarded-Proto over (Tomcat: RemoteIpValve),"
                + " so that request.isSecure() is true; or set sallyport.require-https to false.")
        .about(keyId);
  }

  /** Which key has to be replaced, if its text tells. */
  private @Nullable String keyIdIn(Shown shown) {
    if (!(shown instanceof Shown.Presented presented)) return null;
    if (presented.credential() instanceof Credential.ApiKey key) {
      return keys.publicId(key).orElse(null);
    }
    if (presented.credential() instanceof Credential.Both both) {
      return keys.publicId(both.key()).orElse(null);
    }
    return null;
  }

  /**
   * Loopback is exempt only where nothing says that a proxy stands between: through one, every
   * client looks like loopback.
   */
  private static boolean isInClear(HttpServletRequest request) {
    if (request.isSecure()) return false;
    return !isOfThisMachine(request);
  }

  private static boolean isOfThisMachine(HttpServletRequest request) {
    return isLoopback(request.getRemoteAddr()) && !isForwarded(request);
  }

  private static boolean isLoopback(@Nullable String address) {
    // The address is a literal by Servlet 6.0, 3.1: anything else must not reach a name server.
    if (address == null || !(address.indexOf(':') >= 0 || address.matches("[0-9.]+"))) return false;
    try {
      return InetAddress.getByName(address).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static boolean isForwarded(HttpServletRequest request) {
    for (Enumeration<String> names = request.getHeaderNames(); names.hasMoreElements(); ) {
      String name = names.nextElement();
      if (name.equalsIgnoreCase("Forwarded")
          || name.regionMatches(true, 0, "X-Forwarded-", 0, 12)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isPreflight(HttpServletRequest request) {
    return request.getMethod().equals("OPTIONS")
        && request.getHeader("Origin") != null
        && request.getHeader("Access-Control-Request-Method") != null;
  }

  /** A request of which nobody has said yet whose it is. */
  private static Actor nobody(HttpServletRequest request, String path) {
    return new Actor(
        null,
        null,
        null,
        null,
        null,
        requestId(request),
        request.getRemoteAddr(),
        request.getHeader("User-Agent"),
        request.getMethod(),
        path);
  }

  private static String requestId(HttpServletRequest request) {
    Enumeration<String> values = request.getHeaders(REQUEST_ID);
    if (values.hasMoreElements()) {
      String value = values.nextElement();
      if (!values.hasMoreElements() && REQUEST_ID_FORM.matcher(value).matches()) return value;
    }
    return UUID.randomUUID().toString();
  }

  /** The path that the container found a servlet for: what the application will serve. */
  static String dispatchedPath(HttpServletRequest request) {
    String info = request.getPathInfo();
    return info == null ? request.getServletPath() : request.getServletPath() + info;
  }

  private static String publicId(Caller caller) {
    return caller
        .application()
        .map(Application::keyId)
        .or(() -> caller.user().map(User::tokenId))
        .orElse(caller.getName());
  }
}
