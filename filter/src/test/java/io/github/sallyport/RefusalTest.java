package io.github.sallyport;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.testing.GeneratedDoc;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of refusals, beside the published one. */
class RefusalTest {

  @Test
  void theTableIsThePublishedOneInItsOrder() throws IOException {
    assertThat(Stream.of(Refusal.values()).map(r -> r.status() + " " + r.code()))
        .containsExactlyElementsOf(published());
  }

  private static List<String> published() throws IOException {
    List<String> rows = new ArrayList<>();
    try (InputStream in = RefusalTest.class.getResourceAsStream("published-refusals.md")) {
      assertThat(in).isNotNull();
      String table = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (String line : table.lines().toList()) {
        String[] cells = line.split("\\|", -1);
        Matcher code = Pattern.compile("`([a-z_]+)`").matcher(cells[2]);
        while (code.find()) rows.add(cells[1].strip() + " " + code.group(1));
      }
    }
    return rows;
  }

  @Test
  void aRefusedCredentialIsAnInvalidTokenAndAMissingOneIsNoError() {
    assertThat(Stream.of(Refusal.values()).filter(r -> r.status() == 401))
        .allSatisfy(
            refusal ->
                assertThat(refusal.error())
                    .isEqualTo(
                        refusal == Refusal.CREDENTIAL_MISSING
                            ? OAuthError.NONE
                            : OAuthError.INVALID_TOKEN));
  }

  @Test
  void onlyAMissingScopeAndAnOldLoginAreErrorsOfOAuthAmongThe403s() {
    assertThat(Stream.of(Refusal.values()).filter(r -> r.status() == 403))
        .filteredOn(refusal -> refusal.error() != OAuthError.NONE)
        .containsExactly(Refusal.SCOPE_INSUFFICIENT, Refusal.AUTHENTICATION_TOO_OLD);
    assertThat(Refusal.AUTHENTICATION_TOO_OLD.error())
        .isEqualTo(OAuthError.INSUFFICIENT_USER_AUTHENTICATION);
    assertThat(Refusal.SCOPE_INSUFFICIENT.error()).isEqualTo(OAuthError.INSUFFICIENT_SCOPE);
  }

  @Test
  void aBadlyWrittenCredentialIsAnInvalidRequest() {
    assertThat(Refusal.CREDENTIAL_AMBIGUOUS.error()).isEqualTo(OAuthError.INVALID_REQUEST);
    assertThat(Refusal.CREDENTIAL_MALFORMED.error()).isEqualTo(OAuthError.INVALID_REQUEST);
  }

  @Test
  void theDocumentationHasTheTable() throws IOException {
    StringBuilder table = new StringBuilder();
    table.append("| status | `code` | title | `error` of the challenge |\n");
    table.append("| --- | --- | --- | --- |\n");
    for (Refusal refusal : Refusal.values()) {
      String error = refusal.error() == OAuthError.NONE ? "" : "`" + refusal.error().word() + "`";
      table.append(
          "| %d | `%s` | %s | %s |\n"
              .formatted(refusal.status(), refusal.code(), refusal.title(), error));
    }

    GeneratedDoc.assertCurrent("reference/responses.md", table.toString());
  }
}
