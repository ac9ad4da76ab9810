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
  private static final URI WHO = URI.create(Container.uri(NAME) + "/in/vault?who");
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
  void twoUsersWhoCallOneBeanAtOnceAreNeverMixedUp() throws Exception {
    List<Callable<String>> calls = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (String user : List.of("alice", "bob")) {
      HttpRequest request =
          HttpRequest.newBuilder(WHO)
              .header(
                  "Authorization",
                  "Bearer " + TestIssuers.person(user).rs256(TestIssuers.people().getPrivate()))
              .build();
      for (int i = 0; i < CALLS / 2; i++) {
        calls.add(() -> client.send(request, HttpResponse.BodyHandlers.ofString()).body());
        expected.add(user);
      }
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
}
