package io.github.sallyport.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Authentication;
import io.github.sallyport.Caller;
import io.github.sallyport.Credential;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.Secret;
import io.github.sallyport.User;
import io.github.sallyport.cache.CacheSettings;
import io.github.sallyport.cache.Caches;
import io.github.sallyport.cache.ChangeSource;
import io.github.sallyport.cache.Changes;
import io.github.sallyport.jwt.KeySource.Named;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Issuers, good tokens and an authenticator that the tests of this room start from. */
final class Bench {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  static final String ISS = "https://issuer.example";
  static final Signer RSA = Signer.rsa("rsa-1");
  static final Signer EC = Signer.ec("ec-1");

  private Bench() {}

  /** One issuer of both algorithms with both keys, no skew, audience {@code orders}. */
  static Issuer issuer() {
    return issuer(RSA.named(), EC.named());
  }

  static Issuer issuer(Named... keys) {
    return issuer(new KeySource.Fixed(List.of(keys)));
  }

  static Issuer issuer(KeySource keys) {
    return new Issuer(
        "main",
        ISS,
        keys,
        Set.of(SignatureAlgorithm.RS256, SignatureAlgorithm.ES256),
        Set.of("orders"),
        Set.of(),
        Set.of(),
        List.of("upn", "preferred_username", "sub"),
        "groups",
        List.of("scope", "scp"),
        Duration.ZERO,
        null);
  }

  static Map<String, Object> claims() {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", ISS);
    claims.put("sub", "u-17");
    claims.put("aud", "orders");
    claims.put("jti", "t-1");
    claims.put("iat", NOW.minusSeconds(60).getEpochSecond());
    claims.put("exp", NOW.plusSeconds(300).getEpochSecond());
    return claims;
  }

  static Map<String, Object> claims(String name, @Nullable Object value) {
    Map<String, Object> claims = claims();
    claims.put(name, value);
    return claims;
  }

  static Map<String, Object> without(Map<String, Object> map, String name) {
    map.remove(name);
    return map;
  }

  static Map<String, Object> header(Signer signer, String name, @Nullable Object value) {
    Map<String, Object> header = signer.header();
    header.put(name, value);
    return header;
  }

  static JwtAuthenticator open(Issuer... issuers) {
    return openAt(NOW, issuers);
  }

  static JwtAuthenticator openAt(Instant now, Issuer... issuers) {
    return JwtAuthenticator.open(Arrays.asList(issuers), Clock.fixed(now, ZoneOffset.UTC));
  }

  /** Places to remember in, beside a store that never changes. */
  static Caches caches(AtomicLong nanos) {
    ChangeSource quiet =
        new ChangeSource() {
          @Override
          public Changes read(long from, int limit) {
            return new Changes(0, List.of());
          }

          @Override
          public void prune(long upTo) {}
        };
    return Caches.open(
        new CacheSettings(Duration.ofMinutes(5), 100, Duration.ofSeconds(1), Duration.ofMinutes(1)),
        quiet,
        nanos::get);
  }

  static Authentication show(JwtAuthenticator authenticator, String token) {
    return authenticator.authenticate(new Credential.Bearer(new Secret(token)));
  }

  static Caller accepted(JwtAuthenticator authenticator, String token) {
    Authentication answer = show(authenticator, token);
    assertThat(answer).isInstanceOf(Authentication.Known.class);
    return ((Authentication.Known) answer).caller();
  }

  static User user(JwtAuthenticator authenticator, String token) {
    return accepted(authenticator, token).user().orElseThrow();
  }

  static Refused refused(JwtAuthenticator authenticator, String token) {
    Authentication answer = show(authenticator, token);
    assertThat(answer).isInstanceOf(Authentication.No.class);
    return ((Authentication.No) answer).why();
  }

  /** Refused as {@code token_invalid}; the detail is one of ours and ends as a sentence. */
  static String invalid(JwtAuthenticator authenticator, String token) {
    Refused refused = refused(authenticator, token);
    assertThat(refused.refusal()).isEqualTo(Refusal.TOKEN_INVALID);
    assertThat(refused.detail()).endsWith(".");
    return refused.detail();
  }
}
