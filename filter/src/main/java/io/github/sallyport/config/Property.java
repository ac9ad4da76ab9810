package io.github.sallyport.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every property that a deployer can set. The reader, the check for misspelt names and the table in
 * the documentation all come from here.
 *
 * <p>{@code NAME} in a name stands for the deployer's own word for an issuer, a path rule or a
 * plan.
 */
enum Property {
  DATA(
      "sallyport.data",
      Type.FOLDER,
      "sallyport",
      "Folder of all that the embedded defaults write; relative to the working directory."),
  REALM("sallyport.realm", Type.TEXT, "sallyport", "Realm of the challenges."),
  ISSUERS(
      "sallyport.issuers",
      Type.LIST,
      "",
      "The NAMEs of the issuers. Unset: those found in the names of sources other than the"
          + " environment."),
  PLANS(
      "sallyport.plans",
      Type.LIST,
      "",
      "The NAMEs of the plans; `default` and `jwt` are none. Unset: those found in the names of"
          + " sources other than the environment."),
  ACCESS(
      "sallyport.access",
      Type.LIST,
      "",
      "The NAMEs of the path rules. Unset: those found in the names of sources other than the"
          + " environment."),
  UNAUTHENTICATED(
      "sallyport.unauthenticated",
      Type.WORD,
      "reject",
      "Where no path rule matches, a request without a credential is refused (`reject`) or goes on"
          + " as anonymous (`allow`). A bad credential is refused in both."),

  ACCESS_PATHS(
      "sallyport.access.NAME.paths",
      Type.LIST,
      "",
      "Servlet patterns: exact (`/a`), prefix (`/a/*`) or extension (`*.a`). Needed."),
  ACCESS_METHODS(
      "sallyport.access.NAME.methods",
      Type.LIST,
      "",
      "HTTP methods; unset: all. `GET` covers `HEAD`. A method that no rule of a pattern with rules"
          + " names is denied; two rules for one pattern and method stop the deployment."),
  ACCESS_POLICY(
      "sallyport.access.NAME.policy",
      Type.WORD,
      "authenticated",
      "`permit` (no credential is read), `optional` (read if shown), `authenticated`, `deny`."),
  ACCESS_SCOPES(
      "sallyport.access.NAME.scopes",
      Type.LIST,
      "",
      "All of these scopes are needed; with the policy `authenticated` only."),
  ACCESS_ROLES(
      "sallyport.access.NAME.roles",
      Type.LIST,
      "",
      "Any of these roles is needed; with the policy `authenticated` only."),
  ACCESS_CREDENTIALS(
      "sallyport.access.NAME.credentials",
      Type.LIST,
      "",
      "The kinds let in: `API_KEY`, `BEARER` (each also lets in a request that shows both), `BOTH`;"
          + " with the policy `authenticated` only."),
  ACCESS_COST(
      "sallyport.access.NAME.cost",
      Type.NUMBER,
      "1",
      "The permits of its plan that a request takes; with the policies `authenticated` and"
          + " `optional` only."),

  REQUIRE_HTTPS(
      "sallyport.require-https", Type.FLAG, "true", "Refuse a credential that came in clear."),
  COMBINE(
      "sallyport.combine",
      Type.WORD,
      "both",
      "A request that shows an API key and a token: both must verify (`both`), or it is refused"
          + " (`refuse`)."),
  CSRF_ORIGINS(
      "sallyport.csrf.origins",
      Type.LIST,
      "",
      "Other origins, as `https://app.example`, whose pages may send the token's cookie where the"
          + " browser has no `Sec-Fetch-Site`."),
  CORS_PREFLIGHT(
      "sallyport.cors-preflight",
      Type.FLAG,
      "false",
      "Let CORS preflights through without a credential."),

