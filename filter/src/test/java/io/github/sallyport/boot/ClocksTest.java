package io.github.sallyport.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.http.SallyportFilter;
import io.github.sallyport.json.Json;
import io.github.sallyport.testing.HandClock;
import io.github.sallyport.testing.LogCapture;
import io.github.sallyport.testing.TestServer;
import io.github.sallyport.testing.Wire;
import io.github.sallyport.testing.Wire.Reply;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes on one store, of which the one that issues tokens has a clock that is ahead. */
class ClocksTest {
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

  private final HandClock clockOfIssuing = new HandClock(NOW);
  private final HandClock clockOfOther = new HandClock(NOW);

  @TempDir private Path data;
  private TestServer issuing;
  private TestServer other;
  private Wire wire;

  @BeforeEach
  void start() throws Exception {
    clockOfIssuing.now = NOW.plusSeconds(120);
    issuing = server("issuing", clockOfIssuing);
    wire = issuing.start();
    assertThat(issuing.isRunning()).isTrue();
    other = server("other", clockOfOther);
  }

  @AfterEach
  void stop() throws Exception {
    other.close();
    issuing.close();
  }

  private TestServer server(String name, HandClock clock) throws Exception {
    Map<String, String> settings =
        Map.of(
            "sallyport.data", data.resolve(name).toString(),
            "sallyport.store.url", "jdbc:h2:mem:" + data.getFileName() + ";DB_CLOSE_DELAY=-1",
            "sallyport.admin.enabled", "true",
            "sallyport.api-key.pepper", "cGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVy",
            "sallyport.token.issuer", "https://a.example",
            "sallyport.token.algorithm", "ES256");
    return new TestServer()
        .filter(SallyportFilter.class, settings, "/*")
        .initializer(new SallyportInitializer(clock))
        .servlet("/page", new Page());
  }

  private static final class Page extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {}
  }

  /** A token of the first administrator's key, by the node whose clock is ahead. */
  private String token() throws Exception {
    String key = Files.readString(data.resolve("issuing/initial-admin-key")).strip();
    Reply reply =
        wire.send(
            "POST",
            "/sallyport/token",
            "grant_type=client_credentials",
            new String[] {"X-API-Key: " + key, "Content-Type: application/x-www-form-urlencoded"});
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    return String.valueOf(
        Json.readObject(reply.body().getBytes(StandardCharsets.UTF_8)).get("access_token"));
  }

  private static Reply show(Wire node, String token) {
    return node.send("GET", "/page", "Authorization: Bearer " + token);
  }

  private static List<String> warnings(String logger) {
    return LogCapture.messages(logger, Level.WARNING);
  }

  @Test
  void twoMinutesAheadItsTokensAreLetInElsewhereAndTheLogSaysWhatIsWrong() throws Exception { // X23
    Wire there = other.start();
    assertThat(other.isRunning()).isTrue();
    assertThat(warnings("sallyport.token"))
        .as("of the key that signs")
        .singleElement()
        .satisfies(line -> assertThat(line).contains("still to come").contains("NTP"));

    for (int i = 0; i < 3; i++) assertThat(show(there, token()).status()).isEqualTo(200);

    assertThat(warnings("sallyport.jwt"))
        .as("of the tokens, once")
        .singleElement()
        .satisfies(
            line ->
                assertThat(line)
                    .contains("issuer sallyport")
                    .contains("120 seconds from now")
                    .contains("NTP")
                    .contains("more than 120 seconds are refused"));
    clockOfOther.now = clockOfOther.now.plus(Duration.ofHours(1));
    clockOfIssuing.now = clockOfIssuing.now.plus(Duration.ofHours(1));
    assertThat(show(there, token()).status()).isEqualTo(200);
    assertThat(warnings("sallyport.jwt")).as("and again after an hour").hasSize(2);
  }

  @Test
  void furtherAheadTheyAreRefusedUntilTheirTimeHasComeAndThatIsSaidToo() throws Exception {
    clockOfIssuing.now = NOW.plusSeconds(121);
    String token = token();
    Wire there = other.start();
    assertThat(other.isRunning()).isTrue();

    Reply refused = show(there, token);
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.code()).isEqualTo("token_invalid");
    assertThat(refused.body()).contains("iat lies in the future");
    assertThat(warnings("sallyport.jwt")).singleElement().asString().contains("121 seconds");

    clockOfOther.now = NOW.plusSeconds(1);
    assertThat(show(there, token).status()).isEqualTo(200);
  }

  @Test
  void aMinuteAheadIsNotWorthAWord() throws Exception {
    clockOfIssuing.now = NOW.plusSeconds(60);
    Wire there = other.start();
    assertThat(other.isRunning()).isTrue();
    assertThat(show(there, token()).status()).isEqualTo(200);
    assertThat(warnings("sallyport.jwt")).isEmpty();
  }
}
