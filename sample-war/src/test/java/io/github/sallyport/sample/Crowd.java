package io.github.sallyport.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Two users who call at once and in turn, so that each meets the threads that the other left. */
final class Crowd {
  private static final List<String> USERS = List.of("alice", "bob");
  private static final int CLIENTS = 16;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<String, String> tokens =
      USERS.stream()
          .collect(
              Collectors.toMap(
                  user -> user,
                  user ->
                      TestIssuers.person(user)
                          .roles("clerk")
                          .rs256(TestIssuers.people().getPrivate())));
  private final List<String> expected = new ArrayList<>();
  private final List<Callable<String>> calls = new ArrayList<>();

  /**
   * Adds calls, half of them of each user.
   *
   * @param answer what a user has to be answered
   */
  Crowd ask(String uri, int times, UnaryOperator<String> answer) {
    for (int i = 0; i < times; i++) {
      String user = USERS.get(i % USERS.size());
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(uri))
              .header("Authorization", "Bearer " + tokens.get(user))
              .build();
      String asked = user + " by " + URI.create(uri).getQuery() + ": ";
      expected.add(asked + answer.apply(user));
      calls.add(() -> asked + client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }
    return this;
  }

  /** Calls, side by side and not one user after the other. */
  void isNeverMixedUp() throws Exception {
    Collections.shuffle(calls, new Random(1));
    Collections.shuffle(expected, new Random(1));
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    List<String> answers = new ArrayList<>();
    try {
      for (Future<String> answer : threads.invokeAll(calls)) answers.add(answer.get());
    } finally {
      threads.shutdownNow();
    }
    assertThat(answers).isEqualTo(expected);
  }
}