  STORE_DATASOURCE(
      "sallyport.store.datasource",
      Type.TEXT,
      "",
      "JNDI name of a DataSource of the container. Work runs outside any JTA transaction."),
  STORE_URL(
      "sallyport.store.url",
      Type.SECRET,
      "",
      "JDBC URL, used when no JNDI name is given. Unset: an embedded H2 file in `sallyport.data`,"
          + " durable at commit."),
  STORE_USERNAME("sallyport.store.username", Type.TEXT, "", "Goes with `sallyport.store.url`."),
  STORE_PASSWORD("sallyport.store.password", Type.SECRET, "", "Goes with `sallyport.store.url`."),
  STORE_SCHEMA(
      "sallyport.store.schema",
      Type.TEXT,
      "",
      "Schema of our tables; unset: the connection's own."),
  STORE_MIGRATE(
      "sallyport.store.migrate",
      Type.FLAG,
      "true",
      "Create and alter our tables; `false`: check them and refuse, naming the missing version."),
  STORE_QUERY_TIMEOUT(
      "sallyport.store.query-timeout",
      Type.DURATION,
      "PT2S",
      "How long one statement, or the wait for a connection, may take."),
  STORE_POLL(
      "sallyport.store.poll",
      Type.DURATION,
      "PT2S",
      "While the store is reached, a revocation made anywhere binds here after at most this and one"
          + " query time-out."),
  STORE_GRACE(
      "sallyport.store.grace",
      Type.DURATION,
      "PT1M",
      "How long copies serve while the store is not reached. What holds is the longer of this and"
          + " poll + query time-out; `PT0S` makes it the latter."),

  CACHE_PROVIDER(
      "sallyport.cache.provider",
      Type.TEXT,
      "",
      "The JCache provider that keeps copies, by its class or a short word: `ehcache`, `caffeine`,"
          + " `cache2k`. Unset: Ehcache where the application has it, else the one of these that it"
          + " has."),
  CACHE_URI(
      "sallyport.cache.uri",
      Type.TEXT,
      "",
      "`file:` URI of an Ehcache configuration (XML), in which our caches are made. It can't lift"
          + " their bound or their time. The other providers take none."),
  CACHE_TTL(
      "sallyport.cache.ttl",
      Type.DURATION,
      "PT5M",
      "After which time a copy is read again, as soon as the store answers."),
  CACHE_MAX_ENTRIES(
      "sallyport.cache.max-entries", Type.NUMBER, "100000", "How many copies are kept at most."),
  CLUSTER_PROVIDER(
      "sallyport.cluster.provider",
      Type.TEXT,
      "",
      "By which cluster the nodes wake each other and share rate limits: `hazelcast`, or the class"
          + " of its JCache provider."
          + " Unset: by none, and each finds out by itself."),
  CLUSTER_URI(
      "sallyport.cluster.uri",
      Type.TEXT,
      "",
      "Where the configuration of the cluster's member lies: a file, a `file:` URL, or `classpath:`"
          + " and a resource of the application. Or a member that runs already: `hazelcast:` and its"
          + " name, `jndi:` and its JNDI name, or a name in `java:`. Needed where there is a"
          + " provider."),

  API_KEY_HEADER(
      "sallyport.api-key.header", Type.TEXT, "X-API-Key", "The header that carries an API key."),
  API_KEY_BEARER(
      "sallyport.api-key.bearer",
      Type.FLAG,
      "true",
      "Read a bearer token that starts with the key prefix and `_` as an API key."),
  API_KEY_PREFIX(
      "sallyport.api-key.prefix",
      Type.TEXT,
      "sp",
      "First part of every key's text: `[a-z][a-z0-9]{1,15}`."),
  API_KEY_FOREIGN(
      "sallyport.api-key.foreign",
      Type.FLAG,
      "false",
      "Read keys that other systems issued and that were imported, in the key's header."),
  API_KEY_MAX_AGE(
      "sallyport.api-key.max-age",
      Type.DURATION,
      "",
      "How old a key's text may get, also of keys that are there already: then it is expired, and"
          + " only rotating it helps. Unset: no bound."),
  API_KEY_PEPPER(
      "sallyport.api-key.pepper",
      Type.SECRET_LIST,
      "",
      "Base64url of 32 bytes or more; several, newest first. Unset: digests at rest are not keyed,"
          + " and a warning says so."),
  API_KEY_PUBLISHABLE_SCOPES(
      "sallyport.api-key.publishable-scopes",
      Type.LIST,
      "",
      "The scopes that a publishable key may carry."),

