package io.github.sallyport.endpoint;

import io.github.sallyport.Secret;
import io.github.sallyport.http.OAuthClient;
import io.github.sallyport.token.Introspection;
import io.github.sallyport.token.TokenError;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;

/** Tells how tokens and keys of ours stand, at {@code /sallyport/introspect} (RFC 7662). */
public final class IntrospectServlet extends OAuthServlet {
  private static final long serialVersionUID = 1L;

  private final transient Introspection introspection;

  /** Answers by this. */
  public IntrospectServlet(Introspection introspection) {
    this.introspection = introspection;
  }

  @Override
  void answer(OAuthClient client, Form form, HttpServletResponse response) throws IOException {
    if (!client.caller().isAuthenticated()) {
      throw new OAuthException(
          TokenError.INVALID_CLIENT, "This needs an API key, or a token with the scope for it.");
    }
    Map<String, Object> members = introspection.of(new Secret(form.get("token")), client.caller());
    boolean isActive = Boolean.TRUE.equals(members.get("active"));
    // Who may ask about all tokens meets many that have ended. Who may not is guessing.
    if (!isActive && !client.caller().hasScope(Introspection.SCOPE)) client.noteFailure();
    JsonServlet.write(200, members, response);
  }
}
