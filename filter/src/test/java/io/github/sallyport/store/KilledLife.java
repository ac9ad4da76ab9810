package io.github.sallyport.store;

import io.github.sallyport.key.ApiKeys;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that changes keys on several threads until it is killed. Of each change it says that it
 * begins, and that it was answered: a line each, {@code ID STATUS begun} and {@code ID STATUS
 * done}.
 */
final class KilledLife {
  private static final int THREADS = 8;
  private static final int CHANGES = 1024;

  private KilledLife() {}

  /**
   * Begins.
   *
   * @param arguments {@code h2} and a folder, or {@code url}, a JDBC URL and a user
   */
  public static void main(String[] arguments) throws InterruptedException {
    Store store = Store.open(KilledTest.settings(List.of(arguments)));
    ApiKeys keys = new ApiKeys(Rooms.KEYS, store.apiKeys(), event -> {}, Clock.systemUTC());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Thread thread = new Thread(() -> live(keys));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) thread.join();
    say("all", "changes", "done");
    Thread.sleep(Long.MAX_VALUE); // until it is killed
  }

  private static void live(ApiKeys keys) {
    for (int i = 0; i < CHANGES / THREADS / 4; i++) {
      // Who issues can't say which key before the answer.
      String id = keys.issue(Rooms.request(), Rooms.ADMIN).record().id();
      say(id, "ACTIVE", "done");
      say(id, "DISABLED", "begun");
      keys.setEnabled(id, false, Rooms.ADMIN);
      say(id, "DISABLED", "done");
      say(id, "ACTIVE", "begun");
      keys.setEnabled(id, true, Rooms.ADMIN);
      say(id, "ACTIVE", "done");
      say(id, "REVOKED", "begun");
      keys.revoke(id, null, Rooms.ADMIN);
      say(id, "REVOKED", "done");
    }
  }

  private static void say(String id, String status, String how) {
    synchronized (KilledLife.class) {
      System.out.println(id + " " + status + " " + how);
      System.out.flush();
    }
  }
}