  MP_PUBLICKEY(
      "mp.jwt.verify.publickey",
      Type.TEXT,
      "",
      "The issuer's public key: PEM, JWK, JWK set, or one of the last two in base64url. Either this"
          + " or the location."),
  MP_PUBLICKEY_LOCATION(
      "mp.jwt.verify.publickey.location",
      Type.TEXT,
      "",
      "Where that key is: an `http:` or `https:` URL of a JWK set, a `file:` URL, a file, or a"
          + " class path resource of the application."),
  MP_PUBLICKEY_ALGORITHM(
      "mp.jwt.verify.publickey.algorithm",
      Type.LIST,
      "RS256",
      "What the issuer may sign with, as for `sallyport.issuer.NAME.algorithms`; no HMAC."),
  MP_ISSUER(
      "mp.jwt.verify.issuer",
      Type.TEXT,
      "",
      "The exact `iss` claim. Needed as soon as any other `mp.jwt.verify.*` is set."),
  MP_AUDIENCES(
      "mp.jwt.verify.audiences",
      Type.LIST,
      "",
      "Any of these must be in `aud`. Unset: tokens for any audience are let in, and a warning says"
          + " so."),
  MP_CLOCK_SKEW(
      "mp.jwt.verify.clock.skew", Type.SECONDS, "60", "How far clocks may differ; 600 at most."),
  MP_TOKEN_AGE(
      "mp.jwt.verify.token.age",
      Type.SECONDS,
      "",
      "How long after `iat` a token is let in; unset: the claim is not looked at."),
  MP_TOKEN_HEADER(
      "mp.jwt.token.header",
      Type.WORD,
      "Authorization",
      "Where the token is: `Authorization`, or `Cookie` where a request has no `Authorization`."),
  MP_TOKEN_COOKIE(
      "mp.jwt.token.cookie",
      Type.TEXT,
      "Bearer",
      "Name of the token's cookie, where `mp.jwt.token.header` is `Cookie`."),
  MP_DECRYPT_KEY_LOCATION(
      "mp.jwt.decrypt.key.location", Type.SECRET, "", "Encrypted tokens (JWE).", Later.ANY),
  MP_DECRYPT_KEY_ALGORITHM(
      "mp.jwt.decrypt.key.algorithm", Type.TEXT, "", "Encrypted tokens (JWE).", Later.ANY),

  ISSUER_ISS("sallyport.issuer.NAME.iss", Type.TEXT, "", "The exact `iss` claim. Needed."),
  ISSUER_JWKS(
      "sallyport.issuer.NAME.jwks",
      Type.TEXT,
      "",
      "URL of the issuer's JWK set. This, the discovery, the public key or the secret: one of them."),
  ISSUER_DISCOVERY(
      "sallyport.issuer.NAME.discovery",
      Type.TEXT,
      "",
      "URL of the issuer's metadata (OpenID Connect Discovery, RFC 8414), which names its JWK set. If"
          + " it has no `/.well-known/` in it, `/.well-known/openid-configuration` is added. What it"
          + " says of its `issuer` must be the `iss`."),
  ISSUER_PUBLIC_KEY(
      "sallyport.issuer.NAME.public-key",
      Type.TEXT,
      "",
      "PEM, JWK or JWK set: the text itself, a `file:` URL, a file, or a class path resource of the"
          + " application."),
  ISSUER_SECRET(
      "sallyport.issuer.NAME.secret",
      Type.SECRET,
      "",
      "The secret that the issuer and we share, for `HS256` (32 bytes at least), `HS384` (48) or"
          + " `HS512` (64): its characters as they stand, in UTF-8, or a JWK of `kty` `oct`."),
  ISSUER_AUDIENCES(
      "sallyport.issuer.NAME.audiences",
      Type.LIST,
      "",
      "Any of these must be in `aud`. Unset: tokens for any audience are let in, and a warning says"
          + " so."),
  ISSUER_ALGORITHMS(
      "sallyport.issuer.NAME.algorithms",
      Type.LIST,
      "RS256",
      "The algorithms that the issuer may sign with: `RS256`, `RS384`, `RS512`, `PS256`, `PS384`,"
          + " `PS512`, `ES256`, `ES384`, `ES512`, `EdDSA`, `Ed25519` (the same by its newer name);"
          + " with a secret `HS256` (then the default), `HS384`, `HS512`, and no other."),
  ISSUER_TYPE(
      "sallyport.issuer.NAME.type",
      Type.LIST,
      "",
      "The `typ` headers let in. Unset: none, `JWT` and `at+jwt`."),
  ISSUER_PRESET(
      "sallyport.issuer.NAME.preset",
      Type.WORD,
      "none",
      "How the issuer's access tokens look: `keycloak`, `auth0`, `entra`, `okta`, `cognito`. It says"
          + " where name, roles, scopes and audience are, and how an ID token is told from an access"
          + " token; what is set beside it wins. Without keys they are found by the `iss`."),
  ISSUER_REQUIRED_CLAIMS(
      "sallyport.issuer.NAME.required-claims",
      Type.LIST,
      "",
      "Claims that must be there beside `exp`."),
  ISSUER_ROLES_CLAIM(
      "sallyport.issuer.NAME.roles-claim",
      Type.TEXT,
      "",
      "Path of the roles, as `realm_access/roles`. Unset: the preset's, or `groups`."),
  ISSUER_SCOPES_CLAIM(
      "sallyport.issuer.NAME.scopes-claim",
      Type.TEXT,
      "",
      "Path of the scopes. Unset: the preset's; or `scope`, and where that is missing `scp`."),
  ISSUER_NAME_CLAIM(
      "sallyport.issuer.NAME.name-claim",
      Type.TEXT,
      "",
      "Path of the user's name. Unset: the preset's, or `sub`. (The set of `mp.jwt.verify.*` takes the first of `upn`,"
          + " `preferred_username`, `sub`.)"),
  ISSUER_CLOCK_SKEW(
      "sallyport.issuer.NAME.clock-skew",
      Type.DURATION,
      "PT1M",
      "How far clocks may differ; `PT10M` at most."),
  ISSUER_MAX_AGE(
      "sallyport.issuer.NAME.max-age",
      Type.DURATION,
      "",
      "How long after `iat` a token is let in; unset: the claim is not looked at."),
  ISSUER_JWKS_REFRESH(
      "sallyport.issuer.NAME.jwks-refresh",
      Type.DURATION,
      "PT5M",
      "How long a JWK set is taken for current; less where the answer's `Cache-Control` says so, but"
          + " no less than 30 seconds."),
  ISSUER_JWKS_MAX_STALE(
      "sallyport.issuer.NAME.jwks-max-stale",
      Type.DURATION,
      "P1D",
      "How long after that it still serves while the issuer does not answer."),
  ISSUER_ALLOW_HTTP(
      "sallyport.issuer.NAME.allow-http",
      Type.FLAG,
      "false",
      "Let the JWK set come over `http:`, where anybody on the way can put in a key. (From this"
          + " machine itself it may.)"),
  ISSUER_INTROSPECTION_URL(
      "sallyport.issuer.NAME.introspection.url",
      Type.TEXT,
      "",
      "RFC 7662 endpoint, at which tokens without a dot are asked about. One issuer may have it; it"
          + " needs no key then. Client id and secret go with it."),
  ISSUER_INTROSPECTION_CLIENT_ID(
      "sallyport.issuer.NAME.introspection.client-id", Type.TEXT, "", "Whom we are there."),
  ISSUER_INTROSPECTION_CLIENT_SECRET(
      "sallyport.issuer.NAME.introspection.client-secret",
      Type.SECRET,
      "",
      "What proves it, by HTTP Basic (RFC 6749 section 2.3.1)."),

