package io.github.sallyport.token;

import static io.github.sallyport.token.TokenBench.ANNA;
import static io.github.sallyport.token.TokenBench.IDP;
import static io.github.sallyport.token.TokenBench.NOW;
import static io.github.sallyport.token.TokenBench.OURS;
import static io.github.sallyport.token.TokenBench.OWN;
import static io.github.sallyport.token.TokenBench.issued;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Authentication;
import io.github.sallyport.Caller;
import io.github.sallyport.CredentialKind;
import io.github.sallyport.Refused;
import io.github.sallyport.Secret;
import io.github.sallyport.Sender;
import io.github.sallyport.key.IssuedKey;
import io.github.sallyport.key.KeyEdit;
import io.github.sallyport.key.KeyTerms;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who shows a token of ours. */
class OwnTokensTest {
  private static final Sender NEAR = new Sender("10.0.0.7", null);
  private static final Sender FAR = new Sender("203.0.113.9", null);

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

  @Test
  void aTokenOfAKeyIsItsApplication() {
    Instant end = NOW.plusSeconds(600);
    IssuedKey key =
        bench.issue(
            KeyTerms.of("acme").scopes("a", "b").roles("robot", "x").plan("pro").expiresAt(end));
    Caller caller = bench.known(bench.tokenOf(key));

    assertThat(caller.getName()).isEqualTo(key.record().id());
    assertThat(caller.credentials()).isEqualTo(CredentialKind.BEARER);
    assertThat(caller.user()).isEmpty();
    assertThat(caller.application())
        .hasValueSatisfying(
            application -> {
              assertThat(application.owner()).isEqualTo("acme");
              assertThat(application.plan()).isEqualTo("pro");
              // The key's own, not the token's: who is told of a near end is told of the key's.
              assertThat(application.expiresAt()).isEqualTo(end);
            });
    assertThat(caller.scopes()).containsExactlyInAnyOrder("a", "b");
    assertThat(caller.roles()).containsExactlyInAnyOrder("robot", "x");
    assertThat(caller.claims()).containsEntry("iss", OURS);
    assertThat(caller.expiresAt()).contains(Instant.ofEpochSecond(end.getEpochSecond()));
    assertThat(caller.authenticatedAt()).isEqualTo(NOW);
  }

  @Test
  void itMayDoWhatBothTheTokenAndTheKeyMayNow() {
    IssuedKey key = bench.issue(KeyTerms.of("acme").scopes("a", "b").roles("x", "y"));
    Secret token = bench.tokenOf(key);
    change(key, key.record().terms().edit().scopes("b", "c").roles("y", "z"));
    assertThat(bench.known(token).scopes()).containsExactly("b");
    assertThat(bench.known(token).roles()).containsExactly("y");
  }

  private void change(IssuedKey key, KeyTerms.Builder terms) {
    assertThat(
            bench.keys.change(
                key.record().id(),
                OptionalLong.empty(),
                edit -> new KeyEdit(terms.build(), true),
                ANNA))
        .isPresent();
  }

  @Test
  void itEndsWithItsKeyHoweverThatEnds() {
    for (String how : List.of("revoked", "disabled", "expired", "gone")) {
      IssuedKey key = bench.key("a");
      Secret token = bench.tokenOf(key);
      bench.known(token);
      String id = key.record().id();
      switch (how) {
        case "revoked" -> assertThat(bench.keys.revoke(id, null, ANNA)).isTrue();
        case "disabled" -> assertThat(bench.keys.setEnabled(id, false, ANNA)).isTrue();
        case "expired" -> change(key, key.record().terms().edit().expiresAt(NOW.minusSeconds(1)));
        default -> token = own(Map.of("sub", "0123456789abcd", "client_id", "0123456789abcd"));
      }
      Refused refused = bench.refused(token);
      assertThat(refused.refusal().code()).as(how).isEqualTo("token_revoked");
      assertThat(refused.detail()).contains("API key");
      if (!how.equals("gone")) assertThat(refused.publicId()).isEqualTo(id);
    }
  }

