package io.github.sallyport.boot;

import io.github.sallyport.boot.RunningNode.Issued;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Revokes keys, or tokens, on one node while a process of its own asks another one.
 *
 * <p>The lag of one runs from the answer to who revoked it, to the first refusal that has arrived
 * at who asks. It is counted as 0 where the refusal was there first, and includes one round of
 * asking: so it is not less than what a caller would see.
 */
final class Revocations {
  private Revocations() {}

  /** What is revoked: its text, and how. */
  private record Shown(String text, Runnable revoke) {}

  /**
   * Revokes keys.
   *
   * @param between how long at least from one revocation to the next; more than one key may be on
   *     its way then
   * @return the lags, in the order of the revocations
   */
  static List<Duration> lags(RunningNode on, RunningNode asked, int count, Duration between) {
    List<Shown> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Issued key = on.issue();
      keys.add(new Shown(key.text(), () -> on.revoke(key)));
    }
    return lags(asked, keys, between);
  }

  /** The same with tokens, each of which is revoked by its name. */
  static List<Duration> lagsOfTokens(
      RunningNode on, RunningNode asked, int count, Duration between) {
    Issued key = on.issue();
    List<Shown> tokens = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String token = on.token(key);
      tokens.add(new Shown(token, () -> on.revoke(token, key)));
    }
    return lags(asked, tokens, between);
  }

  private static List<Duration> lags(RunningNode asked, List<Shown> shown, Duration between) {
    int count = shown.size();
    List<Long> answered = new ArrayList<>();
    long[] refused = new long[count];
    try (Child asker = Child.start(Asker.class, Map.of(), Integer.toString(asked.port()))) {
      int open = 0;
      for (int i = 0; i < count; i++) {
        long next = System.nanoTime() + between.toNanos();
        asker.say(i + " " + shown.get(i).text());
        open++;
        while (!isSeen(asker.line(), i, refused)) open--;
        shown.get(i).revoke().run();
        answered.add(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
        LockSupport.parkNanos(next - System.nanoTime());
      }
      for (; open > 0; open--) isSeen(asker.line(), -1, refused);
    }
    List<Duration> lags = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lags.add(Duration.of(Math.max(0, refused[i] - answered.get(i)), ChronoUnit.MICROS));
    }
    return lags;
  }

  /** Tells whether this says that it was seen; else it was another one's refusal. */
  private static boolean isSeen(String line, int number, long[] refused) {
    String[] words = line.split(" ", -1);
    if (line.equals(number + " seen")) return true;
    if (!words[1].equals("refused")) throw new AssertionError(line);
    refused[Integer.parseInt(words[0])] = Long.parseLong(words[2]);
    return false;
  }
}
