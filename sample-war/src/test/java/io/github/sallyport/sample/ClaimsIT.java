package io.github.sallyport.sample;

import static io.github.sallyport.sample.Http.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.sample.claims.FrozenServlet;
import io.github.sallyport.sample.claims.Values;
import io.github.sallyport.sample.wrongclaims.WrongClaims;
import jakarta.json.JsonValue;
import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.eclipse.parsson.JsonProviderImpl;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.OperateOnDeployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** MicroProfile JWT's API, in an application that brings it along. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class ClaimsIT {
  private static final String NAME = "claims";
  private static final String WRONG = "wrongclaims";
  private static final URI APP = Container.uri(NAME);
  private static final int THREADS = 32;
  private static final int CALLS = 2_000;

  @ArquillianResource Deployer deployer;

  private static final String FROZEN = "frozen-claims";

  @Deployment(name = NAME, testable = false)
  static WebArchive application() {
    TestIssuers.open();
    return withApi(
        Container.war(NAME, "/*", "sallyport.unauthenticated", "allow")
            .addPackage(Values.class.getPackage())
            .deleteClass(FrozenServlet.class));
  }

  @Deployment(name = FROZEN, managed = false, testable = false)
  static WebArchive frozen() {
    return withApi(Container.war(FROZEN, "/*").addClass(FrozenServlet.class));
  }

  @Deployment(name = WRONG, managed = false, testable = false)
  static WebArchive wrong() {
    return withApi(Container.war(WRONG, "/*").addPackage(WrongClaims.class.getPackage()));
  }

  /** A server that is more than a servlet container has Jakarta JSON Processing. */
  static WebArchive withApi(WebArchive war) {
    war.addAsLibrary(library(JsonWebToken.class));
    if (Server.HERE.isFull()) return war;
    return war.addAsLibraries(library(JsonValue.class), library(JsonProviderImpl.class));
  }

  private static File library(Class<?> type) {
    return new File(type.getProtectionDomain().getCodeSource().getLocation().getPath());
  }

  private static String token(String user) {
    return TestIssuers.person(user)
        .roles("clerk")
        .claim("email", user + "@people.example")
        .claim("email_verified", true)
        .claim("level", 3)
        .claim("teams", List.of("a", 1))
        .claim("address", Map.of("city", "Bern"))
        .rs256(TestIssuers.people().getPrivate());
  }

  private static String ask(String query, String user) {
    return get(APP, "/claims?" + query).bearer(token(user)).send().isOk().body();
  }

  @Test
  @OperateOnDeployment(NAME)
  void eachFormOfAValueIsInjected() {
    assertThat(ask("values", "alice"))
        .isEqualTo(
            "alice@people.example|true|3|true|true|[clerk]|3|\"alice@people.example\"|3|[\"a\",1]"
                + "|{\"city\":\"Bern\"}|Optional[alice@people.example]|Optional[[\"a\",1]]");
  }

  @Test
  @OperateOnDeployment(NAME)
  void eachFormThatServesAllRequestsGivesTheCurrentOnes() {
    for (String user : List.of("alice", "bob")) {
      String email = user + "@people.example";
      assertThat(ask("holders", user))
          .isEqualTo(
              "%s|true|%s|Optional[%s]|[clerk]|[\"a\",1]|3|%s|Optional[{\"city\":\"Bern\"}]"
                  .formatted(user, email, email, user));
    }
  }

  @Test
  @OperateOnDeployment(NAME)
  void thePrincipalIsCallerAndTokenWhereverItIsAskedFor() {
    assertThat(ask("servlet", "alice")).isEqualTo("alice|alice|[clerk]");
    // GlassFish's own is another one of the same name.
    if (!Server.HERE.isGlassFish()) {
      assertThat(ask("security", "alice")).isEqualTo("alice|alice|[clerk]");
    }
    assertThat(ask("type", "alice")).isEqualTo("alice|alice|[clerk]");
    assertThat(get(APP, "/rest/claims").bearer(token("alice")).send().isOk().body())
        .isEqualTo("alice@people.example|alice|alice|[clerk]");
  }

  @Test
  void aServletThatWouldKeepAValueIsNeverMade() {
    if (Server.HERE.showsServletsToCdi()) {
      assertThatThrownBy(() -> deployer.deploy(FROZEN)).isNotNull();
      ServerLog.awaitLine("FrozenServlet.email would keep the claim of one request for all others");
      return;
    }
    deployer.deploy(FROZEN);
    try {
      URI frozen = Container.uri(FROZEN);
      for (String user : List.of("alice", "bob")) {
        Http.Answer answer = get(frozen, "/frozen").bearer(token(user)).send();
        // Tomcat does not try again, and answers 404. Jetty serves it with nothing in its field.
        if (Server.HERE.isJetty()) assertThat(answer.isOk().body()).isEqualTo("null");
        else assertThat(answer.status()).isIn(404, 500);
      }
    } finally {
      deployer.undeploy(FROZEN);
    }
  }

  @Test
  @OperateOnDeployment(NAME)
  void whoShowsAKeyAloneOrNothingHasNoClaims() {
    Container.Issued key =
        Container.issue(APP, Container.adminKey(Container.data(NAME)), "\"scopes\":[]");
    String values =
        "null|false|0|null|false|null|null|null|null|null|null|Optional.empty|Optional.empty";
    String held = "null|false|null|Optional.empty|null|null|null|null|Optional.empty";
    // Tokens have gone before, on the same threads.
    ask("values", "alice");
    ask("holders", "alice");

    assertThat(get(APP, "/claims?values").key(key.key()).send().isOk().body()).isEqualTo(values);
    assertThat(get(APP, "/claims?holders").key(key.key()).send().isOk().body()).isEqualTo(held);
    assertThat(get(APP, "/claims?servlet").key(key.key()).send().isOk().body()).isEqualTo("false");
    assertThat(get(APP, "/claims?values").send().isOk().body()).isEqualTo(values);
    assertThat(get(APP, "/claims?holders").send().isOk().body()).isEqualTo(held);
    assertThat(get(APP, "/rest/claims").send().isOk().body()).isEqualTo("null|false");
  }

  @Test
  @OperateOnDeployment(NAME)
  void twoUsersOnPooledThreadsNeverSeeEachOthersClaims() throws Exception {
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    List<Callable<String>> calls = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    List<String> users = List.of("alice", "bob");
    List<String> tokens = users.stream().map(ClaimsIT::token).toList();
    for (int i = 0; i < CALLS; i++) {
      boolean values = i % 4 < 2;
      String user = users.get(i % 2);
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(APP + "/claims?" + (values ? "values" : "who")))
              .header("Authorization", "Bearer " + tokens.get(i % 2))
              .build();
      calls.add(
          () ->
              client
                  .send(request, HttpResponse.BodyHandlers.ofString())
                  .body()
                  .replaceAll("@.*", ""));
      expected.add(user);
    }

    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<String> answers = new ArrayList<>();
    try {
      for (Future<String> answer : threads.invokeAll(calls)) answers.add(answer.get());
    } finally {
      threads.shutdownNow();
    }

    assertThat(answers).isEqualTo(expected);
  }

  @Test
  void claimsThatCanNotBeInjectedStopTheDeploymentInOneReport() {
    assertThatThrownBy(() -> deployer.deploy(WRONG)).isNotNull();

    Container.isNotServed(WRONG);
    // It looks at them too, and stops at the first.
    if (Server.HERE.isGlassFish()) return;
    assertThat(
            ServerLog.awaitLinesAfter("@Claim can't be injected where it stands, 3 mistakes:", 3))
        .satisfiesExactly(
            line -> assertThat(line).contains("WrongClaims.frozen would keep the claim"),
            line -> assertThat(line).contains("WrongClaims.twoNames names two claims"),
            line -> assertThat(line).contains("WrongClaims.type is a "));
  }
}