  JWT_CACHE_MAX_ENTRIES(
      "sallyport.jwt.cache.max-entries",
      Type.NUMBER,
      "10000",
      "How many tokens that verified are remembered, each for five minutes at most; `0`: none."),
  JWT_MAX_BYTES(
      "sallyport.jwt.max-bytes", Type.NUMBER, "8192", "The longest token that is looked at."),

  TOKEN_ISSUER(
      "sallyport.token.issuer",
      Type.TEXT,
      "",
      "The `iss` of the tokens that we issue, and what stands before `/sallyport/` in the URLs of our"
          + " endpoints: an `https:` URL (`http:` for loopback alone), never taken from `Host`, and no"
          + " other issuer's. Unset: we issue none."),
  TOKEN_AUDIENCE(
      "sallyport.token.audience",
      Type.LIST,
      "",
      "Whom our access tokens are for (`aud`), unless another is asked for: each 1 to 500 printable"
          + " ASCII characters without space or quote. Unset: the issuer."),
  TOKEN_ALGORITHM(
      "sallyport.token.algorithm",
      Type.WORD,
      "RS256",
      "What our tokens are signed with: `RS256`, `ES256` or `EdDSA`."),
  TOKEN_ACCESS_TTL(
      "sallyport.token.access-ttl",
      Type.DURATION,
      "PT15M",
      "How long an access token lives at most: `PT1S` to `P1D`."),
  TOKEN_REFRESH_TTL(
      "sallyport.token.refresh-ttl",
      Type.DURATION,
      "P30D",
      "How long the refresh tokens of one login live, however often they are renewed: `PT1M` to"
          + " `P3650D`, and no shorter than an access token."),
  TOKEN_REFRESH_REUSE_GRACE(
      "sallyport.token.refresh-reuse-grace",
      Type.DURATION,
      "PT30S",
      "How long after its first use a refresh token still leads to the same successor, for a client"
          + " that lost the answer: `PT5M` at most; `PT0S`: it does not. Used later, it ends the"
          + " refresh tokens of its login."),
  TOKEN_KEY_LOCATION(
      "sallyport.token.key-location",
      Type.TEXT,
      "",
      "A file, or a `file:` URL, of key pairs that you bring to sign with: PEM, of which the first"
          + " signs, or PKCS #12 (`.p12` or `.pfx`; the password is the first line of the file of the"
          + " same name with `.password` at its end), of which the newest signs. All are published."
          + " Unset: we make keys and rotate them. The store keeps those sealed under"
          + " `sallyport.api-key.pepper`, which is needed then."),
  TOKEN_KEY_ROTATION(
      "sallyport.token.key-rotation",
      Type.DURATION,
      "P30D",
      "How long a key that we made signs, until the next one does; `PT1H` at least."),
  TOKEN_KEY_OVERLAP(
      "sallyport.token.key-overlap",
      Type.DURATION,
      "P7D",
      "How long it is published before it signs, for those who keep a copy of the key set: `PT5M` at"
          + " least, and shorter than the rotation."),
  TOKEN_EXCHANGE_AUDIENCES(
      "sallyport.token.exchange-audiences",
      Type.LIST,
      "",
      "For whom else a token may be exchanged (RFC 8693), written as the audience is. Unset: for"
          + " nobody else."),
  TOKEN_LOGIN_CLIENT_ID(
      "sallyport.token.login-client-id",
      Type.TEXT,
      "login",
      "The `client_id` of tokens from a login: 1 to 255 printable ASCII characters without space,"
          + " quote or colon, and nothing that could be an API key or its id."),
  RESOURCE(
      "sallyport.resource",
      Type.TEXT,
      "",
      "Our identifier in RFC 9728 metadata: the `https:` URL by which others know what is protected"
          + " (`http:` for loopback alone), never taken from `Host`. Set: Bearer challenges name the"
          + " metadata's URL."),

