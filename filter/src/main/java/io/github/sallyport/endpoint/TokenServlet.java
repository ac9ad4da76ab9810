package io.github.sallyport.endpoint;

import io.github.sallyport.Application;
import io.github.sallyport.Secret;
import io.github.sallyport.http.OAuthClient;
import io.github.sallyport.token.ExchangeRequest;
import io.github.sallyport.token.Grants;
import io.github.sallyport.token.ScopeRequest;
import io.github.sallyport.token.TokenAnswer;
import io.github.sallyport.token.TokenError;
import io.github.sallyport.token.TokenExchange;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Issues tokens, at {@code /sallyport/token} (RFC 6749 section 3.2, RFC 8693). */
public final class TokenServlet extends OAuthServlet {
  private static final long serialVersionUID = 1L;

  private final transient Grants grants;
  private final transient TokenExchange exchange;

  /** Answers by these. */
  public TokenServlet(Grants grants, TokenExchange exchange) {
    this.grants = grants;
    this.exchange = exchange;
  }

  @Override
  void answer(OAuthClient client, Form form, HttpServletResponse response) throws IOException {
    String clientId = clientId(client, form);
    switch (form.get("grant_type")) {
      case "client_credentials" -> {
        Application application = application(client);
        write(grants.clientCredentials(application, scopes(form), client.actor()), null, response);
      }
      case "refresh_token" -> refresh(client, clientId, form, response);
      case "urn:ietf:params:oauth:grant-type:token-exchange" -> exchange(client, form, response);
      default ->
          throw new OAuthException(
              TokenError.UNSUPPORTED_GRANT_TYPE,
              "There are client_credentials, refresh_token and token exchange.");
    }
  }

  private void refresh(
      OAuthClient client, @Nullable String clientId, Form form, HttpServletResponse response)
      throws IOException {
    Secret token = new Secret(form.get("refresh_token"));
    TokenAnswer answer = grants.refresh(token, clientId, scopes(form), client.actor());
    if (answer instanceof TokenAnswer.Denied denied && denied.error() == TokenError.INVALID_GRANT) {
      client.noteFailure();
    }
    write(answer, null, response);
  }

  private void exchange(OAuthClient client, Form form, HttpServletResponse response)
      throws IOException {
    Application application = application(client);
    if (form.find("actor_token") != null || form.find("actor_token_type") != null) {
      throw OAuthException.invalid("The actor is who shows the API key: send no actor_token.");
    }
    Set<String> audience = new HashSet<>(form.all("audience"));
    audience.addAll(form.all("resource"));
    ExchangeRequest request =
        new ExchangeRequest(
            new Secret(form.get("subject_token")),
            form.get("subject_token_type"),
            form.find("requested_token_type"),
            audience,
            scopes(form));
    write(
        exchange.exchange(application, request, client.sender(), client.actor()),
        request.issuedType(),
        response);
  }

  private static ScopeRequest scopes(Form form) {
    return ScopeRequest.parse(form.find("scope"))
        .orElseThrow(
            () ->
                new OAuthException(
                    TokenError.INVALID_SCOPE,
                    "Scopes are printable ASCII with one space between them."));
  }

  /**
   * @param issuedType of a token that was exchanged (RFC 8693 section 2.2.1); null: of another
   */
  private static void write(
      TokenAnswer answer, @Nullable String issuedType, HttpServletResponse response)
      throws IOException {
    if (answer instanceof TokenAnswer.Denied denied) throw new OAuthException(denied);
    Map<String, Object> members = ((TokenAnswer.Issued) answer).tokens().members();
    if (issuedType != null) members.put("issued_token_type", issuedType);
    JsonServlet.write(200, members, response);
  }
}
