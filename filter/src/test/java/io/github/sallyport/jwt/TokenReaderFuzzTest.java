package io.github.sallyport.jwt;

import static io.github.sallyport.jwt.Bench.NOW;
import static io.github.sallyport.jwt.Bench.issuer;
import static io.github.sallyport.jwt.Bench.open;
import static io.github.sallyport.jwt.Bench.show;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.sallyport.Authentication;
import io.github.sallyport.User;
import io.github.sallyport.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whatever bytes come for a token, or for the header and the claims of one, reading them ends in a
 * token or in a {@link TokenFault}, and nothing that nobody signed is let in. See CONTRIBUTING.md.
 */
class TokenReaderFuzzTest {
  private static final Issuer ISSUER = issuer();
  private static final JwtAuthenticator AUTHENTICATOR = open(ISSUER);
  private static final ClaimRules RULES = new ClaimRules(ISSUER);

  @FuzzTest(maxDuration = "3s")
  void readingEndsInATokenOrInAFault(byte[] bytes) throws Exception {
    ends(new String(bytes, StandardCharsets.ISO_8859_1));
    // What lies behind base64url would else be reached by few: header and claims, by a line end.
    int line = 0;
    while (line < bytes.length && bytes[line] != '\n') line++;
    byte[] header = Arrays.copyOf(bytes, line);
    byte[] claims = Arrays.copyOfRange(bytes, Math.min(line + 1, bytes.length), bytes.length);
    ends(Signer.base64(header) + "." + Signer.base64(claims) + "." + Signer.base64(header));
  }

  private static void ends(String text) throws Exception {
    try {
      Jws jws = Jws.read(text);
      hasOneSpelling(text);
      hasOneMeaning(jws);
      readsHeader(jws);
      readsClaims(new Claims(jws.payload()));
    } catch (TokenFault fault) {
      isOurSentence(fault);
    }
    assertThat(show(AUTHENTICATOR, text)).isInstanceOf(Authentication.No.class);
  }

  private static void isOurSentence(TokenFault fault) {
    assertThat(fault.refused().detail())
        .matches("(The|A part of the|No key of the) token[a-z0-9A-Z' /]*\\.");
  }

  private static void hasOneSpelling(String text) {
    String[] segments = text.split("\\.", -1);
    assertThat(segments).hasSize(3);
    for (String segment : segments) {
      byte[] decoded = Base64.getUrlDecoder().decode(segment);
      assertThat(Base64.getUrlEncoder().withoutPadding().encodeToString(decoded))
          .isEqualTo(segment);
    }
  }

  private static void hasOneMeaning(Jws jws) throws Exception {
    // By what is written: 2.5e1 comes back as the integer 25, of another class.
    String written = Json.write(jws.payload());
    assertThat(Json.write(Json.readObject(written.getBytes(StandardCharsets.UTF_8))))
        .isEqualTo(written);
  }

  /** Each question by itself, since the first fault ends a reading. */
  private static void readsHeader(Jws jws) {
    orFault(jws::algorithm);
    orFault(jws::kid);
    orFault(() -> jws.isOfType(Set.of()));
    orFault(() -> jws.isOfType(Set.of("at+jwt")));
  }

  private static void readsClaims(Claims claims) {
    for (String path : List.of("exp", "nbf", "aud", "sub", "groups", "a/b", "a", "")) {
      orFault(() -> claims.date(path));
      orFault(() -> claims.text(path));
      orFault(() -> claims.words(path));
      orFault(() -> claims.textOrTexts(path));
    }
    orFault(
        () -> {
          ClaimRules.Times times = ClaimRules.Times.of(claims);
          RULES.judge(times, NOW);
          User user = RULES.user(claims, times);
          assertThat(user.subject()).isNotBlank();
          assertThat(user.name()).isNotBlank();
          assertThat(user.expiresAt()).isAfter(NOW);
          return user;
        });
  }

  @FunctionalInterface
  private interface Question {
    @Nullable Object ask() throws TokenFault;
  }

  private static void orFault(Question question) {
    try {
      Object unused = question.ask();
    } catch (TokenFault fault) {
      isOurSentence(fault);
    }
  }
}
