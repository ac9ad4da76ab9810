package io.github.sallyport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FreshnessTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final long SECONDS = NOW.getEpochSecond();
  private static final Duration MAX_AGE = Duration.ofMinutes(5);
  private static final Freshness FRESH = new Freshness(MAX_AGE);
  private static final Application APPLICATION =
      new Application("k1", "k1", false, "acme", null, "live", Set.of(), Set.of(), null, false);

  private static User user(Map<String, @Nullable Object> claims, @Nullable Instant issuedAt) {
    return new User(
        "u", "u", "iss", null, Set.of(), Set.of(), claims, issuedAt, NOW.plusSeconds(60));
  }

  private static Caller loggedIn(@Nullable Object authTime) {
    return EstablishedCaller.byToken(
        user(Collections.singletonMap("auth_time", authTime), NOW), NOW);
  }

  private static void assertTooOld(Caller caller, String detail) {
    assertThat(FRESH.judge(caller))
        .contains(
            new Refused(Refusal.AUTHENTICATION_TOO_OLD, detail, Set.of(), null, null, MAX_AGE));
  }

  @Test
  void aLoginOfExactlyThatAgeIsFreshAndOneASecondOlderIsNot() {
    assertThat(FRESH.judge(loggedIn(SECONDS - 300))).isEmpty();
    assertTooOld(loggedIn(SECONDS - 301), "The user's login is too long ago for this.");
    assertThat(FRESH.judge(loggedIn(BigDecimal.valueOf(SECONDS - 300)))).isEmpty();
  }

  @Test
  void withoutALoginsTimeTheTokensOwnCounts() {
    assertThat(FRESH.judge(EstablishedCaller.byToken(user(Map.of(), NOW.minusSeconds(300)), NOW)))
        .isEmpty();
    assertTooOld(
        EstablishedCaller.byToken(user(Map.of(), NOW.minusSeconds(301)), NOW),
        "The user's login is too long ago for this.");
    assertTooOld(
        EstablishedCaller.byToken(user(Map.of(), null), NOW),
        "The token does not say when its user logged in.");
  }

  @Test
  void aLoginsTimeThatCanNotBeReadIsNotMadeUpForByTheTokensOwn() {
    for (Object unread :
        new @Nullable Object[] {
          null, "1790000000", BigInteger.TWO.pow(64).add(BigInteger.valueOf(SECONDS))
        }) {
      assertTooOld(loggedIn(unread), "The token does not say when its user logged in.");
    }
  }

  @Test
  void aLoginThatIsStillToComeIsNotBelievedBeyondWhatClocksDiffer() {
    assertThat(FRESH.judge(loggedIn(SECONDS + 60))).isEmpty();
    assertTooOld(loggedIn(SECONDS + 61), "The token names a login that is still to come.");
  }

  @Test
  void anApplicationHasNoLoginAlsoWhereItsTokenIsNew() {
    User token = user(Map.of("auth_time", SECONDS), NOW);
    for (Caller caller :
        new Caller[] {
          EstablishedCaller.byKey(APPLICATION, NOW),
          EstablishedCaller.byTokenOfKey(APPLICATION, token, NOW)
        }) {
      assertTooOld(caller, "This needs a user who has just logged in.");
    }
    assertThat(FRESH.judge(EstablishedCaller.byBoth(APPLICATION, token, NOW))).isEmpty();
  }

  @Test
  void requireFreshRefusesAsTheRuleDoes() {
    assertThatCode(() -> loggedIn(SECONDS).requireFresh(MAX_AGE)).doesNotThrowAnyException();
    assertThatThrownBy(() -> loggedIn(SECONDS - 301).requireFresh(MAX_AGE))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.refused().maxAge()).isEqualTo(MAX_AGE));
    assertThatThrownBy(() -> AnonymousCaller.INSTANCE.requireFresh(MAX_AGE))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.refused().refusal()).isEqualTo(Refusal.CREDENTIAL_MISSING));
    assertThatThrownBy(() -> loggedIn(SECONDS).requireFresh(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxAge must be positive, was PT0S");
  }
}
