package io.github.sallyport.store;

import io.github.sallyport.key.ApiKeyRecord;
import io.github.sallyport.key.ApiKeyRecord.Status;
import io.github.sallyport.key.ApiKeys;
import io.github.sallyport.key.KeyQuery;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/**
 * One life of a process: reads what the lives before it left, issues a key, revokes it, and is gone
 * the moment that {@code revoke} returns, with no time for anything to be written behind.
 */
final class DurableRound {
  private static final int LOST = 3;

  private DurableRound() {}

  public static void main(String[] arguments) {
    int rounds = Integer.parseInt(arguments[1]);
    Store store = Store.open(Rooms.settings(Path.of(arguments[0])));
    ApiKeys keys = new ApiKeys(Rooms.KEYS, store.apiKeys(), event -> {}, Clock.systemUTC());
    List<ApiKeyRecord> before = keys.list(KeyQuery.ALL, 1000, null);
    boolean allRevoked = before.stream().allMatch(key -> key.status() == Status.REVOKED);
    if (before.size() != rounds || !allRevoked || store.feed().read(0, 0).newest() != 2L * rounds) {
      System.out.println(
          before.stream().filter(key -> key.status() != Status.REVOKED).toList()
              + " of "
              + before.size()
              + " keys are not revoked, the position is "
              + store.feed().read(0, 0).newest());
      Runtime.getRuntime().halt(LOST);
    }
    String id = keys.issue(Rooms.request(), Rooms.ADMIN).record().id();
    keys.revoke(id, null, Rooms.ADMIN);
    Runtime.getRuntime().halt(0);
  }
}
