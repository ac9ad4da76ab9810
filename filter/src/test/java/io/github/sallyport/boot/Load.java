package io.github.sallyport.boot;

import io.github.sallyport.boot.RunningNode.Issued;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Callers with one key, who ask all nodes for the page as fast as they are answered.
 *
 * @param asked how many requests were answered, in whatever way
 * @param served how often the page was reached, as the nodes counted
 * @param time from before the first request to after the last answer
 */
record Load(long asked, long served, Duration time) {
  private static final int CALLERS_PER_NODE = 4;

  static Load of(List<RunningNode> nodes, Issued key, Duration time) throws Exception {
    long before = served(nodes);
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS_PER_NODE * nodes.size());
    long begin = System.nanoTime();
    long asked = 0;
    try {
      List<Future<Long>> callers = new ArrayList<>();
      for (RunningNode node : nodes) {
        for (int i = 0; i < CALLERS_PER_NODE; i++) {
          callers.add(threads.submit(() -> ask(node.port(), key, begin + time.toNanos())));
        }
      }
      for (Future<Long> caller : callers) asked += caller.get();
    } finally {
      threads.shutdownNow();
    }
    Duration lasted = Duration.ofNanos(System.nanoTime() - begin);
    return new Load(asked, served(nodes) - before, lasted);
  }

  private static long served(List<RunningNode> nodes) {
    return nodes.stream().mapToLong(RunningNode::served).sum();
  }

  private static long ask(int port, Issued key, long end) throws IOException, InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + Node.PAGE))
            .header("X-API-Key", key.text())
            .build();
    long asked = 0;
    while (System.nanoTime() - end < 0) {
      int status = client.send(request, BodyHandlers.discarding()).statusCode();
      if (status != 200 && status != 429) throw new AssertionError("answered " + status);
      asked++;
    }
    return asked;
  }
}
