package io.github.sallyport.token;

import static io.github.sallyport.token.TokenBench.ANNA;
import static io.github.sallyport.token.TokenBench.IDP;
import static io.github.sallyport.token.TokenBench.NOW;
import static io.github.sallyport.token.TokenBench.OURS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.github.sallyport.Secret;
import io.github.sallyport.StoreUnavailableException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that are taken back before their end. */
class RevocationsTest {
  @TempDir Path folder;
  private TokenBench bench;

  @BeforeEach
  void open() {
    bench = new TokenBench(folder);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private String code(Secret token) {
    return bench.refused(token).refusal().code();
  }

  @Test
  void aDeniedTokenIsRefusedAndItsNeighboursAreNot() {
    Secret token = bench.foreign(IDP, "u-1", Map.of());
    Secret other = bench.foreign(IDP, "u-1", Map.of("jti", "another"));
    bench.known(token);
    bench.revocations.revoke(IDP, "jti-u-1", NOW.plusSeconds(300), ANNA);
    assertThat(code(token)).isEqualTo("token_revoked");
    bench.known(other);
    assertThat(bench.audited)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.action()).isEqualTo("token.revoked");
              assertThat(event.target()).isEqualTo("jti-u-1");
              assertThat(event.detail()).contains(IDP);
              assertThat(event.by().name()).isEqualTo("anna");
              assertThat(event.time().getEpochSecond()).isEqualTo(NOW.getEpochSecond());
            });
  }

  @Test
  void theSameNameOfAnotherIssuerIsAnotherToken() {
    Secret token = bench.foreign(IDP, "u-1", Map.of());
    bench.revocations.revoke(TokenBench.LOOSE, "jti-u-1", NOW.plusSeconds(300), ANNA);
    bench.revocations.revoke(IDP + "jti-u-1", "", NOW.plusSeconds(300), ANNA);
    bench.known(token);
  }

  @Test
  void ofAnotherIssuerThoseAreTakenBackThatWereIssuedUpToThisSecond() {
    long second = NOW.getEpochSecond();
    Secret before = bench.foreign(IDP, "u-1", Map.of("iat", second - 60));
    Secret within = bench.foreign(IDP, "u-1", Map.of("iat", second));
    Secret undated = bench.foreign(IDP, "u-1", Map.of("iat", ""));
    Secret others = bench.foreign(IDP, "u-2", Map.of());
    bench.known(undated);
    bench.revocations.revokeAll(IDP, "u-1", ANNA);
    bench.clock.now = NOW.plusSeconds(1);
    Secret after = bench.foreign(IDP, "u-1", Map.of("iat", second + 1));
    assertThat(code(before)).isEqualTo("token_revoked");
    assertThat(code(within)).isEqualTo("token_revoked");
    assertThat(code(undated)).isEqualTo("token_revoked");
    bench.known(after);
    bench.known(others);
    assertThat(bench.events()).containsExactly("user.tokens-revoked u-1");
  }

  @Test
  void oursSayOfWhichVersionTheyAreWithinTheSameSecondToo() {
    IssuedTokens before = bench.login("alice");
    IssuedTokens bob = bench.login("bob");
    bench.events();
    bench.revocations.revokeAll(OURS, "alice", ANNA);
    assertThat(bench.events()).containsExactly("user.tokens-revoked alice");
    IssuedTokens after = bench.login("alice");
    assertThat(code(before.access().text())).isEqualTo("token_revoked");
    bench.known(after.access().text());
    bench.known(bob.access().text());
    assertThat(bench.revocations.version("alice")).isEqualTo(1);
    assertThat(bench.revocations.versionNow("alice")).isEqualTo(1);
    assertThat(bench.revocations.version("bob")).isZero();
    assertThat(bench.revocations.versionNow("bob")).isZero();
  }

  @Test
  void ourUsersNameAtAnotherIssuerIsAnotherUser() {
    IssuedTokens alice = bench.login("alice");
    bench.revocations.revokeAll(IDP, "alice", ANNA);
    bench.known(alice.access().text());
    Secret theirs = bench.foreign(IDP, "carol", Map.of());
    bench.revocations.revokeAll(OURS, "carol", ANNA);
    bench.known(theirs);
  }

  @Test
  void anotherNodeHearsOfIt() {
    try (TokenBench.Node node = bench.node()) {
      Secret token = bench.foreign(IDP, "u-1", Map.of());
      IssuedTokens login = bench.login("alice");
      node.known(token);
      node.known(login.access().text());
      bench.revocations.revoke(IDP, "jti-u-1", NOW.plusSeconds(300), ANNA);
      bench.revocations.revokeAll(OURS, "alice", ANNA);
      await().until(() -> !node.knows(token) && !node.knows(login.access().text()));
    }
  }

  @Test
  void aNodeThatStartsKnowsOfAllBefore() {
    Secret token = bench.foreign(IDP, "u-1", Map.of());
    bench.revocations.revoke(IDP, "jti-u-1", NOW.plusSeconds(300), ANNA);
    try (TokenBench.Node node = bench.node()) {
      assertThat(node.knows(token)).isFalse();
      assertThat(node.knows(bench.foreign(IDP, "u-2", Map.of()))).isTrue();
    }
  }

  @Test
  void whatAuditHasNoRoomForIsNotDone() {
    Secret token = bench.foreign(IDP, "u-1", Map.of());
    bench.auditIsFull = true;
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> bench.revocations.revoke(IDP, "jti-u-1", NOW.plusSeconds(300), ANNA));
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> bench.revocations.revokeAll(IDP, "u-1", ANNA));
    bench.known(token);
  }
}
