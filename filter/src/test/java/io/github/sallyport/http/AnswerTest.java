package io.github.sallyport.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AnswerTest {
  private static final HttpSettings SETTINGS =
      new HttpSettings("r\\\"ä\n", true, true, false, "X-API-Key", true, "sp", 8192);

  private static Answer answer(Refused refused) {
    return Answer.of(
        refused,
        "id",
        SETTINGS,
        EnumSet.of(Scheme.API_KEY, Scheme.BEARER),
        EnumSet.of(Scheme.BEARER));
  }

  @ParameterizedTest
  @EnumSource(Refusal.class)
  void only401And400And403WithAnErrorWordHaveAChallenge(Refusal refusal) {
    Answer answer = answer(Refused.of(refusal, "why"));
    long challenges =
        answer.headers().stream().filter(h -> h.getKey().equals("WWW-Authenticate")).count();
    int expected = refusal.status() == 401 ? 2 : refusal.error().word().isEmpty() ? 0 : 1;
    assertThat(challenges).isEqualTo(expected);
    assertThat(answer.headers()).contains(Map.entry("Cache-Control", "no-store"));
  }

  @Test
  void valuesAreEscapedSoThatNoHeaderCanBeSplit() {
    Answer answer = answer(Refused.of(Refusal.KEY_UNKNOWN, "a\r\nSet-Cookie: b"));
    assertThat(answer.headers().get(2).getValue())
        .isEqualTo(
            "Bearer realm=\"r\\\\\\\"??\", error=\"invalid_token\","
                + " error_description=\"a??Set-Cookie: b\"");
  }

  @Test
  void onlyBearerChallengesNameWhereTheResourceDescribesItself() { // RFC 9728 section 5.1
    HttpSettings described = SETTINGS.describedAt("https://a.example/\"m\"");
    for (Refusal refusal :
        new Refusal[] {
          Refusal.CREDENTIAL_MISSING, Refusal.TOKEN_INVALID, Refusal.SCOPE_INSUFFICIENT
        }) {
      List<String> challenges =
          challenges(
              Answer.of(
                  Refused.of(refusal, "why"),
                  "id",
                  described,
                  EnumSet.of(Scheme.API_KEY, Scheme.BEARER),
                  EnumSet.of(Scheme.BEARER)));
      String bearer = challenges.get(challenges.size() - 1);
      assertThat(bearer)
          .startsWith("Bearer realm=")
          .contains(", resource_metadata=\"https://a.example/\\\"m\\\"\"");
      assertThat(challenges.subList(0, challenges.size() - 1))
          .allSatisfy(other -> assertThat(other).doesNotContain("resource_metadata"));
    }
    assertThat(challenges(answer(Refused.of(Refusal.TOKEN_INVALID, "why"))))
        .noneMatch(challenge -> challenge.contains("resource_metadata"));
  }

  private static List<String> challenges(Answer answer) {
    return answer.headers().stream()
        .filter(header -> header.getKey().equals("WWW-Authenticate"))
        .map(Map.Entry::getValue)
        .toList();
  }

  @Test
  void aLoginThatIsTooOldIsBearersToMendWhateverWasShown() {
    Refused refused =
        new Refused(
            Refusal.AUTHENTICATION_TOO_OLD, "why", Set.of(), null, null, Duration.ofMinutes(5));
    for (Scheme shown : List.of(Scheme.API_KEY, Scheme.BEARER)) {
      assertThat(
              challenges(
                  Answer.of(
                      refused,
                      "id",
                      SETTINGS,
                      EnumSet.of(Scheme.API_KEY, Scheme.BEARER),
                      EnumSet.of(shown))))
          .singleElement()
          .asString()
          .startsWith("Bearer realm=")
          .endsWith(
              ", error=\"insufficient_user_authentication\", error_description=\"why\","
                  + " max_age=\"300\"");
    }
  }

  @Test
  void scopesAreNamedInOneOrder() {
    Refused refused =
        new Refused(Refusal.SCOPE_INSUFFICIENT, "why", Set.of("c", "a", "b"), null, null);
    assertThat(answer(refused).headers().get(1).getValue()).endsWith("scope=\"a b c\"");
  }

  @ParameterizedTest
  @CsvSource({"PT0S,1", "PT0.1S,1", "PT1S,1", "PT1.001S,2", "PT2M,120"})
  void retryAfterIsInWholeSecondsAndNeverTooEarly(Duration wait, String seconds) {
    Refused refused = new Refused(Refusal.RATE_LIMITED, "why", Set.of(), wait, null);
    assertThat(answer(refused).headers()).contains(Map.entry("Retry-After", seconds));
  }
}
