package io.github.sallyport.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.sample.secured.Vault;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One bean for all, and never the wrong caller in it. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
class InjectedCallerIT {
  private static final String NAME = "crowd";
  private static final URI APP = Container.uri(NAME);
  private static final String WHO = "/in/vault?who";
  private static final int THREADS = 64;
  private static final int CALLS = 10_000;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @Deployment(testable = false)
  static WebArchive application() {
    TestIssuers.open();
    return Container.war(NAME, "/in/*").addPackage(Vault.class.getPackage());
  }

  @Test
  @Tag("slow")
  void whoeverCallsOneBeanAtOnceIsNeverMixedUpWithAnother() throws Exception {
    Container.Issued key =
        Container.issue(APP, Container.adminKey(Container.data(NAME)), "\"scopes\":[]");
    String bad = bearer("mallory").substring(0, bearer("mallory").length() - 9) + "_________";
    List<Ask> asks =
        List.of(
            new Ask(WHO, "Authorization", bearer("alice"), "200 alice"),
            new Ask(WHO, "Authorization", bearer("bob"), "200 bob"),
            new Ask(WHO, "X-API-Key", key.key(), "200 " + key.id()),
            new Ask(WHO, "X-Nothing", "of ours", "401 credential_missing"),
            new Ask(WHO, "Authorization", bad, "401 token_invalid"),
            // Outside the filter's pattern nobody is anybody, whatever is shown.
            new Ask(
                "/out/views?injected",
                "Authorization",
                bearer("alice"),
                "200 nobody admin=false clerk=false"));
    List<Callable<String>> calls = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      Ask ask = asks.get(i % asks.size());
      calls.add(() -> answer(ask));
      expected.add(ask.answer());
    }
    // Side by side, not one user after the other.
    Collections.shuffle(calls, new Random(1));
    Collections.shuffle(expected, new Random(1));

    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<String> answers = new ArrayList<>();
    try {
      for (Future<String> answer : threads.invokeAll(calls)) answers.add(answer.get());
    } finally {
      threads.shutdownNow();
    }

    assertThat(answers).isEqualTo(expected);
  }

  private static String bearer(String user) {
    return "Bearer "
        + TestIssuers.person(user).roles("admin").rs256(TestIssuers.people().getPrivate());
  }

  private String answer(Ask ask) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(APP + ask.path()))
            .header(ask.header(), ask.value())
            .build();
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    String code = answer.body().replaceAll("(?s).*\"code\":\"([a-z_]+)\".*", "$1");
    return answer.statusCode() + " " + code;
  }

  /** What is asked, with what header, and what has to come back. */
  private record Ask(String path, String header, String value, String answer) {}
}
