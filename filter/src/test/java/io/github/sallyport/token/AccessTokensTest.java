package io.github.sallyport.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.sallyport.jwt.SignatureAlgorithm;
import io.github.sallyport.jwt.SigningKey;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The names of access tokens. */
class AccessTokensTest {
  private static final int IDS = 1_000_000;
  private static final int BITS = 128;

  private static AccessTokens tokens() {
    TokenSettings settings =
        new TokenSettings(
            "https://orders.example",
            Set.of("orders"),
            SignatureAlgorithm.ES256,
            Duration.ofMinutes(15),
            Duration.ofDays(30),
            Duration.ofSeconds(30),
            List.of(),
            Duration.ofDays(30),
            Duration.ofDays(7),
            Set.of(),
            "login");
    SigningKey key = SigningKey.generate(SignatureAlgorithm.ES256);
    return new AccessTokens(settings, () -> key, Clock.systemUTC());
  }

  @Test
  void aMillionNamesOfTwoNodesAreAllDifferentAndEachOf128BitsIsRandom() { // X24
    AccessTokens[] nodes = {tokens(), tokens()};
    String[] ids = new String[IDS];
    int[] ones = new int[BITS];
    for (int i = 0; i < IDS; i++) {
      ids[i] = nodes[i % nodes.length].randomId();
      byte[] bytes = Base64.getUrlDecoder().decode(ids[i]);
      if (bytes.length != BITS / 8) throw new AssertionError("a name is of another length");
      for (int bit = 0; bit < BITS; bit++) ones[bit] += bytes[bit / 8] >> (bit % 8) & 1;
    }

    // The standard deviation is 500: a bit that is fair is not so far off in 10^15 runs.
    for (int count : ones) assertThat(count).isCloseTo(IDS / 2, within(4_000));
    Arrays.sort(ids);
    for (int i = 1; i < IDS; i++) {
      if (ids[i].equals(ids[i - 1])) throw new AssertionError("a name came twice");
    }
  }

  @Test
  void aTokensNameIsOneOfThese() {
    TokenTerms terms =
        new TokenTerms(
            "alice", "login", Set.of("orders"), Set.of(), Set.of(), "family.", 0, null, Map.of());
    String id = tokens().sign(terms).id();
    assertThat(id).startsWith("family.");
    assertThat(Base64.getUrlDecoder().decode(id.substring("family.".length()))).hasSize(BITS / 8);
  }
}
