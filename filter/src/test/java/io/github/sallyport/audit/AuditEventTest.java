package io.github.sallyport.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.audit.AuditEvent.Result;
import io.github.sallyport.json.Json;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuditEventTest {
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00.123456Z");

  private static AuditEvent event(String text) {
    Actor by = new Actor(text, text, text, text, text, text, text, text, text, text);
    return new AuditEvent(NOW, text, Result.REFUSED, text, by, text, text);
  }

  @ParameterizedTest // catalogue L07
  @CsvSource(
      delimiter = '|',
      value = {
        "a\\u000D\\u000Ab|a\\u000D\\u000Ab",
        "\\u001B[31mred|\\u001B[31mred",
        "\\u009B31m|\\u009B31m",
        "\\u202Etxt.exe|\\u202Etxt.exe",
        "a\\u2066b\\u2069|a\\u2066b\\u2069",
        "a\\u200Bb\\uFEFF|a\\u200Bb\\uFEFF",
        "a\\u2028b\\u2029c|a\\u2028b\\u2029c",
        "\\uD800x|\\uD800x",
        "x\\uDC00|x\\uDC00",
        "\\u0000|\\u0000"
      })
  void whatAReaderWouldNotSeeIsWrittenOut(String escaped, String expected) {
    String raw = unescaped(escaped);
    assertThat(raw).isNotEqualTo(escaped);
    assertThat(event(raw).detail()).isEqualTo(expected);
    assertThat(event(raw).by().userAgent()).isEqualTo(expected);
    assertThat(event(raw).by().path()).isEqualTo(expected);
    assertThat(Json.write(event(raw).fields())).doesNotContain(raw);
  }

  private static String unescaped(String text) {
    StringBuilder raw = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.startsWith("\\u", i)) {
        raw.append((char) Integer.parseInt(text.substring(i + 2, i + 6), 16));
        i += 5;
      } else raw.append(text.charAt(i));
    }
    return raw.toString();
  }

  @Test
  void textOfPeopleStaysAsItIs() {
    assertThat(event("Zoë 😀 日本").detail()).isEqualTo("Zoë 😀 日本");
    assertThat(event("DOMAIN\\anna").detail()).isEqualTo("DOMAIN\\anna");
  }

  @Test
  void everyFieldIsCutAtItsBound() {
    for (String text :
        new String[] {"x".repeat(100_000), "\n".repeat(100_000), "😀".repeat(9999)}) {
      AuditEvent event = event(text);
      Actor by = event.by();
      assertThat(event.action().length()).isBetween(AuditEvent.ACTION - 6, AuditEvent.ACTION);
      assertThat(event.code()).hasSizeLessThanOrEqualTo(64).endsWith("…");
      assertThat(event.target()).hasSizeLessThanOrEqualTo(255).endsWith("…");
      assertThat(event.detail()).hasSizeLessThanOrEqualTo(500).endsWith("…");
      assertThat(by.name()).hasSizeLessThanOrEqualTo(200).endsWith("…");
      assertThat(by.keyId()).hasSizeLessThanOrEqualTo(64).endsWith("…");
      assertThat(by.owner()).hasSizeLessThanOrEqualTo(200).endsWith("…");
      assertThat(by.subject()).hasSizeLessThanOrEqualTo(255).endsWith("…");
      assertThat(by.issuer()).hasSizeLessThanOrEqualTo(500).endsWith("…");
      assertThat(by.requestId()).hasSizeLessThanOrEqualTo(64).endsWith("…");
      assertThat(by.address()).hasSizeLessThanOrEqualTo(64).endsWith("…");
      assertThat(by.userAgent()).hasSizeLessThanOrEqualTo(255).endsWith("…");
      assertThat(by.method()).hasSizeLessThanOrEqualTo(32).endsWith("…");
      assertThat(by.path()).hasSizeLessThanOrEqualTo(1000).endsWith("…");
      assertThat(event.fields()).hasSize(16);
    }
    assertThat(event("x".repeat(64)).code()).isEqualTo("x".repeat(64));
    assertThat(event("x".repeat(65)).code()).isEqualTo("x".repeat(63) + "…");
  }

  @Test
  void aFitTextIsFitAlready() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int c = random.nextInt(90); c > 0; c--) {
        text.append((char) random.nextInt(random.nextBoolean() ? 128 : 65536));
      }
      AuditEvent once = event(text.toString());
      assertThat(once.code()).hasSizeLessThanOrEqualTo(64);
      // What comes back from the table must be what was sealed.
      assertThat(
              new AuditEvent(
                  once.time(),
                  once.action(),
                  once.result(),
                  once.code(),
                  once.by(),
                  once.target(),
                  once.detail()))
          .isEqualTo(once);
    }
  }

  @Test
  void timesAreKeptToTheMillisecond() {
    assertThat(event("x").time()).isEqualTo(Instant.parse("2026-11-25T12:00:00.123Z"));
  }
}
