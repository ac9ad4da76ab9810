package io.github.sallyport.jwt;

import static io.github.sallyport.jwt.Bench.NOW;
import static io.github.sallyport.jwt.Bench.accepted;
import static io.github.sallyport.jwt.Bench.claims;
import static io.github.sallyport.jwt.Bench.invalid;
import static io.github.sallyport.jwt.Bench.refused;
import static io.github.sallyport.jwt.Bench.show;
import static io.github.sallyport.jwt.Bench.without;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.sallyport.Authentication;
import io.github.sallyport.IssuerUnavailableException;
import io.github.sallyport.Refusal;
import io.github.sallyport.cache.Caches;
import io.github.sallyport.testing.HandClock;
import java.math.BigInteger;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A token is verified once, and what can change is asked each time. */
@Timeout(60)
class VerifiedTokensTest {
  private static final Signer SIGNER = Bench.RSA;
  private static final Duration REFRESH = Duration.ofMinutes(2);

  private final AtomicLong nanos = new AtomicLong();
  private final HandClock clock = new HandClock(NOW);
  private final CountedKey key = new CountedKey((RSAPublicKey) SIGNER.pair().getPublic());
  private final List<VerifiedToken> asked = new ArrayList<>();
  private boolean revoked;
  private final Caches caches = Bench.caches(nanos);
  private final JwtAuthenticator authenticator =
      open(
          Bench.issuer(
              new KeySource.Named(SIGNER.kid(), SignatureAlgorithm.RS256, key), Bench.EC.named()),
          100);

  @AfterEach
  void close() {
    authenticator.close();
    caches.close();
  }

  @Test
  void aTokenThatIsShownAgainCostsNoSignature() {
    String token = SIGNER.token(claims());
    int one = signatures(() -> accepted(authenticator, token));
    assertThat(one).isPositive();
    assertThat(signatures(() -> accepted(authenticator, token))).isZero();
    assertThat(accepted(authenticator, token).user().orElseThrow().subject()).isEqualTo("u-17");
    // Another text is another token.
    assertThat(signatures(() -> accepted(authenticator, SIGNER.token(claims("jti", "t-2")))))
        .isEqualTo(one);
  }

  @Test
  void withoutAMemoryEachTimeCostsOne() {
    try (JwtAuthenticator forgetful =
        open(Bench.issuer(new KeySource.Named(null, SignatureAlgorithm.RS256, key)), 0)) {
      String token = SIGNER.token(claims());
      int one = signatures(() -> accepted(forgetful, token));
      assertThat(one).isPositive();
      assertThat(signatures(() -> accepted(forgetful, token))).isEqualTo(one);
    }
  }

  @Test
  void itIsForgottenAfterFiveMinutes() {
    String token = SIGNER.token(claims());
    int one = signatures(() -> accepted(authenticator, token));
    nanos.addAndGet(Duration.ofMinutes(5).toNanos() - 1);
    assertThat(signatures(() -> accepted(authenticator, token))).isZero();
    nanos.incrementAndGet();
    assertThat(signatures(() -> accepted(authenticator, token))).isEqualTo(one);
  }

  @Test
  void itsEndAndItsBeginAreAskedEachTime() {
    String token = SIGNER.token(claims("nbf", NOW.getEpochSecond()));
    accepted(authenticator, token);
    clock.now = NOW.plusSeconds(300);
    assertThat(refused(authenticator, token).refusal()).isEqualTo(Refusal.TOKEN_EXPIRED);
    assertThat(refused(authenticator, token).publicId()).isEqualTo("t-1");
    clock.now = NOW.minusMillis(1);
    assertThat(refused(authenticator, token).refusal()).isEqualTo(Refusal.TOKEN_NOT_YET_VALID);
    clock.now = NOW;
    assertThat(signatures(() -> accepted(authenticator, token))).isZero();
  }

