package io.github.sallyport.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.List;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

class LogCaptureTest {
  private static final String SECRET = KnownSecrets.add("correct-horse-battery-staple");
  private static final String KEY = "sp_live_7Qm2Xc9Ra4TbV1_0123456789abcdefghijABCDEFGHIJKLMNOPQR";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "inAMessage",
        "inAParameter",
        "inAMessageOfASystemLogger",
        "belowTheUsualLevel",
        "toALoggerThatIsTurnedOff",
        "inAnException",
        "inItsCause",
        "inASuppressedException",
        "inTheToStringOfAParameter",
        "byAnotherThread",
        "aKeyNobodyNamed"
      })
  void aTestThatLeaksIntoALogFails(String leak) {
    Throwable failure = failureOf(leak);

    assertThat(failure).isInstanceOf(AssertionError.class).hasMessageContaining("reached the log");
    assertThat(failure.toString()).doesNotContain(SECRET).doesNotContain(KEY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"inAToString", "inAResponse"})
  void aTestThatLeaksIntoATextFails(String leak) {
    Throwable failure = failureOf(leak);

    assertThat(failure).isInstanceOf(AssertionError.class).hasMessageContaining("holds");
    assertThat(failure.toString()).doesNotContain(SECRET).doesNotContain(KEY);
  }

  @Test
  void aTestThatLogsWithoutALeakPasses() {
    assertThat(failures("nothing")).isEmpty();
  }

  @Test
  void aLeakInsideAnotherEngineIsNotTheOuterTests() {
    failureOf("inAMessage");

    assertThatCode(() -> Watch.current().throwIfLeaked()).doesNotThrowAnyException();
  }

  @Test
  void levelsAreRestoredWhenTheEngineEnds() {
    Logger off = Logger.getLogger("somebody.else.off");
    off.setLevel(Level.OFF);

    failures("nothing");

    assertThat(off.getLevel()).isEqualTo(Level.OFF);
  }

  @Test
  void aShortTextIsNoSecret() {
    assertThatThrownBy(() -> KnownSecrets.add("1234567"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void messagesOfOurLoggersCanBeAskedFor() {
    System.getLogger("sallyport.config").log(System.Logger.Level.WARNING, "weak: {0}", "this");
    System.getLogger("sallyport.config").log(System.Logger.Level.DEBUG, "fine");

    assertThat(LogCapture.messages("sallyport.config", Level.WARNING))
        .containsExactly("weak: this");
  }

  private static Throwable failureOf(String leak) {
    return failures(leak).get(0);
  }

  /** Runs one of the leaks in an engine of its own, which finds the extension as ours does. */
  private static List<Throwable> failures(String leak) {
    return EngineTestKit.engine("junit-jupiter")
        .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "true")
        .selectors(selectMethod(Leaks.class, leak))
        .execute()
        .allEvents()
        .finished()
        .stream()
        .flatMap(LogCaptureTest::failure)
        .toList();
  }

  private static Stream<Throwable> failure(Event event) {
    return event
        .getPayload(TestExecutionResult.class)
        .flatMap(TestExecutionResult::getThrowable)
        .stream();
  }

  /** Run by the tests above only: its name has not the form that the build looks for. */
  static class Leaks {
    private static final Logger LOG = Logger.getLogger("somebody.else");
    private static final Logger OFF = Logger.getLogger("somebody.else.off");

    static {
      OFF.setLevel(Level.OFF);
    }

    @Test
    void nothing() {
      LOG.severe("all is well");
    }

    @Test
    void inAMessage() {
      LOG.info("it is " + SECRET);
    }

    @Test
    void inAParameter() {
      LOG.log(Level.INFO, "it is hidden, or is it", new Object[] {1, SECRET});
    }

    @Test
    void inAMessageOfASystemLogger() {
      System.getLogger("sallyport.planted").log(System.Logger.Level.INFO, "it is {0}", SECRET);
    }

    @Test
    void belowTheUsualLevel() {
      LOG.finest(SECRET);
    }

    @Test
    void toALoggerThatIsTurnedOff() {
      OFF.severe(SECRET);
    }

    @Test
    void inAnException() {
      LOG.log(Level.INFO, "failed", new IllegalStateException(SECRET));
    }

    @Test
    void inItsCause() {
      Throwable cause = new IllegalStateException(new IllegalArgumentException(SECRET));
      LOG.log(Level.INFO, "failed", new IllegalStateException("outer", cause));
    }

    @Test
    void inASuppressedException() {
      Exception outer = new Exception("outer");
      outer.addSuppressed(new IllegalArgumentException(SECRET));
      LOG.log(Level.INFO, "failed", outer);
    }

    @Test
    void inTheToStringOfAParameter() {
      record Settings(String password) {}
      LOG.log(Level.FINE, "read", new Settings(SECRET));
    }

    @Test
    void byAnotherThread() throws InterruptedException {
      Thread other = new Thread(() -> LOG.info(SECRET));
      other.start();
      other.join();
    }

    @Test
    void aKeyNobodyNamed() {
      LOG.fine("found " + KEY + " in the header");
    }

    @Test
    void inAToString() {
      record Settings(String password) {}
      LogCapture.assertNoSecretIn("Settings.toString", new Settings(SECRET).toString());
    }

    @Test
    void inAResponse() {
      Supplier<String> response = () -> "{\"detail\":\"" + KEY + " is unknown\"}";
      LogCapture.assertNoSecretIn("the response", response.get());
    }
  }
}