  PLAN_LIMIT(
      "sallyport.plan.NAME.limit",
      Type.LIST,
      "",
      "Permits per window, on each node, or on all together where a cluster is set: `100/PT1M`,"
          + " or `100/PT1M;burst=20` where a bucket holds another number than those of a window. Several hold together, one a window. Needs"
          + " Bucket4j. A plan has this, a quota or a concurrency; the first start keeps it in the"
          + " store, whose own holds afterwards."),
  PLAN_QUOTA(
      "sallyport.plan.NAME.quota",
      Type.TEXT,
      "",
      "Permits per period, of all nodes together: `1000000/P1M` (a month of the calendar, in UTC),"
          + " `1000000/P1M@15[Europe/Zurich]` (from the 15th on, in that zone), `5000/P1D`."),
  PLAN_CONCURRENCY(
      "sallyport.plan.NAME.concurrency",
      Type.NUMBER,
      "",
      "Requests in flight at one time, on each node."),
  PLAN_DEFAULT(
      "sallyport.plan.default",
      Type.TEXT,
      "",
      "The plan of API keys that have none. Unset: those are not limited."),
  PLAN_JWT(
      "sallyport.plan.jwt",
      Type.TEXT,
      "",
      "The plan of callers by token alone. Unset: those are not limited."),
  LIMIT_FAILURES(
      "sallyport.limit.failures",
      Type.TEXT,
      "20/PT1M",
      "Failed authentications per client address, on each node: then 429, before anything is looked"
          + " up. An API key that stands is let in all the same."),
  LIMIT_LEASE(
      "sallyport.limit.lease",
      Type.NUMBER,
      "",
      "Permits that a node of a cluster takes from a bucket that all share at once, 1 to"
          + " 999999999; 1 asks the cluster on every request. Unset: as many as the load asks"
          + " for."),
  LIMIT_ON_FAILURE(
      "sallyport.limit.on-failure",
      Type.WORD,
      "local",
      "Rate limits while the cluster does not answer: `local` (each node holds callers to the whole"
          + " limit), `allow` (nobody is held to them) or `deny` (503)."),

