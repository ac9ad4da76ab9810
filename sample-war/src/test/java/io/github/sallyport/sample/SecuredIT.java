package io.github.sallyport.sample;

import static io.github.sallyport.sample.Http.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.sample.secured.Vault;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code @Secured} on beans and resources, and all the ways to ask who calls. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class SecuredIT {
  private static final String NAME = "secured";
  private static final URI APP = Container.uri(NAME);

  /** A bean that a servlet calls, a resource without a scope, one with, and a bean behind that. */
  private static final List<String> OPEN =
      List.of("/in/vault?open", "/in/rest/without", "/in/rest/with/open");

  @Deployment(testable = false)
  static WebArchive application() {
    TestIssuers.open();
    return Container.war(NAME, "/in/*").addPackage(Vault.class.getPackage());
  }

  private static String alice(String scopes, String... roles) {
    return TestIssuers.person("alice")
        .scope(scopes)
        .roles(roles)
        .rs256(TestIssuers.people().getPrivate());
  }

  private static String adminKey() {
    return Container.adminKey(Container.data(NAME));
  }

  @Test
  void aRefusedCallIsAnsweredAsTheFilterDoesWhereverTheAnnotationStands() {
    for (String path : OPEN) {
      Http.Answer answer =
          get(APP, path).bearer(alice("vault:look")).send().isRefusal(403, "scope_insufficient");

      assertThat(answer.value("WWW-Authenticate"))
          .startsWith("Bearer ")
          .contains("error=\"insufficient_scope\"", "scope=\"vault:open\"");
      assertThat(get(APP, path).bearer(alice("vault:open")).send().isOk().body())
          .isEqualTo("opened");
    }
  }

  @Test
  void theApplicationThatIsRefusedInMapsEverythingElse() {
    assertThat(get(APP, "/in/rest/without/fails").bearer(alice("")).send().is(500).body())
        .isEqualTo("caught all");
  }

  @Test
  void whatStandsOnAMethodReplacesWhatStandsOnItsClass() {
    get(APP, "/in/rest/with/admin").bearer(alice("")).send().isRefusal(403, "role_missing");
    get(APP, "/in/rest/with/admin").bearer(alice("", "admin")).send().isOk();
    get(APP, "/in/rest/with").bearer(alice("")).send().isOk();
    get(APP, "/in/rest/with").key(adminKey()).send().isOk();
  }

  @Test
  void whatStandsOnAnInterfaceHoldsForAResourceWithAScopeAndWithout() {
    for (String kind : List.of("without", "with")) {
      String path = "/in/rest/" + kind + "/listed";
      get(APP, path).bearer(alice("")).send().isRefusal(403, "scope_insufficient");
      assertThat(get(APP, path).bearer(alice("vault:list")).send().isOk().body())
          .isEqualTo("listed");
    }
    String inheriting = "/in/rest/inheriting";
    get(APP, inheriting).bearer(alice("")).send().isRefusal(403, "scope_insufficient");
    assertThat(get(APP, inheriting).bearer(alice("vault:list")).send().isOk().body())
        .isEqualTo("touched");
  }

  @Test
  void aPolicySeesTheCallOnceWhetherTheResourceHasAScopeOrNot() {
    for (String kind : List.of("without", "with")) {
      int before = asked();
      assertThat(owned(kind, "alice").isOk().body()).isEqualTo("opened");
      owned(kind, "bob").isRefusal(403, "policy_denied");
      assertThat(asked() - before).as(kind).isEqualTo(2);
    }
  }

  private static Http.Answer owned(String kind, String owner) {
    return get(APP, "/in/rest/" + kind + "/owned/" + owner).bearer(alice("")).send();
  }

  private static int asked() {
    return Integer.parseInt(
        get(APP, "/in/rest/without/asked").bearer(alice("")).send().isOk().body());
  }

  @Test
  void aLoginThatIsTooOldIsToldToBeMadeAnew() {
    for (String kind : List.of("without", "with")) {
      String path = "/in/rest/" + kind + "/fresh";
      assertThat(get(APP, path).bearer(loggedIn(60)).send().isOk().body()).isEqualTo("touched");
      for (Http request :
          List.of(get(APP, path).bearer(loggedIn(360)), get(APP, path).key(adminKey()))) {
        assertThat(
                request.send().isRefusal(403, "authentication_too_old").value("WWW-Authenticate"))
            .startsWith("Bearer ")
            .contains("error=\"insufficient_user_authentication\"", "max_age=\"300\"");
      }
    }
  }

  private static String loggedIn(int secondsAgo) {
    return TestIssuers.person("alice")
        .claim("auth_time", Instant.now().minusSeconds(secondsAgo).getEpochSecond())
        .rs256(TestIssuers.people().getPrivate());
  }

  @Test
  void whereNoFilterStoodOnTheWayNobodyIsLetInAndOneErrorNamesTheUrlPattern() {
    String token = alice("vault:open");
    for (int i = 0; i < 3; i++) {
      for (String path : List.of("/out/vault?open", "/out/rest/without", "/out/rest/with/open")) {
        Http.Answer answer = get(APP, path).bearer(token).send();
        assertThat(answer.status()).as(path).isIn(403, 500);
        assertThat(answer.body()).doesNotContain("opened");
      }
    }

    awaitAllThatWasLogged();
    for (String method : List.of("Vault.open", "WithoutScope.open", "WithScope.open")) {
      assertThat(ServerLog.lines(method + " is @Secured"))
          .singleElement()
          .asString()
          .contains("url-pattern")
          .containsPattern("ERROR|SEVERE| E ");
    }
    assertThat(get(APP, "/out/vault").send().isOk().body()).isEqualTo("served");
  }

  @Test
  void everyViewOfTheCallerAgrees() {
    for (Http request :
        List.of(
            get(APP, "/in/rest/views"),
            get(APP, "/in/views?servlet"),
            get(APP, "/in/views?security"),
            get(APP, "/in/views?type"),
            get(APP, "/in/views?injected"))) {
      assertThat(request.bearer(alice("", "admin")).send().isOk().body())
          .isEqualTo("alice admin=true clerk=false");
    }
  }

  @Test
  void everyViewOfAnApplicationsKeyAgrees() {
    String id = Container.issue(APP, adminKey(), "\"scopes\":[]").id();
    Container.Issued clerk =
        Container.issue(APP, adminKey(), "\"scopes\":[],\"roles\":[\"clerk\"]");
    assertThat(id).isNotEqualTo(clerk.id());
    for (String path :
        List.of(
            "/in/rest/views", "/in/views?servlet", "/in/views?security", "/in/views?injected")) {
      assertThat(get(APP, path).key(clerk.key()).send().isOk().body())
          .as(path)
          .isEqualTo(clerk.id() + " admin=false clerk=true");
    }
  }

  /** Also where Jakarta Security runs, which sees every request: it looks where the filter does. */
  @Test
  void outsideTheUrlPatternEveryViewIsOfNobody() {
    for (String path :
        List.of(
            "/out/rest/views",
            "/out/views?servlet",
            "/out/views?security",
            "/out/views?type",
            "/out/views?injected")) {
      assertThat(get(APP, path).bearer(alice("", "admin")).send().isOk().body())
          .as(path)
          .isEqualTo("nobody admin=false clerk=false");
    }
  }

  /**
   * A {@code <security-constraint>} for the role {@code admin}. On Tomcat nothing but a valve could
   * tell the container who calls, so that nobody gets in: path rules are the way there.
   */
  @Test
  void aPathThatTheContainerProtectsIsNeverServedToNobody() {
    Http.Answer nobody = get(APP, "/in/guarded").send();
    Http.Answer nobodyOutside = get(APP, "/out/guarded").bearer(alice("", "admin")).send();
    if (Server.HERE.isFull()) {
      nobody.isRefusal(401, "credential_missing");
      assertThat(nobody.values("WWW-Authenticate")).hasSize(2);
      nobodyOutside.is(401);
      get(APP, "/in/guarded").bearer("a.b.c").send().isRefusal(401, "token_invalid");
      get(APP, "/in/guarded").bearer(alice("", "clerk")).send().is(403);
      assertThat(get(APP, "/in/guarded").bearer(alice("", "admin")).send().isOk().body())
          .isEqualTo("served");
    } else {
      nobody.is(403);
      nobodyOutside.is(403);
      get(APP, "/in/guarded").bearer(alice("", "admin")).send().is(403);
    }
  }

  @Test
  void aStereotypeSecuresWhatCarriesIt() {
    get(APP, "/in/vault?locked")
        .bearer(alice("vault:look"))
        .send()
        .isRefusal(403, "scope_insufficient");
    assertThat(get(APP, "/in/vault?locked").bearer(alice("vault:open")).send().isOk().body())
        .isEqualTo("opened");
  }

  @Test
  void whatIsSecuredIsShutWhileTheApplicationStarts() {
    assertThat(get(APP, "/in/vault?start").bearer(alice("vault:open")).send().isOk().body())
        .isEqualTo("policy_denied");
  }

  /** Session fixation, as in CVE-2020-10714: whoever made the session gains nothing by it. */
  @Test
  void noCookieOfASessionIsACredential() {
    String admin = alice("", "admin");
    List<String> cookies = new ArrayList<>();
    cookies.addAll(cookiesOf(get(APP, "/out/vault?session")));
    assertThat(cookies).isNotEmpty();
    String fixed = cookies.get(0);
    cookies.addAll(cookiesOf(get(APP, "/in/vault?session").bearer(admin).header("Cookie", fixed)));
    cookies.addAll(cookiesOf(get(APP, "/in/vault?session").bearer(admin)));
    if (Server.HERE.isFull()) cookies.addAll(cookiesOf(get(APP, "/in/guarded").bearer(admin)));

    for (String cookie : cookies) {
      get(APP, "/in/views?servlet")
          .header("Cookie", cookie)
          .send()
          .isRefusal(401, "credential_missing");
      assertThat(get(APP, "/in/guarded").header("Cookie", cookie).send().status()).isIn(401, 403);
      for (String view : List.of("servlet", "security", "injected")) {
        assertThat(get(APP, "/out/views?" + view).header("Cookie", cookie).send().isOk().body())
            .isEqualTo("nobody admin=false clerk=false");
        assertThat(
                get(APP, "/in/views?" + view)
                    .header("Cookie", cookie)
                    .key(adminKey())
                    .send()
                    .isOk()
                    .body())
            .doesNotContain("alice", "admin=true");
      }
    }
  }

  private static List<String> cookiesOf(Http request) {
    return request.send().isOk().values("Set-Cookie").stream()
        .map(cookie -> cookie.split(";", 2)[0])
        .toList();
  }

  /** Every request looks for its credential in the answer. */
  @Test
  void noPrincipalTellsTheCredential() {
    assertThat(get(APP, "/in/vault?principal").bearer(alice("")).send().isOk().body())
        .contains("Caller[alice, BEARER]");
    assertThat(get(APP, "/in/vault?principal").key(adminKey()).send().isOk().body())
        .contains("API_KEY]");
    assertThat(
            get(APP, "/in/vault?principal").key(adminKey()).bearer(alice("")).send().isOk().body())
        .contains("Caller[alice, BOTH]");
  }

  @Test
  void aRefusedRequestIsAuditedOnce() {
    List<String> paths =
        List.of("/in/vault?open", "/in/rest/without", "/in/rest/with/open", "/in/rest/with/admin");
    for (String path : paths) {
      for (String token : List.of(alice(""), "a.b.c")) {
        String id = UUID.randomUUID().toString();
        Http.Answer answer = get(APP, path).bearer(token).header("X-Request-Id", id).send();
        assertThat(answer.status()).isIn(401, 403);
        isAuditedOnce(id);
      }
    }
    if (Server.HERE.isFull()) {
      String id = UUID.randomUUID().toString();
      get(APP, "/in/guarded").header("X-Request-Id", id).send().is(401);
      isAuditedOnce(id);
    }
  }

  private static void isAuditedOnce(String id) {
    awaitAllThatWasLogged();
    assertThat(ServerLog.lines(id)).filteredOn(line -> line.contains("request.refused")).hasSize(1);
  }

  @Test
  void anAuditedResourceIsToldOfOnceWhetherItIsABeanOrNot() {
    for (String kind : List.of("without", "with")) {
      String path = "/in/rest/" + kind + "/audited";
      isToldOnce(path, alice("vault:open"), 200, kind + ".opened", "allowed");
      isToldOnce(path, alice(""), 403, kind + ".opened", "refused");
      isToldOnce(path + "-fails", alice(""), 500, kind + ".failed", "failed");
    }
  }

  private static void isToldOnce(
      String path, String token, int status, String action, String result) {
    String id = UUID.randomUUID().toString();
    get(APP, path).bearer(token).header("X-Request-Id", id).send().is(status);
    awaitAllThatWasLogged();
    assertThat(ServerLog.lines(id))
        .filteredOn(line -> line.contains("\"action\""))
        .singleElement()
        .asString()
        .contains("\"action\":\"" + action + "\",\"result\":\"" + result + "\"");
  }

  /** Has one more request audited, and waits for that: what was logged before is there then. */
  private static void awaitAllThatWasLogged() {
    String id = UUID.randomUUID().toString();
    get(APP, "/in/vault").header("X-Request-Id", id).send().isRefusal(401, "credential_missing");
    ServerLog.awaitLine(id);
  }
}
