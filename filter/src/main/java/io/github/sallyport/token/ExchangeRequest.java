package io.github.sallyport.token;

import io.github.sallyport.Secret;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request for a token exchange (RFC 8693 section 2.1), as its client sent it.
 *
 * @param subject the {@code subject_token}
 * @param subjectType its {@code subject_token_type}
 * @param requestedType the {@code requested_token_type}; null: an access token
 * @param audience the {@code audience} and {@code resource} parameters together; none: we ourselves
 */
public record ExchangeRequest(
    Secret subject,
    String subjectType,
    @Nullable String requestedType,
    Set<String> audience,
    ScopeRequest scopes) {

  /** RFC 8693 section 3. */
  public static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

  /** RFC 8693 section 3. */
  public static final String JWT = "urn:ietf:params:oauth:token-type:jwt";

  /** Ours: the whole text of an API key. */
  public static final String API_KEY = "https://sallyport.github.io/token-types/api-key";

  public ExchangeRequest {
    Objects.requireNonNull(subject, "subject");
    Objects.requireNonNull(subjectType, "subjectType");
    audience = Set.copyOf(audience);
    Objects.requireNonNull(scopes, "scopes");
  }

  /** Of what type the token is that is issued. */
  public String issuedType() {
    return requestedType == null ? ACCESS_TOKEN : requestedType;
  }
}