  @Test
  void whetherItWasTakenBackIsAskedEachTime() { // D23
    String token = SIGNER.token(claims());
    accepted(authenticator, token);
    accepted(authenticator, token);
    assertThat(asked).hasSize(2).extracting(VerifiedToken::id).containsOnly("t-1");
    revoked = true;
    assertThat(refused(authenticator, token).refusal()).isEqualTo(Refusal.TOKEN_REVOKED);
    assertThat(refused(authenticator, token).publicId()).isEqualTo("t-1");
    revoked = false;
    assertThat(signatures(() -> accepted(authenticator, token))).isZero();
    // Who has no token of ours is not told of.
    asked.clear();
    invalid(authenticator, token + "x");
    clock.now = NOW.plusSeconds(300);
    refused(authenticator, token);
    assertThat(asked).isEmpty();
  }

  @Test
  void aTokenWithoutAJtiHasTheNameOfWhatWasSignedSoThatItsTwinHasTheSame() {
    String token = Bench.EC.token(without(claims(), "jti"));
    accepted(authenticator, token);
    accepted(authenticator, twin(token));
    assertThat(asked).hasSize(2);
    assertThat(asked.get(0).id()).startsWith("sha256:").isEqualTo(asked.get(1).id());
    accepted(authenticator, Bench.EC.token(without(claims("sub", "another"), "jti")));
    assertThat(asked.get(2).id()).isNotEqualTo(asked.get(0).id());
  }

  @Test
  void aWithdrawnKeyEndsWhatItSigned() {
    try (KeyServer server = new KeyServer();
        JwtAuthenticator remote =
            open(
                Bench.issuer(new KeySource.Jwks(server.url(), REFRESH, Duration.ofHours(1))),
                100)) {
      Signer other = Signer.rsa("other");
      server.publishes(SIGNER, other);
      String token = SIGNER.token(claims());
      accepted(remote, token);
      server.publishes(SIGNER, other); // the same set, read again, changes nothing
      nanos.addAndGet(REFRESH.toNanos());
      remote.refresh();
      accepted(remote, token);
      server.publishes(other);
      nanos.addAndGet(REFRESH.toNanos());
      remote.refresh();
      invalid(remote, token);
      accepted(remote, other.token(claims()));
    }
  }

  @Test
  void nothingIsRecalledOnceTheIssuersKeysMayNotServeAnyMore() {
    try (KeyServer server = new KeyServer();
        JwtAuthenticator remote =
            open(
                Bench.issuer(new KeySource.Jwks(server.url(), REFRESH, Duration.ofSeconds(30))),
                100)) {
      server.publishes(SIGNER);
      String token = SIGNER.token(claims());
      accepted(remote, token);
      server.answers(KeyServer.text(503, ""));
      nanos.addAndGet(REFRESH.toNanos());
      remote.refresh();
      accepted(remote, token);
      nanos.addAndGet(Duration.ofSeconds(30).toNanos());
      assertThatThrownBy(() -> show(remote, token)).isInstanceOf(IssuerUnavailableException.class);
      server.publishes(SIGNER);
      nanos.addAndGet(RemoteKeys.RETRY.toNanos());
      accepted(remote, token);
    }
  }

  @Test
  void whatDoesNotVerifyIsNotRemembered() {
    String token = Signer.rsa(SIGNER.kid()).token(claims());
    int one = signatures(() -> invalid(authenticator, token));
    assertThat(one).isPositive();
    assertThat(signatures(() -> invalid(authenticator, token))).isEqualTo(one);
  }