  /** A token that our key signed, though we would not have made it so. */
  private Secret own(Map<String, ?> more) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", OURS);
    claims.put("aud", OURS);
    claims.put("sub", "alice");
    claims.put("client_id", "login");
    claims.put("jti", "j-1");
    claims.put("iat", NOW.getEpochSecond());
    claims.put("exp", NOW.plusSeconds(60).getEpochSecond());
    claims.put("scope", "a");
    claims.putAll(more);
    return new Secret(OWN.sign("at+jwt", claims));
  }

  @Test
  void itIsShownFromWhereItsKeyMayBe() {
    IssuedKey key = bench.issue(KeyTerms.of("acme").scopes("a").addresses("10.0.0.0/8"));
    Secret token =
        issued(bench.grants.clientCredentials(bench.application(key, NEAR), ScopeRequest.ALL, ANNA))
            .access()
            .text();
    assertThat(bench.show(token, NEAR)).isInstanceOf(Authentication.Known.class);
    assertThat(bench.refused(token, FAR).refusal().code()).isEqualTo("address_refused");
    assertThat(bench.refused(token, Sender.UNKNOWN).refusal().code()).isEqualTo("address_refused");
  }

  @Test
  void aUsersTokenThatAKeyAskedForEndsWithThatKey() {
    IssuedKey key = bench.key("a");
    Secret token = own(Map.of("client_id", key.record().id()));
    assertThat(bench.known(token).user()).isPresent();
    assertThat(bench.known(token).application()).isEmpty();
    bench.keys.revoke(key.record().id(), null, ANNA);
    assertThat(bench.refused(token).refusal().code()).isEqualTo("token_revoked");
  }

  @Test
  void everyActorThatIsAKeyMustStand() {
    IssuedKey client = bench.key("a");
    IssuedKey actor = bench.issue(KeyTerms.of("acme").scopes("a").addresses("10.0.0.0/8"));
    Map<String, Object> claims =
        Map.of(
            "client_id", client.record().id(),
            "act",
                Map.of(
                    "sub", client.record().id(),
                    "act", Map.of("sub", actor.record().id(), "act", Map.of("sub", "somebody"))));
    Secret token = own(claims);
    // From where the one before acted does not matter any more.
    assertThat(bench.show(token, FAR)).isInstanceOf(Authentication.Known.class);
    bench.keys.revoke(actor.record().id(), null, ANNA);
    assertThat(bench.refused(token).refusal().code()).isEqualTo("token_revoked");
  }

  @Test
  void aTokenOfOursThatNamesNoScopesGivesNone() {
    IssuedKey key = bench.key("a");
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", OURS);
    claims.put("aud", OURS);
    claims.put("sub", key.record().id());
    claims.put("client_id", key.record().id());
    claims.put("jti", "j-2");
    claims.put("iat", NOW.getEpochSecond());
    claims.put("exp", NOW.plusSeconds(60).getEpochSecond());
    assertThat(bench.known(new Secret(OWN.sign("at+jwt", claims))).scopes()).isEmpty();
  }

  @Test
  void tokensOfOthersPassAsTheyAre() {
    // Also one whose claims look like ours.
    Secret token =
        bench.foreign(
            IDP,
            "0123456789abcd",
            Map.of("client_id", "0123456789abcd", "act", Map.of("sub", "0123456789abcd")));
    assertThat(bench.known(token).user())
        .hasValueSatisfying(
            user -> {
              assertThat(user.issuer()).isEqualTo(IDP);
              assertThat(user.subject()).isEqualTo("0123456789abcd");
            });
    assertThat(bench.refused(new Secret("a.b.c")).refusal().code()).isEqualTo("token_invalid");
  }

  @Test
  void aTokenOfOursForOthersIsNotForUs() {
    assertThat(bench.refused(own(Map.of("aud", TokenBench.BEHIND))).refusal().code())
        .isEqualTo("token_invalid");
    assertThat(
            bench
                .refused(new Secret(OWN.sign("JWT", bench.claims(own(Map.of())))))
                .refusal()
                .code())
        .as("the type of an access token is needed")
        .isEqualTo("token_invalid");
  }
}
