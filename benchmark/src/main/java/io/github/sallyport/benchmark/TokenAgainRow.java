package io.github.sallyport.benchmark;

import static io.github.sallyport.benchmark.Variant.require;

import io.github.sallyport.Telemetry;
import io.github.sallyport.cache.CacheSettings;
import io.github.sallyport.cache.Caches;
import io.github.sallyport.cache.ChangeSource;
import io.github.sallyport.cache.Changes;
import io.github.sallyport.jwt.JwtAuthenticator;
import io.github.sallyport.jwt.TokenStanding;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** A token that verified before becomes a caller again. */
final class TokenAgainRow implements Row {
  private static final int TOKENS = 64;

  private final byte[][] good = new byte[TOKENS][];
  private final byte[] bad;
  private final Caches caches;
  private final JwtAuthenticator authenticator;

  TokenAgainRow(TokenSigner signer) throws GeneralSecurityException {
    for (int i = 0; i < TOKENS; i++) {
      good[i] = signer.token(TokenRow.KID, TokenRow.claims(i)).getBytes(StandardCharsets.US_ASCII);
    }
    bad = TokenRow.otherPayload(TokenRow.text(good[0]), TokenRow.text(good[1]));
    ChangeSource quiet =
        new ChangeSource() {
          @Override
          public Changes read(long from, int limit) {
            return new Changes(0, List.of());
          }

          @Override
          public void prune(long upTo) {}
        };
    caches =
        Caches.open(
            new CacheSettings(
                Duration.ofMinutes(5), 1000, Duration.ofSeconds(2), Duration.ofMinutes(1)),
            quiet);
    authenticator =
        JwtAuthenticator.open(
            List.of(TokenRow.issuer(signer)),
            10_000,
            caches,
            TokenStanding.ALWAYS,
            Clock.systemUTC(),
            Telemetry.NONE);
  }

  @Override
  public String title() {
    return "a token of "
        + good[0].length
        + " characters that verified before, "
        + TOKENS
        + " tokens in rotation, a new String each time";
  }

  @Override
  public List<Variant> variants() {
    try {
      return List.of(limit(), TokenRow.sallyport(authenticator, good, bad));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks SHA-256", e);
    }
  }

  private Variant limit() throws GeneralSecurityException {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    Map<String, byte[]> known = new ConcurrentHashMap<>();
    for (byte[] token : good) known.put(digest(sha256, TokenRow.text(token)), token);
    Rotation rotation = new Rotation(good);
    return new Variant(
        "limit: SHA-256 and a map look-up",
        () -> {
          require(
              known.containsKey(digest(sha256, TokenRow.text(good[0]))), "it refuses a good token");
          require(
              !known.containsKey(digest(sha256, TokenRow.text(bad))), "it accepts a forged token");
        },
        () -> Objects.requireNonNull(known.get(digest(sha256, rotation.next()))));
  }

  private static String digest(MessageDigest sha256, String token) {
    return HexFormat.of().formatHex(sha256.digest(token.getBytes(StandardCharsets.US_ASCII)));
  }

  @Override
  public void close() {
    authenticator.close();
    caches.close();
  }
}