  @Test
  void sixtyFourThreadsWithTheSameNewTokenCostOneSignature() throws Exception {
    String token = SIGNER.token(claims());
    int one = signatures(() -> accepted(authenticator, SIGNER.token(claims("jti", "t-0"))));
    ExecutorService threads = Executors.newFixedThreadPool(64);
    CyclicBarrier start = new CyclicBarrier(64);
    Callable<Authentication> request =
        () -> {
          start.await();
          return show(authenticator, token);
        };
    int before = key.uses.get();
    try {
      List<Future<Authentication>> answers = new ArrayList<>();
      for (int i = 0; i < 64; i++) answers.add(threads.submit(request));
      for (Future<Authentication> answer : answers) {
        assertThat(answer.get()).isInstanceOf(Authentication.Known.class);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(key.uses.get() - before).isEqualTo(one);
  }

  @Test
  void whoLookedBeforeAnotherVerifiedAndTookItsTurnAfterThatVerifiesNothing() throws TokenFault {
    VerifiedTokens tokens =
        new VerifiedTokens(caches.remembered("sallyport.turns", 10, Duration.ofMinutes(5)));
    VerifiedToken old = token(0);
    VerifiedToken better = token(1);
    VerifiedToken needless = token(2);
    asked.clear();
    tokens.find("text", any -> true, text -> old);
    // Between the one's look, which finds only the old, and its turn another comes and goes.
    Predicate<VerifiedToken> current =
        known -> {
          if (known != old) return true;
          if (asked.isEmpty()) {
            asked.add(known);
            assertThat(find(tokens, each -> each != old, better)).isSameAs(better);
          }
          return false;
        };
    assertThat(find(tokens, current, needless)).isSameAs(better);
    assertThat(asked).containsExactly(old);
  }

  private static VerifiedToken find(
      VerifiedTokens tokens, Predicate<VerifiedToken> current, VerifiedToken verified) {
    try {
      return tokens.find("text", current, text -> verified);
    } catch (TokenFault e) {
      throw new AssertionError("nothing here is at fault", e);
    }
  }

  private VerifiedToken token(long generation) throws TokenFault {
    return new VerifiedToken(
        "t-1",
        accepted(authenticator, SIGNER.token(claims())).user().orElseThrow(),
        ClaimRules.Times.of(new Claims(new HashMap<>(claims()))),
        generation);
  }

  @Test
  void soManyAreRememberedAndNoMore() { // E11
    try (JwtAuthenticator small =
        open(Bench.issuer(new KeySource.Named(null, SignatureAlgorithm.RS256, key)), 10)) {
      List<String> tokens = new ArrayList<>();
      for (int i = 0; i < 200; i++) tokens.add(SIGNER.token(claims("jti", "t-" + i)));
      int one = signatures(() -> accepted(small, SIGNER.token(claims("jti", "first"))));
      tokens.forEach(token -> accepted(small, token));
      int again = signatures(() -> tokens.forEach(token -> accepted(small, token)));
      assertThat(again / one).isGreaterThanOrEqualTo(190 - 10);
    }
  }

  private int signatures(Runnable task) {
    int before = key.uses.get();
    task.run();
    return key.uses.get() - before;
  }

  private JwtAuthenticator open(Issuer issuer, int memory) {
    return JwtAuthenticator.open(
        List.of(issuer),
        memory == 0
            ? null
            : new VerifiedTokens(
                caches.remembered(
                    "sallyport.t" + System.nanoTime(), memory, Duration.ofMinutes(5))),
        null,
        token -> {
          synchronized (asked) {
            asked.add(token);
          }
          return revoked;
        },
        clock,
        nanos::get,
        new JwksHttp(Duration.ofSeconds(5)));
  }

  /** The other signature that the same key could have made: (r, n - s). */
  private static String twin(String token) {
    int dot = token.lastIndexOf('.');
    byte[] signature = Base64.getUrlDecoder().decode(token.substring(dot + 1));
    BigInteger n = ((ECPublicKey) Bench.EC.pair().getPublic()).getParams().getOrder();
    byte[] s = n.subtract(new BigInteger(1, Arrays.copyOfRange(signature, 32, 64))).toByteArray();
    byte[] twin = Arrays.copyOf(signature, 64);
    Arrays.fill(twin, 32, 64, (byte) 0);
    int length = Math.min(32, s.length);
    System.arraycopy(s, s.length - length, twin, 64 - length, length);
    return token.substring(0, dot + 1) + Signer.base64(twin);
  }

  /** Tells how often it was looked at, which each signature does as often as the other. */
  private static final class CountedKey implements RSAPublicKey {
    private static final long serialVersionUID = 1L;
    private final transient RSAPublicKey key;
    final transient AtomicInteger uses = new AtomicInteger();

    CountedKey(RSAPublicKey key) {
      this.key = key;
    }

    @Override
    public BigInteger getModulus() {
      uses.incrementAndGet();
      return key.getModulus();
    }

    @Override
    public BigInteger getPublicExponent() {
      return key.getPublicExponent();
    }

    @Override
    public String getAlgorithm() {
      return key.getAlgorithm();
    }

    @Override
    public String getFormat() {
      return key.getFormat();
    }

    @Override
    public byte[] getEncoded() {
      uses.incrementAndGet();
      return key.getEncoded();
    }
  }
}
