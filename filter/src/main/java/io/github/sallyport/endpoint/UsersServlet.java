package io.github.sallyport.endpoint;

import io.github.sallyport.Caller;
import io.github.sallyport.http.Outcome;
import io.github.sallyport.token.Revocations;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Ends what users were given, under {@code /sallyport/users}. */
public final class UsersServlet extends JsonServlet {
  private static final long serialVersionUID = 1L;

  /** What audit has room for, so that the event says whom it was about. */
  private static final int MAX_SUBJECT = 255;

  private final transient Revocations revocations;
  private final Set<String> issuers;
  private final @Nullable String ourselves;
  private final String adminScope;

  /**
   * @param revocations by which tokens are taken back
   * @param issuers the {@code iss} claims that are let in: about any other a mistake is likelier
   * @param ourselves the one of them that we are; null: we issue no tokens
   * @param settings which scope that takes
   */
  public UsersServlet(
      Revocations revocations,
      Set<String> issuers,
      @Nullable String ourselves,
      AdminSettings settings) {
    this.revocations = revocations;
    this.issuers = Set.copyOf(issuers);
    this.ourselves = ourselves;
    this.adminScope = settings.scope();
  }

  @Override
  void answer(Caller caller, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    caller.require(adminScope);
    String[] path = segments(request);
    if (path.length != 1 || !path[0].equals("revoke-tokens")) {
      throw new ProblemException(404, "Not Found", "There is nothing here.");
    }
    if (!request.getMethod().equals("POST")) throw notAllowed("POST", response);
    Members members = new Members(body(request, JSON), Set.of("subject", "issuer"));
    String subject = members.neededText("subject");
    if (subject.isEmpty() || subject.length() > MAX_SUBJECT) {
      throw ProblemException.malformed(
          "The member \"subject\" must have 1 to " + MAX_SUBJECT + " characters.");
    }
    String issuer =
        ourselves == null || members.has("issuer") ? members.neededText("issuer") : ourselves;
    if (!issuers.contains(issuer)) {
      throw ProblemException.malformed(
          "The member \"issuer\" must be the exact iss claim of an issuer that is let in here.");
    }
    revocations.revokeAll(issuer, subject, Outcome.actorOf(request));
    response.setStatus(204);
  }
}
