package io.github.sallyport.config;

import io.github.sallyport.Secret;
import io.github.sallyport.access.AccessSettings;
import io.github.sallyport.access.Unauthenticated;
import io.github.sallyport.cache.ClusterSettings;
import io.github.sallyport.endpoint.AdminSettings;
import io.github.sallyport.http.HttpSettings;
import io.github.sallyport.key.KeySettings;
import io.github.sallyport.key.Pepper;
import io.github.sallyport.limit.LimitSettings;
import io.github.sallyport.store.StoreSettings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads everything that a deployer set, once, and says all that is wrong with it at once. */
public final class SettingsReader {
  private static final System.Logger LOG = System.getLogger("sallyport.config");

  /** RFC 9110 section 5.6.2. */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

  /** RFC 6749 section 3.3. */
  static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");

  private static final Pattern TOKEN_PLACE = Pattern.compile("Authorization|Cookie");
  private static final Pattern PRINTABLE = Pattern.compile("[\\x20-\\x7E]+");
  private static final Pattern KEY_PREFIX = Pattern.compile("[a-z][a-z0-9]{1,15}");
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-fA-F]{64}");
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");
  private static final String ISSUER = "sallyport.issuer.";
  private static final String ACCESS = "sallyport.access.";
  private static final String PLAN = "sallyport.plan.";
  private static final String DECRYPTION = "mp.jwt.decrypt.";

  private final Sources sources;
  private final ClassLoader application;
  private final Mistakes mistakes = new Mistakes();
  private final List<String> warnings = new ArrayList<>();
  private final Values values;

  private SettingsReader(Sources sources, ClassLoader application) {
    this.sources = sources;
    this.application = application;
    this.values = new Values(sources, mistakes);
  }

  /**
   * Reads the configuration of one deployment. What works but is weaker than one would think is
   * logged as a warning to {@code sallyport.config}.
   *
   * @param initParameters those of the filter's registration; each wins over the property of its
   *     name
   * @param application the web application's class loader: it has the config, and holds class path
   *     resources
   * @param environment {@code System.getenv()}: it tells which names are the environment's, whose
   *     misspelt ones only earn a warning
   * @throws ConfigurationException with all mistakes in one report
   */
  public static SallyportSettings read(
      Map<String, String> initParameters,
      ClassLoader application,
      Map<String, String> environment) {
    Sources sources = Sources.of(initParameters, application, environment);
    return new SettingsReader(sources, application).read();
  }

  private SallyportSettings read() {
    Map<String, Set<String>> sets = new TreeMap<>();
    sets.put(ISSUER, names(Property.ISSUERS, ISSUER));
    sets.put(ACCESS, names(Property.ACCESS, ACCESS));
    sets.put(PLAN, plans());
    validateNames(sets);
    refuseWhatIsNotThereYet(sets);
    SallyportSettings settings = settings(sets);
    warnings.forEach(warning -> LOG.log(System.Logger.Level.WARNING, warning));
    mistakes.throwIfAny();
    return settings;
  }

  private SallyportSettings settings(Map<String, Set<String>> sets) {
    validateWhatCdiReads();
    Path data = data();
    StoreSettings store = store(data);
    PlanReader plans = new PlanReader(values, warnings, application);
    AccessSettings access = access(sets.getOrDefault(ACCESS, Set.of()));
    LimitSettings limits = plans.read(sets.getOrDefault(PLAN, Set.of()), access.rules());
    Set<String> issuers = sets.getOrDefault(ISSUER, Set.of());
    return new SallyportSettings(
        data,
        http(),
        access,
        keys(),
        limits,
        store,
        new CacheReader(values).read(store.queryTimeout()),
        cluster(),
        new IssuerReader(values, warnings, application).read(issuers),
        values.number(Property.JWT_CACHE_MAX_ENTRIES, 0),
        admin(),
        new AuditReader(values, application).read(),
        new ResourceReader(values).read(),
        new TokenReader(values, warnings).read(issuers, keyPrefix()));
  }

  /** CDI has acted on it by now; here it is only held to its form. */
  private void validateWhatCdiReads() {
    values.word(Property.MECHANISM, Mechanism.class);
    values.flag(Property.CDI_JSR250);
    for (Property property : List.of(Property.MECHANISM, Property.CDI_JSR250)) {
      if (!sources.isInitParameter(property.path())) continue;
      mistakes.add(
          property.path(),
          "can't be an init parameter: CDI starts before they are known; set it in MicroProfile"
              + " Config, as in META-INF/microprofile-config.properties");
    }
  }

  /** The NAMEs in the list, or without it those that names speak of. */
  private Set<String> names(Property list, String prefix) {
    if (!values.isSet(list)) return Names.found(prefix, sources.names());
    Set<String> names = new LinkedHashSet<>();
    for (String name : values.list(list)) {
      if (Names.isName(name)) names.add(name);
      else {
        values.mistake(
            list, "\"" + Mistakes.echo(name) + "\" is not a NAME of the form [a-z][a-z0-9]*");
      }
    }
    return names;
  }

  /** As {@link #names}, without the two words that stand where a NAME would. */
  private Set<String> plans() {
    Set<String> names = new LinkedHashSet<>(names(Property.PLANS, PLAN));
    for (String word : PlanReader.NO_NAMES) {
      if (names.remove(word) && values.isSet(Property.PLANS)) {
        values.mistake(Property.PLANS, word + " names no plan; take another NAME");
      }
    }
    return names;
  }

  private void validateNames(Map<String, Set<String>> sets) {
    for (String name : sources.names()) {
      if (Names.isOurs(name)) validateName(name, sets);
      if (name.startsWith(DECRYPTION) && Names.property(name).isEmpty()) {
        mistakes.add(name, "is not supported by this version; remove it");
      }
    }
    if (sources.hasConfig()) {
      validateVariables(sets);
    } else {
      warnings.add(
          "No implementation of MicroProfile Config is there, so that init parameters alone count:"
              + " add io.smallrye.config:smallrye-config to the application.");
    }
  }

  private void validateName(String name, Map<String, Set<String>> sets) {
    Optional<Property> property = Names.property(name);
    if (property.isEmpty()) {
      if (!sources.isEnvironments(name)) {
        mistakes.add(name, "is unknown; the nearest known name is " + Names.nearest(name));
      }
      return;
    }
    if (!property.get().isNamed()) return;
    String own = Names.nameIn(name).orElseThrow();
    if (!Names.isName(own)) {
      mistakes.add(name, "its third part is not a NAME of the form [a-z][a-z0-9]*");
    } else if (name.startsWith(PLAN) && PlanReader.NO_NAMES.contains(own)) {
      mistakes.add(
          name,
          own + " names no plan: " + PLAN + own + " says which plan holds; take another NAME");
    } else if (!isInASet(property.get(), own, sets)) {
      warnings.add(name + " has no effect: the list of its NAMEs leaves " + own + " out.");
    }
  }

  private static boolean isInASet(Property property, String own, Map<String, Set<String>> sets) {
    return sets.entrySet().stream()
        .anyMatch(set -> property.path().startsWith(set.getKey()) && set.getValue().contains(own));
  }

  /** Somebody else may have put a variable there, so that none of them stops the deployment. */
  private void validateVariables(Map<String, Set<String>> sets) {
    Set<String> known = Names.variables(sets).keySet();
    for (String variable : new TreeSet<>(sources.variables())) {
      if (!Names.isOursAsVariable(variable) || known.contains(variable)) continue;
      String hint =
          Names.isOfASet(variable)
              ? ". What only the environment speaks of needs its NAME in the list"
                  + " sallyport.issuers, sallyport.access or sallyport.plans."
              : "; the nearest known name is " + Names.nearestToVariable(variable) + ".";
      warnings.add(
          "The environment variable " + Mistakes.echo(variable) + " sets no property" + hint);
    }
  }

  private void refuseWhatIsNotThereYet(Map<String, Set<String>> sets) {
    for (Property property : Property.values()) {
      if (property.later().isEmpty()) continue;
      if (!property.isNamed()) refuse(property, values);
      sets.forEach(
          (prefix, names) -> {
            if (!property.isNamed() || !property.path().startsWith(prefix)) return;
            names.forEach(name -> refuse(property, values.named(name)));
          });
    }
  }

  private static void refuse(Property property, Values values) {
    if (!values.isSet(property)) return;
    String off = property.later().orElseThrow().off();
    if (off == null) {
      values.mistake(property, "is not supported by this version; remove it");
    } else if (!values.text(property).equals(Optional.of(off))) {
      values.mistake(property, "is not supported by this version; remove it or set it to " + off);
    }
  }

  private Path data() {
    String text = values.text(Property.DATA).orElse(Property.DATA.fallback());
    try {
      return Path.of(text).toAbsolutePath();
    } catch (InvalidPathException e) {
      values.mistake(Property.DATA, "is not a path");
      return Path.of(Property.DATA.fallback()).toAbsolutePath();
    }
  }

  private HttpSettings http() {
    String header = values.text(Property.API_KEY_HEADER, TOKEN, "the name of a header");
    if (header.equalsIgnoreCase("Authorization") || header.equalsIgnoreCase("Cookie")) {
      values.mistake(Property.API_KEY_HEADER, "this header carries other credentials");
    }
    return new HttpSettings(
        values.text(Property.REALM, PRINTABLE, "printable ASCII"),
        values.flag(Property.REQUIRE_HTTPS),
        values.word(Property.COMBINE, Combine.class) == Combine.BOTH,
        values.flag(Property.CORS_PREFLIGHT),
        header,
        values.flag(Property.API_KEY_BEARER),
        keyPrefix(),
        values.number(Property.JWT_MAX_BYTES, 1),
        tokenCookie(),
        csrfOrigins(),
        null);
  }

  /** MicroProfile JWT 2.1, section 4.1: a cookie's name means nothing where no cookie is read. */
  private @Nullable String tokenCookie() {
    String place = values.text(Property.MP_TOKEN_HEADER, TOKEN_PLACE, "Authorization or Cookie");
    String name = values.text(Property.MP_TOKEN_COOKIE, TOKEN, "the name of a cookie");
    return place.equals("Cookie") ? name : null;
  }

  private Set<String> csrfOrigins() {
    Set<String> origins = new LinkedHashSet<>();
    for (String text : values.list(Property.CSRF_ORIGINS)) {
      HttpSettings.origin(text)
          .ifPresentOrElse(
              origins::add,
              () ->
                  values.mistake(
                      Property.CSRF_ORIGINS,
                      "\""
                          + Mistakes.echo(text)
                          + "\" is not an origin, such as https://app.example"));
    }
    if (!origins.isEmpty()
        && !values.text(Property.MP_TOKEN_HEADER).equals(Optional.of("Cookie"))) {
      warnings.add("sallyport.csrf.origins has no effect: mp.jwt.token.header is not Cookie.");
    }
    return origins;
  }

  private String keyPrefix() {
    return values.text(Property.API_KEY_PREFIX, KEY_PREFIX, "of the form " + KEY_PREFIX.pattern());
  }

  private AccessSettings access(Set<String> names) {
    return new AccessSettings(
        values.word(Property.UNAUTHENTICATED, Unauthenticated.class),
        new AccessReader(values).read(names));
  }

  private KeySettings keys() {
    return new KeySettings(
        keyPrefix(),
        peppers(),
        values
            .optionalDuration(Property.API_KEY_MAX_AGE, Values.SHORTEST, Values.LONGEST)
            .orElse(null),
        values.flag(Property.API_KEY_FOREIGN),
        initialDigest(),
        publishableScopes());
  }

  private @Nullable String initialDigest() {
    Optional<String> text = values.text(Property.ADMIN_INITIAL_KEY_DIGEST);
    if (text.isEmpty() || SHA_256.matcher(text.get()).matches()) {
      return text.map(t -> t.toLowerCase(Locale.ROOT)).orElse(null);
    }
    values.mistake(Property.ADMIN_INITIAL_KEY_DIGEST, "is not a SHA-256 in hex: 64 of 0-9 and a-f");
    return null;
  }

  private Set<String> publishableScopes() {
    Set<String> scopes = new LinkedHashSet<>(values.list(Property.API_KEY_PUBLISHABLE_SCOPES));
    if (scopes.stream().anyMatch(s -> s.startsWith("sallyport:"))
        || scopes.contains(adminScope())) {
      values.mistake(
          Property.API_KEY_PUBLISHABLE_SCOPES,
          "holds a scope that a key which everybody can read must not have: leave out sallyport:*"
              + " and the administration's scope");
    }
    return scopes;
  }

  private List<Pepper> peppers() {
    List<Pepper> peppers = new ArrayList<>();
    for (String text : values.list(Property.API_KEY_PEPPER)) {
      try {
        byte[] bytes = Base64.getUrlDecoder().decode(text);
        peppers.add(new Pepper(bytes));
        Arrays.fill(bytes, (byte) 0);
      } catch (IllegalArgumentException e) {
        values.mistake(
            Property.API_KEY_PEPPER, "is not base64url of at least " + Pepper.MIN_BYTES + " bytes");
      }
    }
    return peppers;
  }

  private StoreSettings store(Path data) {
    Optional<String> schema = values.text(Property.STORE_SCHEMA);
    if (schema.isPresent() && !IDENTIFIER.matcher(schema.get()).matches()) {
      values.mistake(Property.STORE_SCHEMA, "is not of the form " + IDENTIFIER.pattern());
    }
    return new StoreSettings(
        source(data),
        schema.orElse(null),
        values.flag(Property.STORE_MIGRATE),
        values.duration(Property.STORE_QUERY_TIMEOUT, Values.SHORTEST, Values.LONGEST));
  }

  private StoreSettings.Source source(Path data) {
    Optional<String> jndi = values.text(Property.STORE_DATASOURCE);
    Optional<Secret> url = values.text(Property.STORE_URL).map(Secret::new);
    Optional<String> username = values.text(Property.STORE_USERNAME);
    Optional<Secret> password = values.secret(Property.STORE_PASSWORD);
    if (url.isPresent() && !url.get().reveal().startsWith("jdbc:")) {
      values.mistake(Property.STORE_URL, "is not a JDBC URL, which starts with jdbc:");
    }
    if (jndi.isPresent()) {
      if (url.isPresent()) {
        warnings.add("sallyport.store.url is not used: sallyport.store.datasource is set.");
      }
      return new StoreSettings.Source.Jndi(jndi.get());
    }
    if (url.isPresent()) {
      return new StoreSettings.Source.Url(url.get(), username.orElse(null), password.orElse(null));
    }
    for (Property lonely : List.of(Property.STORE_USERNAME, Property.STORE_PASSWORD)) {
      if (values.isSet(lonely)) {
        values.mistake(lonely, "goes with sallyport.store.url, which is not set");
      }
    }
    return new StoreSettings.Source.Embedded(data);
  }

  private @Nullable ClusterSettings cluster() {
    Optional<String> provider = values.text(Property.CLUSTER_PROVIDER);
    Optional<String> uri = values.text(Property.CLUSTER_URI);
    if (provider.isEmpty()) {
      if (uri.isPresent()) {
        values.mistake(
            Property.CLUSTER_URI, "goes with sallyport.cluster.provider, which is not set");
      }
      return null;
    }
    if (!ClusterSettings.PROVIDERS.contains(provider.get())) {
      values.mistake(
          Property.CLUSTER_PROVIDER,
          "\"%s\" is not known; known are %s"
              .formatted(
                  Mistakes.echo(provider.get()), String.join(", ", ClusterSettings.PROVIDERS)));
    }
    if (uri.isEmpty()) {
      values.mistake(
          Property.CLUSTER_URI,
          "is not set, and a member by Hazelcast's defaults would be open to everybody. Name a file"
              + " such as this one:\n"
              + ClusterSettings.EXAMPLE);
    }
    return uri.map(ClusterSettings::new).orElse(null);
  }

  private AdminSettings admin() {
    return new AdminSettings(values.flag(Property.ADMIN_ENABLED), adminScope());
  }

  private String adminScope() {
    return values.text(Property.ADMIN_SCOPE, SCOPE, "a scope (RFC 6749 section 3.3)");
  }

  private enum Combine {
    BOTH,
    REFUSE
  }
}
