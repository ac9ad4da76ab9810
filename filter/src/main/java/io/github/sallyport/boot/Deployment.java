package io.github.sallyport.boot;

import io.github.sallyport.Health;
import io.github.sallyport.Telemetry;
import io.github.sallyport.access.AccessRules;
import io.github.sallyport.audit.Actor;
import io.github.sallyport.audit.AuditTrail;
import io.github.sallyport.cache.Caches;
import io.github.sallyport.cache.SharedNumbers;
import io.github.sallyport.config.SallyportSettings;
import io.github.sallyport.endpoint.AuditServlet;
import io.github.sallyport.endpoint.HealthServlet;
import io.github.sallyport.endpoint.KeysServlet;
import io.github.sallyport.endpoint.OwnKeyServlet;
import io.github.sallyport.endpoint.PlansServlet;
import io.github.sallyport.endpoint.StatsServlet;
import io.github.sallyport.endpoint.StatusServlet;
import io.github.sallyport.endpoint.UsageReader;
import io.github.sallyport.endpoint.UsersServlet;
import io.github.sallyport.http.Corridor;
import io.github.sallyport.http.FilterCoverage;
import io.github.sallyport.http.HttpSettings;
import io.github.sallyport.http.ResourceMetadata;
import io.github.sallyport.http.Witnesses;
import io.github.sallyport.jwt.Issuer;
import io.github.sallyport.jwt.JwtAuthenticator;
import io.github.sallyport.key.ApiKeyStore;
import io.github.sallyport.key.ApiKeys;
import io.github.sallyport.key.CachedApiKeys;
import io.github.sallyport.key.InitialKeyFile;
import io.github.sallyport.key.KeyAuthenticator;
import io.github.sallyport.key.KeyTerms;
import io.github.sallyport.key.KeyUses;
import io.github.sallyport.key.KeyWatch;
import io.github.sallyport.key.PepperSeals;
import io.github.sallyport.limit.CachedPlans;
import io.github.sallyport.limit.Limiter;
import io.github.sallyport.limit.Plans;
import io.github.sallyport.limit.QuotaReset;
import io.github.sallyport.limit.Quotas;
import io.github.sallyport.limit.SharedBuckets;
import io.github.sallyport.store.Store;
import io.github.sallyport.telemetry.OpenTelemetryWatch;
import io.github.sallyport.token.Introspection;
import io.github.sallyport.token.Revocations;
import io.github.sallyport.token.TokenCleaning;
import io.github.sallyport.token.TokenExchange;
import io.github.sallyport.token.TokenSettings;
import io.github.sallyport.token.Tokens;
import io.github.sallyport.usage.Usage;
import jakarta.servlet.ServletContext;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The parts of one deployment, joined. What was opened is closed in the opposite order; closing
 * twice is harmless, and what throws while it opens closes what it opened.
 */
