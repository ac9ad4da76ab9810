package io.github.sallyport.endpoint;

import io.github.sallyport.Application;
import io.github.sallyport.CredentialKind;
import io.github.sallyport.IssuerUnavailableException;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.StoreUnavailableException;
import io.github.sallyport.http.OAuthClient;
import io.github.sallyport.token.TokenAnswer.Denied;
import io.github.sallyport.token.TokenError;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What our endpoints of OAuth 2.0 have in common: a form in, JSON or an OAuth error out, never
 * cached (RFC 6749 sections 3.2, 5.1 and 5.2).
 */
abstract class OAuthServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final Duration RETRY_AFTER_FAULT = Duration.ofSeconds(2);

  @Override
  protected final void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("Pragma", "no-cache");
    if (!request.getMethod().equals("POST")) {
      response.setHeader("Allow", "POST");
      write(405, new Denied(TokenError.INVALID_REQUEST, "Here POST is understood."), response);
      return;
    }
    try {
      OAuthClient client = OAuthClient.of(request);
      if (client.refused().isPresent()) {
        refuse(client, client.refused().get(), response);
        return;
      }
      try {
        answer(client, Form.read(request), response);
      } catch (OAuthException e) {
        deny(client, e.denied(), response);
      }
    } catch (StoreUnavailableException | IssuerUnavailableException e) {
      unavailable(503, "Nobody can say now: try again.", RETRY_AFTER_FAULT, response);
    }
  }

  /** Answers one request of a client whose credential stands, or that shows none. */
  abstract void answer(OAuthClient client, Form form, HttpServletResponse response)
      throws IOException;

  /** The application whose key the request shows, alone. */
  static Application application(OAuthClient client) {
    if (!client.caller().isAuthenticated()) {
      throw new OAuthException(TokenError.INVALID_CLIENT, "This needs an API key.");
    }
    if (client.caller().credentials() != CredentialKind.API_KEY) {
      throw new OAuthException(
          TokenError.INVALID_CLIENT, "A client shows an API key here, and nothing beside it.");
    }
    return client.caller().application().orElseThrow();
  }

  /** What the client says that it is; null: nothing. It may not say another than its key. */
  static @Nullable String clientId(OAuthClient client, Form form) {
    if (form.find("client_secret") != null) {
      throw OAuthException.invalid(
          "Show the API key in its header or as Basic: a client_secret in the body is not read.");
    }
    String said = form.find("client_id");
    String shown = client.caller().application().map(Application::keyId).orElse(null);
    if (said != null && shown != null && !said.equals(shown)) {
      throw OAuthException.invalid("The client_id is not the id of the API key.");
    }
    return shown == null ? said : shown;
  }

  private void refuse(OAuthClient client, Refused why, HttpServletResponse response)
      throws IOException {
    switch (why.refusal().status()) {
      case 400 -> write(400, new Denied(TokenError.INVALID_REQUEST, why.detail()), response);
      case 429 -> {
        Duration wait = why.retryAfter();
        unavailable(429, why.detail(), wait == null ? RETRY_AFTER_FAULT : wait, response);
      }
      case 403 -> {
        boolean inClear = why.refusal() == Refusal.HTTPS_REQUIRED;
        if (inClear) write(400, new Denied(TokenError.INVALID_REQUEST, why.detail()), response);
        else deny(client, new Denied(TokenError.INVALID_CLIENT, why.detail()), response);
      }
      default -> deny(client, new Denied(TokenError.INVALID_CLIENT, why.detail()), response);
    }
  }

  private static void deny(OAuthClient client, Denied why, HttpServletResponse response)
      throws IOException {
    client.deny(why.error().word(), why.description());
    int status = why.error() == TokenError.INVALID_CLIENT ? 401 : 400;
    if (status == 401) {
      client.challenges().forEach(line -> response.addHeader("WWW-Authenticate", line));
    }
    write(status, why, response);
  }

  private static void unavailable(
      int status, String description, Duration wait, HttpServletResponse response)
      throws IOException {
    long seconds = Math.max(1, wait.plusNanos(999_999_999).toSeconds());
    response.setHeader("Retry-After", Long.toString(seconds));
    write(status, new Denied(TokenError.TEMPORARILY_UNAVAILABLE, description), response);
  }

  private static void write(int status, Denied why, HttpServletResponse response)
      throws IOException {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("error", why.error().word());
    // RFC 6749 section 5.2 lets no quotation mark and no backslash in.
    members.put("error_description", why.description().replace('"', '\'').replace('\\', '/'));
    JsonServlet.write(status, members, response);
  }
}
