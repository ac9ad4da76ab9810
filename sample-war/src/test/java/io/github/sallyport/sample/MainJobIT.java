package io.github.sallyport.sample;

import static io.github.sallyport.sample.Container.SAMPLE;
import static io.github.sallyport.sample.Http.get;
import static io.github.sallyport.sample.Http.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.sample.Container.Issued;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A key and a JWT open the same door, and a revoked key no longer does. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class MainJobIT {
  private static final String WHOAMI = "/api/whoami";

  @Deployment(testable = false)
  static WebArchive sample() {
    return Container.sample();
  }

  @Test
  void aKeyOpensTheDoorUntilItIsRevokedAndNotOneRequestLonger() {
    String admin = Container.adminKey(Container.data("data"));
    Issued key = Container.issue("orders:read");
    get(SAMPLE, "/api/orders").key(key.key()).send().isOk();

    Container.revoke(SAMPLE, admin, key.id()).is(204);

    get(SAMPLE, "/api/orders").key(key.key()).send().isRefusal(401, "key_revoked");
    Container.revoke(SAMPLE, admin, key.id()).is(204);
  }

  @Test
  void theFirstAdministratorsKeyLiesInAFileOfItsOwner() throws Exception {
    Path file = Container.data("data").resolve("initial-admin-key");

    assertThat(Files.readString(file)).matches("sp_live_[0-9A-Za-z]{14}_[0-9A-Za-z]{38}\n?");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(
            get(SAMPLE, WHOAMI)
                .key(Container.adminKey(Container.data("data")))
                .send()
                .text("owner"))
        .isEqualTo("admin");
  }

  @Test
  void aKeyIsAnApplicationAndNoUser() {
    Issued key = Container.issue("orders:write", "orders:read");

    assertThat(get(SAMPLE, WHOAMI).key(key.key()).send().isOk().body())
        .isEqualTo(
            """
            {"name":"%1$s","kind":"API_KEY","keyId":"%1$s","owner":"acme","subject":null,\
            "issuer":null,"scopes":["orders:read","orders:write"],"roles":[],"plan":null}"""
                .formatted(key.id()));
  }

  @Test
  void aKeyMayComeByBearerToo() {
    Issued key = Container.issue("orders:read");

    assertThat(get(SAMPLE, WHOAMI).bearer(key.key()).send().isOk().text("kind"))
        .isEqualTo("API_KEY");
  }

  @Test
  void aTokenOfThePemIssuerIsAUserAndNoApplication() {
    String token =
        TestIssuers.person("alice")
            .scope("orders:read")
            .roles("user")
            .rs256(TestIssuers.people().getPrivate());

    assertThat(get(SAMPLE, WHOAMI).bearer(token).send().isOk().body())
        .isEqualTo(
            """
            {"name":"alice","kind":"BEARER","keyId":null,"owner":null,"subject":"alice",\
            "issuer":"https://people.example","scopes":["orders:read"],"roles":["user"],\
            "plan":null}""");
  }

  @Test
  void aTokenOfTheJwksIssuerStandsBesideIt() {
    TestIssuers.awaitMachinesKeys();
    String token = TestIssuers.machine("robot-7").es256(TestIssuers.machines().getPrivate());

    Http.Answer answer = get(SAMPLE, WHOAMI).bearer(token).send().isOk();
    assertThat(answer.text("subject")).isEqualTo("robot-7");
    assertThat(answer.text("issuer")).isEqualTo(TestIssuers.MACHINES);
  }

  @Test
  void bothTogetherAreTheKeysApplicationAndTheTokensUserWithTheScopesThatBothHave() {
    Issued key = Container.issue("orders:read", "stock:read");
    String token =
        TestIssuers.person("alice")
            .scope("orders:read orders:write")
            .roles("admin")
            .rs256(TestIssuers.people().getPrivate());

    assertThat(get(SAMPLE, WHOAMI).key(key.key()).bearer(token).send().isOk().body())
        .isEqualTo(
            """
            {"name":"alice","kind":"BOTH","keyId":"%s","owner":"acme","subject":"alice",\
            "issuer":"https://people.example","scopes":["orders:read"],"roles":["admin"],\
            "plan":null}"""
                .formatted(key.id()));
  }

  @Test
  void theServletApiAndJakartaSecuritySeeTheSameCallerAsJaxRs() {
    Issued key = Container.issue("orders:read");
    String token =
        TestIssuers.person("alice").roles("user", "admin").rs256(TestIssuers.people().getPrivate());

    for (Http.Answer seen :
        List.of(
            get(SAMPLE, "/servlet/whoami").key(key.key()).bearer(token).send(),
            get(SAMPLE, "/cdi/whoami").key(key.key()).bearer(token).send())) {
      assertThat(seen.isOk().json())
          .isEqualTo(get(SAMPLE, WHOAMI).key(key.key()).bearer(token).send().isOk().json());
    }
    get(SAMPLE, "/cdi/whoami").send().isRefusal(401, "credential_missing");
  }

  @Test
  void ordersAreReadWithAScopeWrittenWithAnotherAndDeletedByAnAdministratorsToken() {
    String token =
        TestIssuers.person("root")
            .scope("orders:read orders:write")
            .roles("admin")
            .rs256(TestIssuers.people().getPrivate());
    Http.Answer placed =
        request(SAMPLE, "POST", "/api/orders")
            .bearer(token)
            .body("text/plain", "ten metres of rope")
            .send()
            .is(201);
    String id = placed.text("id");

    assertThat(placed.text("placedBy")).isEqualTo("root");
    assertThat(placed.value("Location")).endsWith("/api/orders/" + id);
    assertThat(get(SAMPLE, "/api/orders").bearer(token).send().isOk().body())
        .contains("ten metres of rope");
    request(SAMPLE, "DELETE", "/api/orders/" + id).bearer(token).send().is(204);
    request(SAMPLE, "DELETE", "/api/orders/" + id).bearer(token).send().is(404);
  }

  @Test
  void pingAnswersAnybodyAndReadsNoCredential() {
    assertThat(get(SAMPLE, "/public/ping").send().isOk().body()).isEqualTo("{\"status\":\"ok\"}");
    get(SAMPLE, "/public/ping").key("no key at all").send().isOk();
  }
}
