package io.github.sallyport.boot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that asks a node, again and again, whether keys and tokens are let in. Told {@code
 * NUMBER TEXT}, it says {@code NUMBER seen} once that was let in, so that the node has a copy of
 * it; and {@code NUMBER refused MICROS} when the first refusal has come, by the clock that all
 * processes of this machine share. Any other answer is {@code NUMBER wrong STATUS}, and the end of
 * asking.
 */
final class Asker {
  private static final Duration PAUSE = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofSeconds(50);

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI page;
  private final Queue<Watched> watched = new ConcurrentLinkedQueue<>();

  private Asker(URI page) {
    this.page = page;
  }

  private static final class Watched {
    private final String number;
    private final String shown;
    private final Instant since = Instant.now();

    // By the one thread that asks.
    private boolean seen;

    private Watched(String number, String shown) {
      this.number = number;
      this.shown = shown;
    }
  }

  /**
   * Asks until its input ends.
   *
   * @param arguments the node's port
   */
  public static void main(String[] arguments) throws IOException {
    Asker asker =
        new Asker(URI.create("http://127.0.0.1:" + Integer.parseInt(arguments[0]) + Node.PAGE));
    Thread thread = new Thread(asker::ask);
    thread.setDaemon(true);
    thread.start();
    try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ", -1);
        asker.watched.add(new Watched(words[0], words[1]));
      }
    }
    System.exit(0);
  }

  private void ask() {
    while (true) {
      askForAll();
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private void askForAll() {
    for (Iterator<Watched> each = watched.iterator(); each.hasNext(); ) {
      if (isAnswered(each.next())) each.remove();
    }
  }

  private boolean isAnswered(Watched one) {
    int status = status(one.shown);
    long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    if (status == 200 && !one.seen) {
      one.seen = true;
      System.out.println(one.number + " seen");
    }
    if (status == 200 && one.since.plus(LONGEST).isAfter(Instant.now())) return false;
    System.out.println(one.number + (status == 401 ? " refused " + now : " wrong " + status));
    return true;
  }

  private int status(String shown) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(page)
              .header("Authorization", "Bearer " + shown)
              .timeout(LONGEST)
              .build();
      return client.send(request, BodyHandlers.discarding()).statusCode();
    } catch (IOException | InterruptedException e) {
      return -1;
    }
  }
}
