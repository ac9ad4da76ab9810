package io.github.sallyport.sample;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.RefusedException;
import io.github.sallyport.http.Outcome;
import io.github.sallyport.token.Login;
import io.github.sallyport.token.LoginUser;
import io.github.sallyport.token.Tokens;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.security.enterprise.credential.UsernamePasswordCredential;
import jakarta.security.enterprise.identitystore.CredentialValidationResult;
import jakarta.security.enterprise.identitystore.CredentialValidationResult.Status;
import jakarta.security.enterprise.identitystore.IdentityStoreHandler;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The application's own login: a name and a password in, an access and a refresh token out. Whether
 * they belong together Jakarta Security says where an implementation of it runs, and the demo users
 * themselves elsewhere.
 */
@WebServlet("/login")
public class LoginServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Inject transient Instance<IdentityStoreHandler> stores;

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    // What stands in a URL stands in logs too.
    String name = request.getQueryString() == null ? request.getParameter("username") : null;
    String password = request.getQueryString() == null ? request.getParameter("password") : null;
    if (name == null || password == null) {
      problem(response, 400, "Bad Request", "Send username and password as a form, in the body.");
      return;
    }
    Tokens tokens = (Tokens) getServletContext().getAttribute(Tokens.class.getName());
    Login login = tokens.login(name, () -> user(name, password), Outcome.actorOf(request));
    if (login instanceof Login.Wait wait) {
      throw new RefusedException(
          new Refused(
              Refusal.RATE_LIMITED,
              "Too many logins have failed: try again after the seconds in Retry-After.",
              Set.of(),
              wait.time(),
              null));
    }
    if (login instanceof Login.Done done) {
      response.setHeader("Cache-Control", "no-store");
      write(response, 200, "application/json", done.tokens().members());
    } else {
      response.setHeader("WWW-Authenticate", "Bearer realm=\"sallyport\"");
      problem(response, 401, "Unauthorized", "Name and password don't belong together.");
    }
  }

  private Optional<LoginUser> user(String name, String password) {
    return roles(name, password).map(roles -> new LoginUser(name, scopes(roles), roles));
  }

  private Optional<Set<String>> roles(String name, String password) {
    if (stores == null || !stores.isResolvable()) return DemoUsers.roles(name, password);
    CredentialValidationResult result =
        stores.get().validate(new UsernamePasswordCredential(name, password));
    return result.getStatus() == Status.VALID
        ? Optional.of(result.getCallerGroups())
        : Optional.empty();
  }

  private static Set<String> scopes(Set<String> roles) {
    return roles.contains("admin") ? Set.of("orders:read", "orders:write") : Set.of("orders:read");
  }

  private static void problem(HttpServletResponse response, int status, String title, String detail)
      throws IOException {
    response.setHeader("Cache-Control", "no-store");
    write(
        response,
        status,
        "application/problem+json",
        Map.of("type", "about:blank", "title", title, "status", status, "detail", detail));
  }

  private static void write(
      HttpServletResponse response, int status, String type, Map<String, ?> members)
      throws IOException {
    response.setStatus(status);
    response.setContentType(type);
    JSON.writeValue(response.getOutputStream(), members);
  }
}
