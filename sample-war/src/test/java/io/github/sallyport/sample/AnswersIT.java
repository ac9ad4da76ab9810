package io.github.sallyport.sample;

import static io.github.sallyport.sample.Container.SAMPLE;
import static io.github.sallyport.sample.Http.get;
import static io.github.sallyport.sample.Http.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The headers of answers, and who may keep them. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class AnswersIT {
  private static final String WHOAMI = "/api/whoami";

  @Deployment(testable = false)
  static WebArchive sample() {
    return Container.sample();
  }

  @Test
  void anAuthenticatedAnswerIsForNoSharedCache() {
    Http.Answer answer =
        get(SAMPLE, WHOAMI).key(Container.issue("orders:read").key()).send().isOk();

    assertThat(String.join(", ", answer.values("Vary"))).contains("Authorization", "X-API-Key");
    assertThat(answer.value("Cache-Control")).isEqualTo("private");
    assertThat(UUID.fromString(answer.value("X-Request-Id"))).isNotNull();
  }

  @Test
  void aClientsRequestIdIsKeptIfItIsHarmless() {
    assertThat(
            get(SAMPLE, WHOAMI).header("X-Request-Id", "shop-42.a_b").send().value("X-Request-Id"))
        .isEqualTo("shop-42.a_b");
    for (String bad : new String[] {"<script>", "a b", "x".repeat(65)}) {
      assertThat(get(SAMPLE, WHOAMI).header("X-Request-Id", bad).send().value("X-Request-Id"))
          .isNotEqualTo(bad)
          .satisfies(id -> assertThat(UUID.fromString(id)).isNotNull());
    }
  }

  @Test
  void aRefusalOfHeadHasTheHeadersAndNoBody() {
    Http.Answer answer = request(SAMPLE, "HEAD", WHOAMI).send();

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.values("WWW-Authenticate")).hasSize(2);
    assertThat(answer.value("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.value("Content-Type")).startsWith("application/problem+json");
  }

  @Test
  void aNewKeyIsShownOnceAndStoredByNoCache() {
    Http.Answer made =
        request(SAMPLE, "POST", "/sallyport/keys")
            .key(Container.adminKey(Container.data("data")))
            .body("application/json", "{\"owner\":\"acme\",\"scopes\":[\"orders:read\"]}")
            .send()
            .is(201);
    Http.Answer again =
        get(SAMPLE, "/sallyport/keys/" + made.text("id"))
            .key(Container.adminKey(Container.data("data")))
            .send()
            .isOk();

    assertThat(made.value("Cache-Control")).contains("no-store");
    assertThat(made.text("key")).startsWith("sp_live_" + made.text("id"));
    assertThat(again.json().has("key")).isFalse();
    assertThat(again.body()).doesNotContain(made.text("key"));
  }
}
