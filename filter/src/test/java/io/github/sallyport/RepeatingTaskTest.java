package io.github.sallyport;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepeatingTaskTest {
  private static final Duration SOON = Duration.ofMillis(1);

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatOneTurnThrowsEndsNoLaterOne(boolean error) {
    AtomicInteger turns = new AtomicInteger();
    Runnable failing =
        () -> {
          turns.incrementAndGet();
          if (error) throw new NoClassDefFoundError("as if");
          throw new IllegalStateException("as if");
        };
    RepeatingTask task = new RepeatingTask("test-turns", SOON, SOON, failing);
    try {
      await().until(() -> turns.get() > 2);
    } finally {
      task.close();
    }
  }
}
