package io.github.sallyport.http;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.Application;
import io.github.sallyport.Authentication;
import io.github.sallyport.Authenticator;
import io.github.sallyport.Caller;
import io.github.sallyport.Credential;
import io.github.sallyport.CredentialKind;
import io.github.sallyport.CurrentCaller;
import io.github.sallyport.EstablishedCaller;
import io.github.sallyport.ForwardingCaller;
import io.github.sallyport.IssuerUnavailableException;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.User;
import io.github.sallyport.access.AccessRules;
import io.github.sallyport.access.AccessSettings;
import io.github.sallyport.access.PathRule;
import io.github.sallyport.access.Policy;
import io.github.sallyport.access.Unauthenticated;
import io.github.sallyport.audit.AuditEvent;
import io.github.sallyport.cache.CapturedLog;
import io.github.sallyport.limit.LimitSettings;
import io.github.sallyport.limit.Limiter;
import io.github.sallyport.testing.TestServer;
import io.github.sallyport.testing.Wire;
import io.github.sallyport.testing.Wire.Reply;
import jakarta.ejb.EJBAccessException;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.security.Principal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The door through real HTTP; who is it is answered by a table, since that is others' business. */
class FilterTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final String KEY = "X-API-Key: sp_good";
  private static final String TOKEN = "Authorization: Bearer good.token.x";

  private static final int MIXED = 10_000;

  private static final List<AuditEvent> AUDIT = new CopyOnWriteArrayList<>();
  private static final AtomicReference<@Nullable Left> LEFT = new AtomicReference<>();
  private static TestServer server;
  private static Wire wire;

  private static Authentication key(String text) {
    return switch (text) {
      case "sp_good" ->
          new Authentication.Known(
              EstablishedCaller.byKey(
                  new Application(
                      "k1",
                      "k1",
                      false,
                      "acme",
                      "free",
                      "live",
                      Set.of("a", "b"),
                      Set.of("robot"),
                      null,
                      false),
                  NOW));
      case "sp_ends_in_13_days" -> endingIn(Duration.ofDays(13));
      case "sp_ends_in_14_days" -> endingIn(Duration.ofDays(14));
      case "sp_down" -> throw new StoreUnavailableException("the store");
      case "sp_memory" -> throw new OutOfMemoryError("as if");
      case "sp_revoked" ->
          new Authentication.No(
              Refused.of(Refusal.KEY_REVOKED, "The key was revoked.").about("k2"));
      default -> new Authentication.No(Refused.of(Refusal.KEY_UNKNOWN, "There is no such key."));
    };
  }

  private static Authentication endingIn(Duration left) {
    return new Authentication.Known(
        EstablishedCaller.byKey(
            new Application(
                "k3", "k3", false, "acme", null, "live", Set.of(), Set.of(), NOW.plus(left), false),
            NOW));
  }

  private static Authentication token(String text) {
    return switch (text) {
      case "good.token.x" ->
          new Authentication.Known(
              EstablishedCaller.byToken(
                  new User(
                      "alice",
                      "a-1",
                      "iss",
                      "j1",
                      Set.of("b", "c"),
                      Set.of("user"),
                      Map.of(),
                      null,
                      NOW),
                  NOW));
      case "issuer.is.down" -> throw new IssuerUnavailableException("the issuer");
      default -> new Authentication.No(Refused.of(Refusal.TOKEN_INVALID, "The token is not good."));
    };
  }

  private static HttpSettings settings(boolean requireHttps, boolean both, boolean preflight) {
    return new HttpSettings(
        "the \"realm\"", requireHttps, both, preflight, "X-API-Key", true, "sp", 8192);
  }

  private static PathRule rule(
      Policy policy, String pattern, Set<String> scopes, CredentialKind... kinds) {
    return new PathRule(
        "r", List.of(pattern), Set.of(), policy, scopes, Set.of(), Set.of(kinds), 1);
  }

  private static Corridor corridor(HttpSettings settings, PathRule... rules) {
    return new Corridor(
        settings,
        new AccessRules(new AccessSettings(Unauthenticated.REJECT, List.of(rules))),
        new Authenticator<Credential.ApiKey>() {
          @Override
          public Authentication authenticate(Credential.ApiKey credential) {
            return key(credential.text().reveal());
          }

          @Override
          public Optional<String> publicId(Credential.ApiKey credential) {
            return Optional.of("k-shown");
          }
        },
        credential -> token(credential.text().reveal()),
        true,
        Limiter.of(LimitSettings.NONE, System::nanoTime),
        Witnesses.of(AUDIT::add),
        Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private static TestServer server(Corridor corridor, String... patterns) throws IOException {
    return new TestServer()
        .initializer(
            (classes, context) ->
                corridor.openIn(context, new FilterCoverage(Set.of(patterns), Set.of())))
        .filter(SallyportFilter.class, Map.of(), patterns)
        .map(SallyportFilter.class, new String[] {"/*"}, "ASYNC", "ERROR")
        .servlet("/*", new Probe())
        .servlet("/error-page", new Probe())
        .errorPage(500, "/error-page");
  }

  /** Tells what the application sees, and does what the path says. */
  private static final class Probe extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException, ServletException {
      String path = Corridor.dispatchedPath(request);
      if (path.endsWith("/refuse")) {
        CurrentCaller.find().orElseThrow().require("never");
      } else if (path.endsWith("/refuse-wrapped")) {
        try {
          CurrentCaller.find().orElseThrow().requireRole("never");
        } catch (SecurityException e) {
          throw new ServletException(new IllegalStateException(e));
        }
      } else if (path.endsWith("/refuse-by-ejb")) {
        throw new ServletException(new IllegalStateException(new EJBAccessException("no")));
      } else if (path.endsWith("/refuse-late")) {
        response.setHeader("X-Half-Made", "yes");
        response.getWriter().write("half made");
        CurrentCaller.find().orElseThrow().require("never");
      } else if (path.endsWith("/store-fault")) {
        throw new ServletException(new StoreUnavailableException("below the application"));
      } else if (path.endsWith("/login")) {
        try {
          request.login("somebody", "else");
        } catch (ServletException e) {
          response.setHeader("X-Login", e.getMessage());
        }
      } else if (path.endsWith("/reset")) {
        response.reset();
      } else if (path.endsWith("/may-access")) {
        for (String elsewhere : List.of("/public/x", "/denied/x", "/needs-a/x")) {
          boolean may = Outcome.mayAccess(request, elsewhere, List.of());
          response.addHeader("X-May-Access", elsewhere + "=" + may);
        }
      } else if (path.endsWith("/fail")) {
        throw new ServletException("the application's own fault");
      } else if (path.endsWith("/logout")) {
        request.logout();
      } else if (path.endsWith("/left")) {
        LEFT.set(new Left(WorkingFor.current(), new WeakReference<>(request)));
      } else if (path.endsWith("/principal")) {
        request.setAttribute("principal", request.getUserPrincipal());
      } else if (path.endsWith("/cacheable")) {
        response.addHeader("Cache-Control", "max-age=5");
        response.setHeader("Vary", "Accept");
      } else if (path.endsWith("/forward")) {
        request.getRequestDispatcher("/elsewhere").forward(request, response);
        return;
      } else if (path.endsWith("/async") && request.getDispatcherType() == DispatcherType.REQUEST) {
        AsyncContext async = request.startAsync();
        async.start(
            () -> {
              HttpServletRequest seen = (HttpServletRequest) async.getRequest();
              request.setAttribute("principal-in-thread", String.valueOf(seen.getUserPrincipal()));
              async.dispatch();
            });
        return;
      } else if (path.endsWith("/async-complete")) {
        answerLater(request.startAsync(), response);
        return;
      } else if (path.endsWith("/async-again")) {
        request.startAsync(request, response);
        answerLater(request.getAsyncContext(), response);
        return;
      } else if (path.endsWith("/async-logout")) {
        AsyncContext async = request.startAsync();
        request.logout();
        answerLater(async, response);
        return;
      }
      tell(request, response);
    }

    private static void answerLater(AsyncContext async, HttpServletResponse response) {
      async.start(
          () -> {
            try {
              tell((HttpServletRequest) async.getRequest(), response);
            } catch (IOException e) {
              throw new AssertionError(e);
            }
            async.complete();
          });
    }

    private static void tell(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      StringBuilder told = new StringBuilder("handled");
      told.append(" dispatch=").append(request.getDispatcherType());
      told.append(" user=").append(request.getRemoteUser());
      told.append(" auth=").append(request.getAuthType());
      told.append(" robot=").append(request.isUserInRole("robot"));
      told.append(" role-user=").append(request.isUserInRole("user"));
      told.append(" any=").append(request.isUserInRole("**"));
      told.append(" star=").append(request.isUserInRole("*"));
      told.append(" caller=").append(request.getUserPrincipal() instanceof Caller);
      told.append(" thread=").append(request.getAttribute("principal-in-thread"));
      told.append(" current=")
          .append(
              CurrentCaller.find()
                  .map(
                      c ->
                          c.isAuthenticated()
                              ? c.getName() + c.scopes().stream().sorted().toList()
                              : "anonymous")
                  .orElse("none"));
      told.append(" headers=").append(Collections.list(request.getHeaderNames()));
      told.append(" key=").append(request.getHeader("x-api-KEY"));
      told.append(Collections.list(request.getHeaders("X-API-Key")));
      if (request.getHeader("X-API-Key") == null) {
        told.append(request.getIntHeader("X-API-Key")).append(request.getDateHeader("X-API-Key"));
      }
      told.append(" authorization=").append(request.getHeader("authorization"));
      told.append(" session=").append(request.getSession(false));
      response.setContentType("text/plain");
      response.getOutputStream().print(told.toString());
    }
  }

  @BeforeAll
  static void start() throws Exception {
    server =
        server(
            corridor(
                settings(true, true, false),
                rule(Policy.PERMIT, "/public/*", Set.of()),
                rule(Policy.OPTIONAL, "/optional/*", Set.of()),
                rule(Policy.DENY, "/denied/*", Set.of()),
                rule(Policy.AUTHENTICATED, "/needs-a/*", Set.of("a")),
                rule(Policy.AUTHENTICATED, "/needs-key/*", Set.of(), CredentialKind.API_KEY)),
            "/*");
    wire = server.start();
    assertThat(server.isRunning()).isTrue();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void forgetAudit() {
    AUDIT.clear();
  }

  private static void assertRefused(Reply reply, int status, String code) {
    assertThat(reply.status()).as(reply.toString()).isEqualTo(status);
    assertThat(reply.code()).isEqualTo(code);
    assertThat(reply.body())
        .doesNotContain("handled")
        .doesNotContain("sp_")
        .doesNotContain(".token.");
    assertThat(reply.header("Content-Type")).contains("application/problem+json");
    assertThat(reply.header("Cache-Control")).contains("no-store");
    assertThat(reply.header("X-Request-Id")).isPresent();
    assertThat(AUDIT)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.action()).isEqualTo("request.refused");
              assertThat(event.code()).isEqualTo(code);
              assertThat(event.by().requestId())
                  .isEqualTo(reply.header("X-Request-Id").orElseThrow());
            });
  }

  private static void assertAccepted(Reply reply) {
    assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
    assertThat(reply.body()).startsWith("handled");
    assertThat(AUDIT).isEmpty();
  }

  @Test
  void eachRefusalIsExplainedAtDebugAndNothingAboveSoThatTrafficFillsNoLog() {
    try (CapturedLog log = new CapturedLog("sallyport.http")) {
      wire.send("GET", "/needs-a/x", TOKEN, "X-Request-Id: r-explained");
      wire.send("GET", "/x", KEY);
      assertThat(log.lines())
          .filteredOn(line -> line.contains("r-explained"))
          .singleElement()
          .satisfies(
              line ->
                  assertThat(line)
                      .matches("FINE request r-explained is refused: scope_insufficient: .*\\."));
      assertThat(log.lines()).filteredOn(line -> line.contains("is refused")).hasSize(1);
      assertThat(log.text()).isEmpty();
    }
  }

  @Test
  void aRefusalIsAProblemWithTheRequestsId() {
    Reply reply = wire.send("GET", "/x", "X-Request-Id: my.id-1");
    assertRefused(reply, 401, "credential_missing");
    assertThat(reply.body())
        .isEqualTo(
            "{\"type\":\"https://sallyport.github.io/problems/credential_missing\","
                + "\"title\":\"Credential missing\",\"status\":401,"
                + "\"detail\":\"This needs a credential, and none was shown. Send an API key in the"
                + " header X-API-Key, or a token as Bearer.\","
                + "\"code\":\"credential_missing\",\"instance\":\"urn:uuid:my.id-1\"}");
    assertThat(reply.header("X-Request-Id")).contains("my.id-1");
    assertThat(reply.all("WWW-Authenticate"))
        .containsExactly(
            "ApiKey realm=\"the \\\"realm\\\"\", header=\"X-API-Key\"",
            "Bearer realm=\"the \\\"realm\\\"\"");
  }

  @Test // catalogue L07
  void auditKnowsWhoWasRefusedWhereAndWithWhat() {
    wire.send("GET", "/needs-a/x?secret=1", TOKEN, "User-Agent: a\u009b31mb", "X-Request-Id: r1");
    assertThat(AUDIT).hasSize(1);
    AuditEvent event = AUDIT.get(0);
    assertThat(event.result()).isEqualTo(AuditEvent.Result.REFUSED);
    assertThat(event.by().name()).isEqualTo("alice");
    assertThat(event.by().subject()).isEqualTo("a-1");
    assertThat(event.by().issuer()).isEqualTo("iss");
    assertThat(event.by().keyId()).isNull();
    assertThat(event.by().requestId()).isEqualTo("r1");
    assertThat(event.by().path()).isEqualTo("/needs-a/x");
    assertThat(event.by().method()).isEqualTo("GET");
    assertThat(event.by().address()).isEqualTo("127.0.0.1");
    assertThat(event.by().userAgent()).isEqualTo("aÂ\\u009B31mb");
  }

  @Test
  void whatTheApplicationRefusesIsToldOfWithTheTokensId() {
    assertRefused(wire.send("GET", "/x/refuse", TOKEN), 403, "scope_insufficient");
    assertThat(AUDIT.get(0).target()).isEqualTo("j1");
    AUDIT.clear();
    assertAccepted(wire.send("GET", "/x", TOKEN));
  }

  @Test // catalogue L05
  void everyRefusalIsToldOfOnceAndNothingElseIs() throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(8);
    AtomicInteger refused = new AtomicInteger();
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < MIXED; i++) {
        int kind = i % 5;
        boolean fails = i % 500 == 4; // each is a stack trace in the log
        done.add(
            clients.submit(
                () -> {
                  Reply reply =
                      switch (kind) {
                        case 0 -> wire.send("GET", "/x", KEY);
                        case 1 -> wire.send("GET", "/x", "X-API-Key: sp_bad");
                        case 2 -> wire.send("GET", "/x/refuse", KEY);
                        case 3 -> wire.send("GET", "/needs-a/x", TOKEN);
                        default -> wire.send("GET", fails ? "/x/fail" : "/x", KEY);
                      };
                  if (!reply.code().isEmpty()) refused.incrementAndGet();
                }));
      }
      for (Future<?> each : done) each.get();
    } finally {
      clients.shutdownNow();
    }
    assertThat(refused).hasValue(MIXED * 3 / 5);
    assertThat(AUDIT).hasSize(MIXED * 3 / 5);
    assertThat(AUDIT.stream().map(event -> event.by().requestId()).distinct())
        .hasSize(MIXED * 3 / 5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bad id", "", "ä", "a\tb", "<script>"})
  void anIncomingIdOfAnotherFormIsReplaced(String id) {
    Reply reply = wire.send("GET", "/x", "X-Request-Id: " + id);
    assertThat(reply.header("X-Request-Id").orElseThrow())
        .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  }

  @Test
  void anIncomingIdThatIsTooLongOrGivenTwiceIsReplaced() {
    String longest = "i".repeat(64);
    assertThat(wire.send("GET", "/x", "X-Request-Id: " + longest).header("X-Request-Id"))
        .contains(longest);
    assertThat(wire.send("GET", "/x", "X-Request-Id: " + longest + "i").header("X-Request-Id"))
        .isPresent()
        .get()
        .isNotEqualTo(longest + "i");
    assertThat(wire.send("GET", "/x", "X-Request-Id: a", "X-Request-Id: a").header("X-Request-Id"))
        .isPresent()
        .get()
        .isNotEqualTo("a");
  }

  @Test
  void aKeyIsTheCallerEverywhereInTheServletApi() {
    Reply reply = wire.send("GET", "/x", KEY);
    assertAccepted(reply);
    assertThat(reply.body())
        .contains(" user=k1 ", " auth=API_KEY ", " robot=true ", " role-user=false ", " any=true ")
        .contains(" star=false ", " caller=true ", " current=k1[a, b] ", " session=null");
  }

  @Test
  void aTokenIsTheCallerEverywhereInTheServletApi() {
    Reply reply = wire.send("GET", "/x", TOKEN);
    assertAccepted(reply);
    assertThat(reply.body())
        .contains(" user=alice ", " auth=BEARER ", " robot=false ", " role-user=true ")
        .contains(" current=alice[b, c] ");
  }

  @Test
  void aKeyAndATokenAreOneCallerWithWhatBothGrant() {
    Reply reply = wire.send("GET", "/x", KEY, TOKEN);
    assertAccepted(reply);
    assertThat(reply.body())
        .contains(" user=alice ", " auth=API_KEY+BEARER ", " robot=false ", " role-user=true ")
        .contains(" current=alice[b] ");
  }

  @Test
  void whatWasReadAsACredentialIsGoneFromEveryAccessor() {
    assertThat(wire.send("GET", "/x", KEY, TOKEN, "X-Other: stays").body())
        .contains(" key=null[]-1-1 ", " authorization=null ")
        .containsIgnoringCase("x-other")
        .doesNotContainIgnoringCase("headers=[host, connection, x-api-key")
        .doesNotContain("sp_good")
        .doesNotContain("good.token");
  }

  @Test
  void whatWasNotReadAsACredentialStays() {
    assertThat(wire.send("GET", "/public/x", KEY, "Authorization: Basic abc").body())
        .contains(" key=sp_good[sp_good]", " authorization=Basic abc ");
    assertThat(wire.send("GET", "/optional/x", KEY, "Authorization: Basic abc").body())
        .contains(" key=null[]", " authorization=Basic abc ", " user=k1 ");
  }

  @Test
  void aPermittedPathReadsNoCredentialAndAnOptionalOneDoes() {
    assertThat(wire.send("GET", "/public/x", "X-API-Key: sp_bad").body())
        .contains(" user=null ", " current=anonymous ");
    assertThat(wire.send("GET", "/optional/x").body())
        .contains(" user=null ", " current=anonymous ");
    assertThat(AUDIT).isEmpty();
    assertRefused(wire.send("GET", "/optional/x", "X-API-Key: sp_bad"), 401, "key_unknown");
  }

  @Test
  void nothingOpensADeniedPath() {
    assertRefused(wire.send("GET", "/denied/x", KEY), 403, "policy_denied");
  }

  @Test
  void aRefusedKeyCarriesTheErrorOnItsOwnScheme() {
    Reply reply = wire.send("GET", "/x", "X-API-Key: sp_revoked");
    assertRefused(reply, 401, "key_revoked");
    assertThat(AUDIT.get(0).target()).isEqualTo("k2");
    assertThat(reply.all("WWW-Authenticate"))
        .containsExactly(
            "ApiKey realm=\"the \\\"realm\\\"\", header=\"X-API-Key\", error=\"invalid_token\","
                + " error_description=\"The key was revoked.\"",
            "Bearer realm=\"the \\\"realm\\\"\"");
  }

  @Test
  void aRefusedKeyThatCameAsBearerCarriesTheErrorThere() {
    Reply reply = wire.send("GET", "/x", "Authorization: Bearer sp_revoked");
    assertRefused(reply, 401, "key_revoked");
    assertThat(reply.all("WWW-Authenticate").get(0)).doesNotContain("error=");
    assertThat(reply.all("WWW-Authenticate").get(1))
        .startsWith("Bearer ")
        .contains("error=\"invalid_token\"");
    AUDIT.clear();
    assertAccepted(wire.send("GET", "/x", "Authorization: Bearer sp_good"));
  }

  @Test
  void ofTwoCredentialsTheOneAtFaultCarriesTheError() {
    Reply badToken = wire.send("GET", "/x", KEY, "Authorization: Bearer bad.token.x");
    assertRefused(badToken, 401, "token_invalid");
    assertThat(AUDIT.get(0).by().name()).isEqualTo("k1");
    assertThat(badToken.all("WWW-Authenticate").get(0)).doesNotContain("error=");
    assertThat(badToken.all("WWW-Authenticate").get(1)).contains("error=");
    AUDIT.clear();
    Reply badKey = wire.send("GET", "/x", "X-API-Key: sp_bad", TOKEN);
    assertRefused(badKey, 401, "key_unknown");
    assertThat(badKey.all("WWW-Authenticate").get(0)).contains("error=");
    assertThat(badKey.all("WWW-Authenticate").get(1)).doesNotContain("error=");
  }

  @Test
  void aMissingScopeIsNamedOnTheSchemeOfTheCredentialAlone() {
    Reply reply = wire.send("GET", "/needs-a/x", TOKEN);
    assertRefused(reply, 403, "scope_insufficient");
    assertThat(reply.all("WWW-Authenticate"))
        .containsExactly(
            "Bearer realm=\"the \\\"realm\\\"\", error=\"insufficient_scope\","
                + " error_description=\"The credential lacks a scope that this needs.\", scope=\"a\"");
    assertThat(AUDIT.get(0).by().name()).isEqualTo("alice");
    AUDIT.clear();
    assertAccepted(wire.send("GET", "/needs-a/x", KEY));
  }

  @Test
  void anotherKindOfCredentialDoesNotOpen() {
    assertRefused(wire.send("GET", "/needs-key/x", TOKEN), 403, "credential_kind_refused");
    AUDIT.clear();
    assertAccepted(wire.send("GET", "/needs-key/x", KEY, TOKEN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-API-Key: sp_good|X-API-Key: sp_good",
        "X-API-Key: sp_good|X-API-Key: sp_bad",
        "X-API-Key: sp_good, sp_good",
        "X-API-Key: sp_good|Authorization: Bearer sp_good",
        "Authorization: Bearer good.token.x|Authorization: Bearer good.token.x",
        "Authorization: Bearer good.token.x|Authorization: Basic abc",
        "Authorization: Basic abc|Authorization: Bearer good.token.x",
        "Authorization: Bearer good.token.x, Bearer good.token.x",
        "Authorization: Basic abc, Bearer good.token.x",
        "Authorization: Bearer good.token.x,good.token.x",
      })
  void twoOfOneKindAreAmbiguous(String headers) {
    Reply reply = wire.send("GET", "/x", headers.split("\\|"));
    assertRefused(reply, 400, "credential_ambiguous");
    assertThat(reply.all("WWW-Authenticate"))
        .isNotEmpty()
        .allSatisfy(challenge -> assertThat(challenge).contains("error=\"invalid_request\""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-API-Key:",
        "X-API-Key:   ",
        "X-API-Key: sp good",
        "X-API-Key: sp\u00e4good",
        "X-API-Key: =",
        "X-API-Key: a=b",
        "X-API-Key: ${jndi:x}",
        "X-API-Key: \"sp_good\"",
        "Authorization: Bearer",
        "Authorization: Bearer good.token.x extra",
        "Authorization: Bearer good.tok\u00e9n.x",
        "Authorization: Bearer \"good.token.x\"",
        "Authorization: Bearer good.token.x;a=1",
        "Authorization: Bearer {\"payload\":1}"
      })
  void whatHasNoCredentialSyntaxIsMalformed(String header) {
    assertRefused(wire.send("GET", "/x", header), 400, "credential_malformed");
  }

  @Test
  void anOversizedCredentialIsMalformedAndTheLongestOneIsNot() { // E01, G11
    assertRefused(
        wire.send("GET", "/x", "X-API-Key: " + "k".repeat(513)), 400, "credential_malformed");
    AUDIT.clear();
    assertRefused(wire.send("GET", "/x", "X-API-Key: " + "k".repeat(512)), 401, "key_unknown");
    AUDIT.clear();
    String token = "Authorization: Bearer ";
    assertRefused(wire.send("GET", "/x", token + "t".repeat(8193)), 400, "credential_malformed");
    AUDIT.clear();
    assertRefused(wire.send("GET", "/x", token + "t".repeat(8192)), 401, "token_invalid");
    AUDIT.clear();
    assertRefused(
        wire.send("GET", "/x", token + "sp_" + "k".repeat(510)), 400, "credential_malformed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bearer", "BEARER", "bEaReR", "Bearer  ", "Bearer       "})
  void theSchemeMayBeInAnyCaseAndBeFollowedBySeveralSpaces(String scheme) {
    assertAccepted(wire.send("GET", "/x", "Authorization: " + scheme + " good.token.x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization: Basic c3BfZ29vZDo=", "Authorization: Negotiate abc",
        "Authorization: Bearers good.token.x", "Authorization: Bearer\tgood.token.x",
        "Proxy-Authorization: Bearer good.token.x", "X-Authorization: Bearer good.token.x",
        "Cookie: Bearer=good.token.x", "Authorization: ApiKey sp_good"
      })
  void otherSchemesAndPlacesAreNotOurs(String header) {
    assertRefused(
        wire.send("GET", "/x?api_key=sp_good&apikey%5B%5D=sp_good", header),
        401,
        "credential_missing");
  }

  @Test
  void aCredentialInClearFromBehindAProxyIsRefusedBeforeAnythingElse() {
    for (String forwarded :
        List.of("X-Forwarded-Proto: https", "x-forwarded-for: 1.2.3.4", "Forwarded: for=1.2.3.4")) {
      AUDIT.clear();
      Reply reply = wire.send("GET", "/x", KEY, forwarded);
      assertRefused(reply, 403, "https_required");
      assertThat(reply.body()).contains("sallyport.require-https").contains("RemoteIpValve");
      assertThat(AUDIT.get(0).detail()).startsWith("An API key was sent in clear");
      assertThat(AUDIT.get(0).target()).isEqualTo("k-shown");
      assertThat(reply.all("WWW-Authenticate")).isEmpty();
    }
    AUDIT.clear();
    assertRefused(wire.send("GET", "/x", KEY, KEY, "Forwarded: for=x"), 403, "https_required");
    AUDIT.clear();
    assertRefused(wire.send("GET", "/x", "Forwarded: for=x"), 401, "credential_missing");
    AUDIT.clear();
    assertAccepted(wire.send("GET", "/x", KEY));
  }

  @Test
  void aDeployerMayTakeCredentialsInClear() throws Exception {
    try (TestServer open = server(corridor(settings(false, true, false)), "/*")) {
      assertAccepted(open.start().send("GET", "/x", KEY, "X-Forwarded-For: 1.2.3.4"));
    }
  }

  @Test
  void aDeployerMayRefuseTwoCredentials() throws Exception {
    try (TestServer single = server(corridor(settings(true, false, false)), "/*")) {
      Wire wire = single.start();
      assertRefused(wire.send("GET", "/x", KEY, TOKEN), 400, "credential_ambiguous");
      AUDIT.clear();
      assertAccepted(wire.send("GET", "/x", KEY));
    }
  }

  @Test
  void aPreflightPassesOnlyWhereTheDeployerSaidSo() throws Exception {
    String[] preflight = {"Origin: https://a.example", "Access-Control-Request-Method: GET"};
    assertRefused(wire.send("OPTIONS", "/x", preflight), 401, "credential_missing");
    AUDIT.clear();
    try (TestServer cors = server(corridor(settings(true, true, true)), "/*")) {
      Wire wire = cors.start();
      assertAccepted(wire.send("OPTIONS", "/x", preflight));
      assertRefused(
          wire.send("OPTIONS", "/x", "Origin: https://a.example"), 401, "credential_missing");
      AUDIT.clear();
      assertRefused(wire.send("GET", "/x", preflight), 401, "credential_missing");
    }
  }

  @Test
  void aHeadRequestGetsTheSameHeadersAndNoBody() {
    Reply reply = wire.send("HEAD", "/x");
    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.body()).isEmpty();
    assertThat(reply.all("WWW-Authenticate")).hasSize(2);
    assertThat(reply.header("Content-Type")).contains("application/problem+json");
  }

  @ParameterizedTest
  @CsvSource({
    "/public/../x",
    "/public/%2e%2e/x",
    "/public;x=/x",
    "/public/a%2fb",
    "/public/a%5Cb",
    "/public/a%00b",
    "/./x",
    "/public/a;jsessionid=1"
  })
  void anAmbiguousPathNeverReachesTheApplication(String path) {
    Reply reply = wire.send("GET", path, KEY);
    assertThat(reply.status()).as(reply.toString()).isEqualTo(400);
    assertThat(reply.body()).doesNotContain("handled");
    AUDIT.clear();
    assertAccepted(wire.send("GET", "/public/a/b", KEY));
  }

  @Test
  void theAnswerToAnAmbiguousPathIsOurs() {
    assertRefused(wire.send("GET", "/public/a;b", KEY), 400, "path_ambiguous");
    AUDIT.clear();
    assertRefused(wire.send("GET", "/public/a%2Fb", KEY), 400, "path_ambiguous");
  }

  @Test
  void aPathThatNoRuleWouldJudgeMayBeAmbiguous() throws Exception {
    try (TestServer noRules = server(corridor(settings(true, true, false)), "/*")) {
      Wire wire = noRules.start();
      assertAccepted(wire.send("GET", "/x;jsessionid=1", KEY));
      assertRefused(wire.send("GET", "/x;jsessionid=1"), 401, "credential_missing");
      AUDIT.clear();
      assertRefused(wire.send("GET", "/sallyport/x;a", KEY), 400, "path_ambiguous");
    }
  }

  @Test
  void aFaultOfOursIsNeitherAYesNorANo() {
    Reply store = wire.send("GET", "/x", "X-API-Key: sp_down");
    assertRefused(store, 503, "store_unavailable");
    assertThat(store.header("Retry-After")).contains("2");
    assertThat(store.all("WWW-Authenticate")).isEmpty();
    AUDIT.clear();
    Reply issuer = wire.send("GET", "/x", "Authorization: Bearer issuer.is.down");
    assertRefused(issuer, 503, "issuer_unavailable");
    assertThat(issuer.header("Retry-After")).contains("2");
    AUDIT.clear();
    assertRefused(wire.send("GET", "/optional/x", "X-API-Key: sp_down"), 503, "store_unavailable");
  }

  @Test // catalogue S22
  void aRequestOnWhichTheMemoryEndsIsLetInNowhereAndTheNextIsWell() {
    for (String path : List.of("/x", "/optional/x")) {
      // Tomcat answers nothing after an error of the JVM itself, and closes the connection.
      assertThatThrownBy(() -> wire.send("GET", path, "X-API-Key: sp_memory"))
          .hasMessage("no complete answer: ");
      assertRefused(wire.send("GET", "/x"), 401, "credential_missing");
      AUDIT.clear();
      assertAccepted(wire.send("GET", "/x", KEY));
    }
  }

  @Test
  void answersThatDependOnTheCallerAreNotSharedByCaches() {
    Reply authenticated = wire.send("GET", "/x", KEY);
    assertThat(authenticated.header("Cache-Control")).contains("private");
    assertThat(authenticated.header("Vary")).contains("Authorization, X-API-Key");
    Reply anonymous = wire.send("GET", "/optional/x");
    assertThat(anonymous.header("Cache-Control")).isEmpty();
    assertThat(anonymous.header("Vary")).contains("Authorization, X-API-Key");
    Reply open = wire.send("GET", "/public/x");
    assertThat(open.header("Vary")).isEmpty();
  }

  @Test
  void whatTheApplicationSaysOfCachingHoldsAndVaryStays() {
    Reply reply = wire.send("GET", "/cacheable", KEY);
    assertThat(reply.all("Cache-Control")).containsExactly("max-age=5");
    assertThat(reply.all("Vary")).containsExactly("Accept", "Authorization, X-API-Key");
  }

  @Test
  void anApplicationThatResetsItsAnswerKeepsItOutOfSharedCaches() {
    Reply reply = wire.send("GET", "/reset", KEY);
    assertThat(reply.all("Vary")).containsExactly("Authorization, X-API-Key");
    assertThat(reply.all("Cache-Control")).containsExactly("private");
  }

  @Test
  void nobodyLogsInOverACallerWhoIsEstablished() {
    Reply reply = wire.send("GET", "/login", KEY);
    assertThat(reply.header("X-Login").orElseThrow()).startsWith("a caller is established already");
    assertThat(reply.body()).contains(" user=k1 ");
  }

  @Test
  void whereACallerMayGoIsToldByTheSameRules() {
    assertThat(wire.send("GET", "/may-access", KEY).all("X-May-Access"))
        .containsExactly("/public/x=true", "/denied/x=false", "/needs-a/x=true");
    assertThat(wire.send("GET", "/may-access", TOKEN).all("X-May-Access"))
        .containsExactly("/public/x=true", "/denied/x=false", "/needs-a/x=false");
  }

  @Test
  void aRefusalStandsAlsoWhereItCannotBeAudited() throws Exception {
    Corridor corridor =
        new Corridor(
            settings(true, true, false),
            new AccessRules(new AccessSettings(Unauthenticated.REJECT, List.of())),
            credential -> key(credential.text().reveal()),
            credential -> token(credential.text().reveal()),
            true,
            Limiter.of(LimitSettings.NONE, System::nanoTime),
            Witnesses.of(
                event -> {
                  throw new IllegalStateException("the disk is full");
                }),
            Clock.fixed(NOW, ZoneOffset.UTC));
    try (TestServer server = server(corridor, "/*")) {
      Wire wire = server.start();
      Reply refused = wire.send("GET", "/x", "X-API-Key: sp_bad");
      assertThat(refused.status()).isEqualTo(401);
      assertThat(refused.code()).isEqualTo("key_unknown");
      assertThat(wire.send("GET", "/x", KEY).status()).isEqualTo(200);
    }
  }

  @Test
  void whatAnotherFilterWroteBeforeIsNotPartOfARefusal() throws Exception {
    try (TestServer server = new TestServer()) {
      Corridor corridor = corridor(settings(true, true, false));
      server
          .initializer(
              (classes, context) ->
                  corridor.openIn(context, new FilterCoverage(Set.of("/*"), Set.of())))
          .filter(Chatty.class, Map.of(), "/*")
          .filter(SallyportFilter.class, Map.of(), "/*")
          .servlet("/*", new Probe());
      Reply reply = server.start().send("GET", "/x");
      assertThat(reply.status()).isEqualTo(401);
      assertThat(reply.code()).isEqualTo("credential_missing");
      // The other filter took the writer, and with it chose the charset.
      assertThat(reply.header("Content-Type").orElseThrow()).startsWith("application/problem+json");
      assertThat(reply.body()).startsWith("{").doesNotContain("chatter");
      assertThat(reply.header("X-Chatty")).contains("stays");
    }
  }

  /** Stands before ours and writes before anybody knows whether the request is let in. */
  public static final class Chatty implements Filter {
    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
        throws IOException, ServletException {
      ((HttpServletResponse) response).setHeader("X-Chatty", "stays");
      response.getWriter().write("chatter");
      chain.doFilter(request, response);
    }
  }

  @Test
  void aKeyNearItsEndIsToldSoWithEachAnswer() {
    assertThat(
            wire.send("GET", "/x", "X-API-Key: sp_ends_in_13_days").header("Sallyport-Key-Expires"))
        .contains("@" + NOW.plus(Duration.ofDays(13)).getEpochSecond());
    assertThat(
            wire.send("GET", "/x", "X-API-Key: sp_ends_in_14_days").header("Sallyport-Key-Expires"))
        .isEmpty();
    assertThat(wire.send("GET", "/x", KEY).header("Sallyport-Key-Expires")).isEmpty();
  }

  @Test
  void aRefusalThrownInAServletIsAnsweredByTheTable() {
    Reply reply = wire.send("GET", "/refuse", TOKEN);
    assertRefused(reply, 403, "scope_insufficient");
    assertThat(reply.all("WWW-Authenticate"))
        .singleElement()
        .asString()
        .contains("scope=\"never\"");
  }

  @Test
  void aRefusalIsFoundInsideWhatTheContainerWrapsAroundIt() {
    assertRefused(wire.send("GET", "/refuse-wrapped", KEY), 403, "role_missing");
  }

  @Test
  void aFaultOfOursBelowTheApplicationIsAnsweredByTheTable() {
    Reply reply = wire.send("GET", "/store-fault", KEY);
    assertRefused(reply, 503, "store_unavailable");
    assertThat(reply.header("Retry-After")).contains("2");
  }

  @Test
  void aRefusalReplacesAHalfMadeAnswer() {
    Reply reply = wire.send("GET", "/refuse-late", KEY);
    assertRefused(reply, 403, "scope_insufficient");
    assertThat(reply.all("X-Half-Made")).isEmpty();
    assertThat(reply.body()).doesNotContain("half made");
  }

  @Test
  void anAnonymousCallerIsRefusedAsMissingACredential() {
    assertRefused(wire.send("GET", "/optional/refuse"), 401, "credential_missing");
  }

  @Test
  void anErrorPageSeesTheSameCaller() {
    Reply reply = wire.send("GET", "/fail", KEY);
    assertThat(reply.status()).isEqualTo(500);
    assertThat(reply.body()).contains("dispatch=ERROR", " user=k1 ", " current=k1[a, b] ");
  }

  @Test
  void aForwardSeesTheSameCaller() {
    assertThat(wire.send("GET", "/forward", KEY).body())
        .contains("dispatch=FORWARD", " user=k1 ", " current=k1[a, b] ", " key=null");
  }

  @Test
  void anAsynchronousRequestKeepsItsCallerInTheThreadAndInTheDispatch() {
    Reply reply = wire.send("GET", "/async", KEY);
    assertThat(reply.body())
        .contains("dispatch=ASYNC", " user=k1 ", " current=k1[a, b] ", " key=null")
        .contains(" thread=Caller[k1, API_KEY] ");
    assertThat(reply.all("Vary")).hasSize(1);
  }

  @Test
  void aThreadThatTheRequestStartsWorksForItsCaller() {
    for (String path : List.of("/async-complete", "/async-again")) {
      assertThat(wire.send("GET", path, KEY).body()).contains(" user=k1 ", " current=k1[a, b] ");
    }
    assertThat(wire.send("GET", "/async-logout", KEY).body())
        .contains(" user=null ", " current=anonymous ");
  }

  /** Some containers compare by identity, and forget all roles when they meet another object. */
  @Test
  void theContainersOwnPrincipalIsHandedBackWhereItIsOurs() throws Exception {
    Caller caller = ((Authentication.Known) key("sp_good")).caller();
    Caller another = ((Authentication.Known) token("good.token.x")).caller();
    Principal ours = new Told(caller);
    assertThat(principalBehind(ours)).isSameAs(ours);
    for (Principal other : List.of(new Told(another), (Principal) () -> "k1")) {
      assertThat(principalBehind(other))
          .isNotSameAs(other)
          .isInstanceOfSatisfying(Caller.class, c -> assertThat(c.getName()).isEqualTo("k1"));
    }
  }

  /** What the application gets of a container that was told this principal. */
  private static @Nullable Object principalBehind(Principal told) throws Exception {
    AtomicReference<@Nullable Object> got = new AtomicReference<>();
    Filter container =
        (request, response, chain) -> {
          HttpServletRequest knowing =
              new HttpServletRequestWrapper((HttpServletRequest) request) {
                @Override
                public Principal getUserPrincipal() {
                  return told;
                }
              };
          chain.doFilter(knowing, response);
          got.set(request.getAttribute("principal"));
        };
    try (TestServer server = server(corridor(settings(true, true, false)), "/*")) {
      server.initializer(
          (classes, context) ->
              context
                  .addFilter("container", container)
                  .addMappingForUrlPatterns(null, false, "/*"));
      assertThat(server.start().send("GET", "/principal", KEY).status()).isEqualTo(200);
    }
    return got.get();
  }

  /** What our mechanism tells a container. */
  private record Told(Caller caller) implements ForwardingCaller {}

  @Test
  void aLaterDispatchOutsideTheUrlPatternFindsTheCallerToo() throws Exception {
    try (TestServer narrow = server(corridor(settings(true, true, false)), "/guarded/*")) {
      Wire wire = narrow.start();
      assertThat(wire.send("GET", "/guarded/async", KEY).body())
          .contains("dispatch=ASYNC", " current=k1[a, b] ");
      assertThat(wire.send("GET", "/guarded/fail", KEY).body())
          .contains("dispatch=ERROR", " current=k1[a, b] ");
      assertThat(wire.send("GET", "/outside/async", KEY).body())
          .contains("dispatch=ASYNC", " user=null ", " current=none ", " key=sp_good");
      assertThat(wire.send("GET", "/outside", KEY).body())
          .contains(" user=null ", " current=none ");
    }
  }

  @Test
  void whatAnEjbContainerRefusesIsAnsweredAsOurOwn() {
    AUDIT.clear();
    Reply known = wire.send("GET", "/refuse-by-ejb", KEY);
    assertThat(known.status()).isEqualTo(403);
    assertThat(known.code()).isEqualTo("role_missing");
    Reply nobody = wire.send("GET", "/optional/refuse-by-ejb");
    assertThat(nobody.status()).isEqualTo(401);
    assertThat(nobody.code()).isEqualTo("credential_missing");
    assertThat(nobody.all("WWW-Authenticate")).hasSize(2);
    assertThat(AUDIT)
        .extracting(AuditEvent::action, AuditEvent::code)
        .containsExactly(
            tuple("request.refused", "role_missing"),
            tuple("request.refused", "credential_missing"));
  }

  /** A container uses its objects again, for the next request. */
  @Test
  void whoGoesOnWithTheWorkHoldsNothingOfTheRequest() {
    wire.send("GET", "/left", KEY);
    Left left = requireNonNull(LEFT.getAndSet(null));

    await()
        .until(
            () -> {
              System.gc();
              return left.request().get() == null;
            });

    WorkingFor.Scope scope = left.whom().enter();
    assertThat(CurrentCaller.find()).get().extracting(Caller::getName).isEqualTo("k1");
    scope.close();
  }

  /** What goes on when a request has ended, and that request. */
  private record Left(WorkingFor whom, WeakReference<HttpServletRequest> request) {}

  @Test
  void afterLogoutTheRestOfTheRequestIsAnonymous() {
    assertThat(wire.send("GET", "/logout", KEY).body())
        .contains(" user=null ", " auth=null ", " robot=false ", " caller=false ")
        .contains(" current=anonymous ", " key=null");
    assertThat(wire.send("GET", "/x", KEY).body()).contains(" user=k1 ");
  }

  @Test
  void aThreadThatServedSomebodyServesNobodyNext() {
    for (int i = 0; i < 50; i++) {
      assertThat(wire.send("GET", "/x", KEY).body()).contains(" current=k1[a, b] ");
      assertThat(wire.send("GET", "/public/x").body())
          .contains(" current=anonymous ", " user=null ");
    }
  }

  @Test
  void aFilterWithoutAnOpenedSallyportRefusesToStart() throws Exception {
    try (TestServer bare =
        new TestServer().filter(SallyportFilter.class, Map.of(), "/*").servlet("/*", new Probe())) {
      Wire wire = bare.start();
      assertThat(bare.isRunning()).isFalse();
      assertThat(wire.send("GET", "/x", KEY).body()).doesNotContain("handled");
    }
  }
}