  ADMIN_ENABLED(
      "sallyport.admin.enabled", Type.FLAG, "false", "Administration under `/sallyport/`."),
  ADMIN_SCOPE(
      "sallyport.admin.scope",
      Type.TEXT,
      "sallyport:admin",
      "The scope that makes a caller an administrator."),
  ADMIN_INITIAL_KEY_DIGEST(
      "sallyport.admin.initial-key-digest",
      Type.TEXT,
      "",
      "SHA-256, in hex, of a text of 20 to 512 characters that you made: the first administrator's"
          + " key, in the place of one that is written to a file. It is shown in the key's header."),
  CONSOLE_ENABLED(
      "sallyport.console.enabled",
      Type.FLAG,
      "",
      "The page under `/sallyport/console/`.",
      Later.unless("false")),
  AUDIT_SINK(
      "sallyport.audit.sink",
      Type.WORD,
      "log",
      "Where events go: `log` (logger `sallyport.audit`), `jdbc` (a sealed table of the store),"
          + " `none`, or the name of a class of the application that implements `AuditSink`."),
  AUDIT_ON_FULL(
      "sallyport.audit.on-full",
      Type.WORD,
      "block",
      "What becomes of a refusal's event where `jdbc` or a class is too slow: `block` (the request"
          + " waits, 2 s at most) or `drop`. Nothing is lost in silence. Changes and audited accesses"
          + " always wait, and do not take place without their event."),
  AUDIT_KEEP(
      "sallyport.audit.keep",
      Type.DURATION,
      "P400D",
      "How long events stay in the table of `jdbc`, at least a day."),
  CDI_JSR250(
      "sallyport.cdi.jsr250",
      Type.FLAG,
      "false",
      "Whether `@RolesAllowed`, `@PermitAll` and `@DenyAll` (JSR-250) hold on CDI beans. CDI reads it"
          + " before the filter is known, so an init parameter can't set it."),
  MECHANISM(
      "sallyport.mechanism",
      Type.WORD,
      "auto",
      "Whether Jakarta Security is told who calls: `auto` (where an implementation runs and the"
          + " application has no mechanism of its own), `on`, `off`. CDI reads it before the filter"
          + " is known, so an init parameter can't set it.");

  /** The part of a name that stands for the deployer's own word. */
  static final String PLACEHOLDER = "NAME";

  /** How a value is written. */
  enum Type {
    TEXT("text"),
    SECRET("text, secret"),
    WORD("word"),
    FLAG("`true` or `false`"),
    NUMBER("whole number"),
    SECONDS("whole seconds"),
    DURATION("ISO-8601 duration"),
    LIST("comma list"),
    SECRET_LIST("comma list, secret"),
    FOLDER("path");

    final String words;

    Type(String words) {
      this.words = words;
    }
  }

  /**
   * What is known by name and not there yet. Setting it is a mistake: nothing that a deployer asks
   * of a security product is passed over.
   *
   * @param off the one value that asks for nothing; null: there is none
   */
  record Later(@Nullable String off) {
    static final Later ANY = new Later(null);

    static Later unless(String off) {
      return new Later(off);
    }
  }

  private final String path;
  private final Type type;
  private final String fallback;
  private final String meaning;

  // A record of one string can't change; the annotation that would say so is no dependency of ours.
  @SuppressWarnings("ImmutableEnumChecker")
  private final @Nullable Later later;

  Property(String path, Type type, String fallback, String meaning) {
    this(path, type, fallback, meaning, null);
  }

  Property(String path, Type type, String fallback, String meaning, @Nullable Later later) {
    this.path = path;
    this.type = type;
    this.fallback = fallback;
    this.meaning = meaning;
    this.later = later;
  }

  /** The name as documented, with {@link #PLACEHOLDER} where it has one. */
  String path() {
    return path;
  }

  Type type() {
    return type;
  }

  /** What holds when it is not set, as one would write it; empty: nothing. */
  String fallback() {
    return fallback;
  }

  String meaning() {
    return meaning;
  }

  Optional<Later> later() {
    return Optional.ofNullable(later);
  }

  /** Tells whether its value must never be echoed. */
  boolean isSecret() {
    return type == Type.SECRET || type == Type.SECRET_LIST;
  }

  /** Tells whether there is one for each issuer, path rule or plan. */
  boolean isNamed() {
    return path.contains("." + PLACEHOLDER + ".");
  }

  /** The name to look up for this issuer, path rule or plan. */
  String path(String name) {
    return path.replace("." + PLACEHOLDER + ".", "." + name + ".");
  }

  /** Those that stand for themselves. */
  static List<Property> single() {
    return Stream.of(values()).filter(p -> !p.isNamed()).toList();
  }
}
