package io.github.sallyport.sample;

import static io.github.sallyport.sample.Http.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.sample.app.AsyncServlet;
import java.net.URI;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an application sees behind a filter on everything. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class ApplicationIT {
  private static final String NAME = "application";
  private static final URI APP = Container.uri(NAME);

  @Deployment(testable = false)
  static WebArchive application() {
    TestIssuers.open();
    return Container.war(NAME, "/*").addPackage(AsyncServlet.class.getPackage());
  }

  private static String alice(String scopes) {
    return TestIssuers.person("alice")
        .scope(scopes)
        .roles("admin")
        .rs256(TestIssuers.people().getPrivate());
  }

  private static String adminKey() {
    return Container.adminKey(Container.data(NAME));
  }

  private static void isAlice(Http.Answer answer) {
    answer.isOk();
    assertThat(answer.text("principal")).isEqualTo("alice");
    assertThat(answer.text("remoteUser")).isEqualTo("alice");
    assertThat(answer.text("authType")).isEqualTo("BEARER");
    assertThat(answer.text("admin")).isEqualTo("true");
  }

  @Test
  void theServletApiNamesTheCaller() {
    isAlice(get(APP, "/echo").bearer(alice("")).send());
    assertThat(get(APP, "/echo").key(adminKey()).send().isOk().text("authType"))
        .isEqualTo("API_KEY");
    assertThat(get(APP, "/echo").key(adminKey()).bearer(alice("")).send().isOk().text("authType"))
        .isEqualTo("API_KEY+BEARER");
  }

  /** That no secret comes back is what every request here looks for; this looks for the rest. */
  @Test
  void whatWasReadAsACredentialIsHiddenInEveryAccessorAndNothingElseIs() {
    String seen =
        get(APP, "/echo")
            .key(adminKey())
            .bearer(alice(""))
            .header("X-Other", "still here")
            .send()
            .isOk()
            .json()
            .path("headers")
            .toString();

    assertThat(seen).contains("\"x-other\":\"still here\"");
    assertThat(seen).doesNotContain("\"x-api-key\":", "\"authorization\":");
    assertThat(seen)
        .contains("\"get X-API-Key\":null", "\"all x-api-key\":[]")
        .contains("\"get Authorization\":null", "\"all authorization\":[]");
  }

  @Test
  void aSchemeThatIsNotOursIsLeftToTheApplication() {
    Http request = get(APP, "/echo").key(adminKey()).header("Authorization", "Basic Zm9vOmJhcg==");

    assertThat(request.sendUnguarded().isOk().body())
        .doesNotContain(adminKey())
        .contains("\"authorization\":\"Basic Zm9vOmJhcg==\"");
  }

  @Test
  void noSessionIsMade() {
    Http.Answer answer = get(APP, "/echo").key(adminKey()).send().isOk();

    assertThat(answer.text("session")).isEqualTo("false");
    assertThat(answer.values("Set-Cookie")).isEmpty();
  }

  @Test
  void everyDispatchKeepsTheCaller() {
    for (String by : new String[] {"forward", "include", "async"}) {
      isAlice(get(APP, "/dispatch?to=/echo&by=" + by).bearer(alice("")).send());
    }
  }

  @Test
  void anErrorPageKnowsTheCaller() {
    Http.Answer answer = get(APP, "/dispatch?by=error").bearer(alice("")).send().is(418);

    assertThat(answer.text("principal")).isEqualTo("alice");
  }

  @Test
  void anotherThreadThatAnswersLaterKnowsTheCaller() {
    isAlice(get(APP, "/async").bearer(alice("")).send());
  }

  @Test
  void afterLogoutTheRestOfTheRequestIsAnonymous() {
    Http.Answer answer = get(APP, "/logout").bearer(alice("")).send().isOk();

    assertThat(answer.json().path("principal").isNull()).as(answer.body()).isTrue();
    assertThat(answer.text("admin")).isEqualTo("false");
    isAlice(get(APP, "/echo").bearer(alice("")).send());
  }

  @Test
  void aRefusalThrownByAServletIsTheContractsAnswer() {
    for (String path : new String[] {"/requires", "/requires?wrapped"}) {
      Http.Answer answer =
          get(APP, path).bearer(alice("ships:see")).send().isRefusal(403, "scope_insufficient");
      assertThat(answer.value("WWW-Authenticate"))
          .startsWith("Bearer ")
          .contains("error=\"insufficient_scope\"", "scope=\"ships:sink\"");
      assertThat(get(APP, path).bearer(alice("ships:sink")).send().isOk().body()).isEqualTo("sunk");
    }
  }

  @Test
  void aRefusalThrownInJaxRsIsTheContractsAnswerThoughTheApplicationMapsThrowable() {
    assertThat(get(APP, "/rest/fails").bearer(alice("")).send().is(422).body())
        .isEqualTo("caught all");
    Http.Answer answer =
        get(APP, "/rest/requires")
            .bearer(alice("ships:see"))
            .send()
            .isRefusal(403, "scope_insufficient");
    assertThat(answer.value("WWW-Authenticate"))
        .startsWith("Bearer ")
        .contains("error=\"insufficient_scope\"", "scope=\"ships:sink\"");
    assertThat(get(APP, "/rest/requires").bearer(alice("ships:sink")).send().isOk().body())
        .isEqualTo("sunk");
  }
}