final class Deployment implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("sallyport.boot");

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final ServletContext context;
  private final SallyportSettings settings;
  private final FilterCoverage guarded;
  private final Clock clock;

  private Deployment(
      ServletContext context, SallyportSettings settings, FilterCoverage guarded, Clock clock) {
    this.context = context;
    this.settings = settings;
    this.guarded = guarded;
    this.clock = clock;
  }

  static Deployment open(
      ServletContext context, SallyportSettings settings, FilterCoverage guarded, Clock clock) {
    Deployment deployment = new Deployment(context, settings, guarded, clock);
    try {
      deployment.open();
      return deployment;
    } catch (RuntimeException | Error e) {
      deployment.close();
      throw e;
    }
  }

  private void open() {
    Telemetry telemetry = opened(OpenTelemetryWatch.open(Deployment.class.getClassLoader()));
    Store store = opened(Store.open(settings.store(), telemetry));
    AuditRoom auditRoom =
        opened(
                AuditRoom.open(
                    settings.audit(),
                    store.audit(),
                    PepperSeals.of(settings.keys()),
                    context.getClassLoader(),
                    clock))
            .watchedBy(telemetry);
    AuditTrail audit = auditRoom.trail();
    Caches caches = opened(Caches.open(settings.cache(), store.feed(), telemetry));
    if (settings.cluster() != null) {
      opened(caches.join(settings.cluster(), context.getClassLoader()));
    }
    ApiKeyStore records = new CachedApiKeys(store.apiKeys(), caches);
    Plans plans =
        new Plans(settings.limits(), new CachedPlans(store.plans(), caches), audit, clock).seed();
    Quotas quotas = opened(new Quotas(store.quotas(), audit, System::nanoTime, clock)).start();
    Limiter limiter =
        new Limiter(settings.limits(), plans::all, System::nanoTime, quotas, sharedBuckets(caches));
    ApiKeys keys = new ApiKeys(settings.keys(), records, () -> plans.all().names(), audit, clock);
    KeyUses uses = opened(new KeyUses(settings.keys(), records, keys, clock)).start();
    opened(new KeyWatch(settings.keys(), records, audit, clock)).start();
    KeyAuthenticator byKey = new KeyAuthenticator(settings.keys(), records, uses, clock);
    TokenSettings ours = settings.tokens();
    TokenRoom issuing =
        ours == null
            ? null
            : opened(TokenRoom.open(ours, settings.keys(), store, caches, audit, clock));
    Revocations revocations = openRevocations(store, caches, audit, ours);
    List<Issuer> issuers = new ArrayList<>(settings.issuers());
    if (issuing != null) issuers.add(issuing.issuer());
    JwtAuthenticator tokens =
        opened(
            JwtAuthenticator.open(
                issuers, settings.rememberedTokens(), caches, revocations, clock, telemetry));
    TokenRoom.Verifying verifying =
        issuing == null ? null : issuing.verifying(settings.issuers(), tokens, byKey, revocations);
    Documents documents = Documents.of(settings, pathOf(context));
    Usage usage = opened(new Usage(store.usage(), clock)).start();
    Corridor corridor =
        new Corridor(
            http(),
            new AccessRules(settings.access(), documents.wellKnown()),
            byKey,
            verifying == null ? tokens : verifying.tokens(),
            !issuers.isEmpty(),
            limiter,
            new Witnesses(audit, telemetry, usage),
            clock);
    documents.openIn(context);
    if (issuing != null && verifying != null) {
      opened.push(() -> context.removeAttribute(Tokens.class.getName()));
      issuing.openIn(context, verifying, keys, limiter.failures(), settings.admin());
    }
    openHealth(() -> health(caches, tokens, auditRoom));
    if (settings.admin().enabled()) {
      openAdministration(keys, new UsageReader(store.usage(), clock), plans, limiter, audit);
      openUsers(revocations, issuers);
    }
    context.setAttribute(ApiKeys.class.getName(), keys);
    context.setAttribute(AuditTrail.class.getName(), audit);
    opened.push(() -> Corridor.closeIn(context));
    corridor.openIn(context, guarded);
  }

  private Revocations openRevocations(
      Store store, Caches caches, AuditTrail audit, @Nullable TokenSettings ours) {
    Revocations revocations =
        Revocations.open(
            store.revocations(), caches, ours == null ? null : ours.issuer(), audit, clock);
    // Who issues no more has salts of before, whose grace is long over.
    Duration grace = ours == null ? Duration.ZERO : ours.reuseGrace();
    opened(
            new TokenCleaning(
                store.refresh(), store.revocations(), revocations.denied(), grace, clock))
        .start();
    return revocations;
  }

  private void openUsers(Revocations revocations, List<Issuer> issuers) {
    Set<String> names = issuers.stream().map(Issuer::iss).collect(Collectors.toUnmodifiableSet());
    TokenSettings ours = settings.tokens();
    UsersServlet servlet =
        new UsersServlet(revocations, names, ours == null ? null : ours.issuer(), settings.admin());
    context.addServlet("sallyport-users", servlet).addMapping(AccessRules.ENDPOINTS + "/users/*");
  }

  private HttpSettings http() {
    URI resource = settings.resource();
    if (resource == null) return settings.http();
    return settings.http().describedAt(ResourceMetadata.url(resource, pathOf(context)).toString());
  }

  /** Of the root it is empty (Servlet 6.0, 3.5); Open Liberty 26 has it as a slash here. */
  private static String pathOf(ServletContext application) {
    String path = application.getContextPath();
    return path.equals("/") ? "" : path;
  }

  /** The buckets of all nodes together; null where there is no cluster. */
  private @Nullable SharedBuckets sharedBuckets(Caches caches) {
    SharedNumbers numbers = caches.shared();
    if (numbers == null) return null;
    return opened(new SharedBuckets(numbers, settings.limits(), System::nanoTime)).start();
  }

  private static Health health(Caches caches, JwtAuthenticator tokens, AuditRoom audit) {
    return new Health(
        Stream.of(caches.health(), tokens.health(), audit.health()).flatMap(List::stream).toList());
  }

  private void openHealth(Supplier<Health> health) {
    context.setAttribute(Health.class.getName(), health);
    opened.push(() -> context.removeAttribute(Health.class.getName()));
    context
        .addServlet("sallyport-health", new HealthServlet(health, settings.admin()))
        .addMapping(AccessRules.ENDPOINTS + "/health");
    context
        .addServlet("sallyport-status", new StatusServlet(health, settings.admin(), clock))
        .addMapping(AccessRules.ENDPOINTS + "/status");
  }

  private void openAdministration(
      ApiKeys keys, UsageReader usage, Plans plans, Limiter limiter, AuditTrail audit) {
    KeyTerms administrator =
        KeyTerms.of("admin")
            .name("initial administrator")
            .scopes(settings.admin().scope(), TokenExchange.SCOPE, Introspection.SCOPE)
            .build();
    Actor sallyport = Actor.part("sallyport");
    String digest = settings.keys().initialDigest();
    if (digest == null) {
      InitialKeyFile file = new InitialKeyFile(settings.data());
      keys.issueInitial(administrator, sallyport, file::write)
          .ifPresent(
              record ->
                  LOG.log(
                      System.Logger.Level.INFO,
                      "The first administrator''s key, {0}, was written to {1}.",
                      record.id(),
                      file.path()));
    } else {
      keys.importInitial(digest, administrator, sallyport)
          .ifPresent(
              record ->
                  LOG.log(
                      System.Logger.Level.INFO,
                      "The first administrator''s key is the one whose digest"
                          + " sallyport.admin.initial-key-digest names; its id is {0}.",
                      record.id()));
    }
    String path = AccessRules.ENDPOINTS + "/keys";
    context
        .addServlet(
            "sallyport-keys",
            new KeysServlet(keys, usage, new QuotaReset(limiter, audit, clock), settings.admin()))
        .addMapping(path, path + "/*");
    context
        .addServlet("sallyport-stats", new StatsServlet(usage, settings.admin()))
        .addMapping(AccessRules.ENDPOINTS + "/stats");
    context
        .addServlet("sallyport-own-key", new OwnKeyServlet(keys))
        .addMapping(path + "/self", path + "/self/*");
    String events = AccessRules.ENDPOINTS + "/audit";
    context
        .addServlet("sallyport-audit", new AuditServlet(audit, settings.admin()))
        .addMapping(events, events + "/*");
    String planPath = AccessRules.ENDPOINTS + "/plans";
    context
        .addServlet("sallyport-plans", new PlansServlet(plans, keys, settings.admin()))
        .addMapping(planPath, planPath + "/*");
  }

  private <T extends AutoCloseable> T opened(T part) {
    opened.push(part);
    return part;
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        LOG.log(System.Logger.Level.WARNING, "a part could not be closed", e);
      }
    }
  }
}
