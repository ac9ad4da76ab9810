package io.github.sallyport.token;

import io.github.sallyport.Secret;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a client is given. The texts are in here and nowhere else.
 *
 * @param access what it shows with each request
 * @param refresh what it exchanges once that has ended (RFC 6749 section 1.5); null: it is given
 *     none
 */
public record IssuedTokens(AccessToken access, @Nullable Secret refresh) {
  public IssuedTokens {
    Objects.requireNonNull(access, "access");
  }

  /**
   * The members of the answer that hands them over (RFC 6749 section 5.1), in a stable order. It
   * must be sent with {@code Cache-Control: no-store}.
   */
  public Map<String, Object> members() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("access_token", access.text().reveal());
    members.put("token_type", "Bearer");
    members.put("expires_in", access.lifetime().toSeconds());
    if (refresh != null) members.put("refresh_token", refresh.reveal());
    members.put("scope", String.join(" ", new TreeSet<>(access.scopes())));
    return members;
  }
}
