package io.github.sallyport.endpoint;

import io.github.sallyport.Secret;
import io.github.sallyport.http.OAuthClient;
import io.github.sallyport.token.RevocationRequests;
import io.github.sallyport.token.RevocationRequests.Result;
import jakarta.servlet.http.HttpServletResponse;

/** Takes tokens and keys back, at {@code /sallyport/revoke} (RFC 7009). */
public final class RevokeServlet extends OAuthServlet {
  private static final long serialVersionUID = 1L;

  private final transient RevocationRequests requests;

  /** Answers by these. */
  public RevokeServlet(RevocationRequests requests) {
    this.requests = requests;
  }

  @Override
  void answer(OAuthClient client, Form form, HttpServletResponse response) {
    Result result =
        requests.revoke(
            new Secret(form.get("token")), client.caller(), clientId(client, form), client.actor());
    if (result instanceof Result.No no) throw new OAuthException(no.why());
    // Whoever has nothing to show must not have the store asked for what he makes up.
    if (result instanceof Result.Unknown && !client.caller().isAuthenticated()) {
      client.noteFailure();
    }
    response.setStatus(HttpServletResponse.SC_OK);
  }
}
