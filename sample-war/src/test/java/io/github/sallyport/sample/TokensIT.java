package io.github.sallyport.sample;

import static io.github.sallyport.sample.Container.SAMPLE;
import static io.github.sallyport.sample.Http.get;
import static io.github.sallyport.sample.Http.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tokens of the sample's own, by key and by login. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class TokensIT {
  private static final String FORM = "application/x-www-form-urlencoded";

  @Deployment(testable = false)
  static WebArchive sample() {
    return Container.sample();
  }

  private static Http.Answer login(String name, String password) {
    return request(SAMPLE, "POST", "/login")
        .body(FORM, "username=" + name + "&password=" + password)
        .send();
  }

  private static Http.Answer token(String form) {
    return request(SAMPLE, "POST", "/sallyport/token").body(FORM, form).send();
  }

  private static JsonNode whoami(String path, String token) {
    return get(SAMPLE, path).bearer(token).send().isOk().json();
  }

  @Test
  void aKeyBecomesATokenThatIsTheSameApplication() {
    Container.Issued key = Container.issue("orders:read", "orders:write");
    Http.Answer answer =
        request(SAMPLE, "POST", "/sallyport/token")
            .key(key.key())
            .body(FORM, "grant_type=client_credentials&scope=orders%3Aread")
            .send()
            .isOk();
    assertThat(answer.value("Cache-Control")).contains("no-store");
    String token = answer.text("access_token");

    for (String path : new String[] {"/api/whoami", "/servlet/whoami", "/cdi/whoami"}) {
      JsonNode caller = whoami(path, token);
      assertThat(caller.path("keyId").asText()).as(path).isEqualTo(key.id());
      assertThat(caller.path("name").asText()).isEqualTo(key.id());
      assertThat(caller.path("kind").asText()).isEqualTo("BEARER");
      assertThat(caller.path("owner").asText()).isEqualTo("acme");
      assertThat(caller.path("subject").isNull()).isTrue();
      assertThat(caller.path("scopes")).hasSize(1);
    }
    get(SAMPLE, "/api/orders").bearer(token).send().isOk();
    request(SAMPLE, "POST", "/api/orders").bearer(token).body("text/plain", "tea").send().is(403);

    Container.revoke(SAMPLE, Container.adminKey(Container.data("data")), key.id()).is(204);
    assertThat(get(SAMPLE, "/api/orders").bearer(token).send().is(401).text("code"))
        .isEqualTo("token_revoked");
  }

  @Test
  void aLoginIsCarriedOnAndEnded() {
    Http.Answer login = login("alice", "alice").isOk();
    assertThat(login.value("Cache-Control")).contains("no-store");
    for (String path : new String[] {"/api/whoami", "/servlet/whoami", "/cdi/whoami"}) {
      JsonNode caller = whoami(path, login.text("access_token"));
      assertThat(caller.path("subject").asText()).as(path).isEqualTo("alice");
      assertThat(caller.path("keyId").isNull()).isTrue();
      assertThat(caller.path("roles")).hasSize(1);
    }
    Http.Answer next =
        token("grant_type=refresh_token&refresh_token=" + login.text("refresh_token")).isOk();
    String refreshed = next.text("access_token");
    assertThat(whoami("/api/whoami", refreshed).path("subject").asText()).isEqualTo("alice");

    request(SAMPLE, "POST", "/sallyport/revoke")
        .body(FORM, "token=" + next.text("refresh_token"))
        .send()
        .isOk();
    assertThat(get(SAMPLE, "/api/whoami").bearer(refreshed).send().is(401).text("code"))
        .isEqualTo("token_revoked");
    assertThat(
            token("grant_type=refresh_token&refresh_token=" + next.text("refresh_token"))
                .is(400)
                .text("error"))
        .isEqualTo("invalid_grant");
  }

  @Test
  void aUsersTokenIsExchangedForOneThatSaysWhoActs() {
    Container.Issued key = Container.issue("orders:read", "sallyport:exchange");
    String subject =
        TestIssuers.person("alice").scope("orders:read").rs256(TestIssuers.people().getPrivate());
    String form =
        "grant_type=urn:ietf:params:oauth:grant-type:token-exchange"
            + "&subject_token_type=urn:ietf:params:oauth:token-type:access_token&subject_token="
            + subject;
    Http.Answer answer =
        request(SAMPLE, "POST", "/sallyport/token").key(key.key()).body(FORM, form).send().isOk();
    assertThat(answer.text("issued_token_type"))
        .isEqualTo("urn:ietf:params:oauth:token-type:access_token");
    JsonNode caller = whoami("/api/whoami", answer.text("access_token"));
    assertThat(caller.path("subject").asText()).isEqualTo("alice");
    assertThat(caller.path("keyId").isNull()).isTrue();

    String behind =
        request(SAMPLE, "POST", "/sallyport/token")
            .key(key.key())
            .body(FORM, form + "&audience=billing")
            .send()
            .isOk()
            .text("access_token");
    assertThat(get(SAMPLE, "/api/whoami").bearer(behind).send().is(401).text("code"))
        .as("it is for another")
        .isEqualTo("token_invalid");
    Container.Issued without = Container.issue("orders:read");
    assertThat(
            request(SAMPLE, "POST", "/sallyport/token")
                .key(without.key())
                .body(FORM, form)
                .send()
                .is(400)
                .text("error"))
        .isEqualTo("unauthorized_client");
  }

  @Test
  void whoMayAskIsToldHowATokenStands() {
    Container.Issued key = Container.issue("orders:read");
    Container.Issued asking = Container.issue("sallyport:introspect");
    String token =
        request(SAMPLE, "POST", "/sallyport/token")
            .key(key.key())
            .body(FORM, "grant_type=client_credentials")
            .send()
            .isOk()
            .text("access_token");
    assertThat(introspect(asking, token).path("active").asBoolean()).isTrue();
    assertThat(introspect(asking, token).path("sub").asText()).isEqualTo(key.id());
    assertThat(introspect(Container.issue("orders:read"), token).path("active").asBoolean())
        .isFalse();
    Container.revoke(SAMPLE, Container.adminKey(Container.data("data")), key.id()).is(204);
    assertThat(introspect(asking, token)).hasSize(1);
  }

  private static JsonNode introspect(Container.Issued by, String token) {
    return request(SAMPLE, "POST", "/sallyport/introspect")
        .key(by.key())
        .body(FORM, "token=" + token)
        .send()
        .isOk()
        .json();
  }

  @Test
  void whatALoginMayItsRolesSay() {
    String root = login("root", "root").isOk().text("access_token");
    String alice = login("alice", "alice").isOk().text("access_token");
    String made =
        request(SAMPLE, "POST", "/api/orders")
            .bearer(root)
            .body("text/plain", "tea")
            .send()
            .is(201)
            .text("id");
    assertThat(
            request(SAMPLE, "DELETE", "/api/orders/" + made)
                .bearer(alice)
                .send()
                .is(403)
                .text("code"))
        .isEqualTo("role_missing");
    request(SAMPLE, "DELETE", "/api/orders/" + made).bearer(root).send().is(204);
  }

  @Test
  void aWrongPasswordAndOneInTheUrlLetNobodyIn() {
    login("alice", "wrong").is(401);
    login("nobody", "nobody").is(401);
    login("nobody", "").is(401);
    request(SAMPLE, "POST", "/login?username=alice&password=alice").send().is(400);
    login("alice", "alice").isOk();
  }

  @Test
  void theMetadataNamesWhereAllIs() {
    JsonNode server = get(SAMPLE, "/.well-known/oauth-authorization-server").send().isOk().json();
    assertThat(server.path("issuer").asText()).isEqualTo("http://localhost:8080");
    assertThat(server.path("token_endpoint").asText())
        .isEqualTo("http://localhost:8080/sallyport/token");
    JsonNode resource = get(SAMPLE, "/.well-known/oauth-protected-resource").send().isOk().json();
    assertThat(resource.path("resource").asText()).isEqualTo("http://localhost:8080");
    assertThat(resource.path("authorization_servers").get(0).asText())
        .isEqualTo("http://localhost:8080");
    assertThat(get(SAMPLE, "/sallyport/jwks.json").send().isOk().json().path("keys")).isNotEmpty();
    assertThat(get(SAMPLE, "/api/whoami").send().is(401).values("WWW-Authenticate"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains(
                        "resource_metadata=\"http://localhost:8080"
                            + "/.well-known/oauth-protected-resource\""));
  }
}
