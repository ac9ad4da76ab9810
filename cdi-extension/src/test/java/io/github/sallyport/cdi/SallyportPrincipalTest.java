package io.github.sallyport.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.Caller;
import io.github.sallyport.http.ShownTokens;
import java.util.Map;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.junit.jupiter.api.Test;

class SallyportPrincipalTest {
  @Test
  void whereATokenWasShownItIsTheTokenToo() {
    Caller alice = ShownTokens.of("alice", Map.of());

    SallyportPrincipal principal = SallyportPrincipal.of(alice);

    assertThat(principal.getName()).isEqualTo("alice");
    assertThat(principal.caller()).isSameAs(alice);
    assertThat(principal)
        .isInstanceOfSatisfying(
            JsonWebToken.class,
            token -> {
              assertThat(token.getSubject()).isEqualTo("alice");
              assertThat(token.getRawToken()).isEqualTo("text.of.alice");
              assertThat(token.<String>getClaim("iss")).isEqualTo("https://people.example");
              assertThat(token.getClaimNames()).contains("sub", "raw_token");
            });
    assertThat(principal).hasToString(alice.toString());
  }

  @Test
  void whoShowedAnApiKeyIsNone() {
    assertThat(SallyportPrincipal.of(Callers.key())).isNotInstanceOf(JsonWebToken.class);
  }
}
