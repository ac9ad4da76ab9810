package io.github.sallyport.endpoint;

import io.github.sallyport.Caller;
import io.github.sallyport.http.Outcome;
import io.github.sallyport.token.SigningKeyRecord;
import io.github.sallyport.token.SigningKeys;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Administration of the keys that sign our tokens, under {@code /sallyport/signing-keys}. */
public final class SigningKeysServlet extends JsonServlet {
  private static final long serialVersionUID = 1L;

  private final transient SigningKeys keys;
  private final String adminScope;

  /**
   * @param keys what is administered
   * @param settings which scope that takes
   */
  public SigningKeysServlet(SigningKeys keys, AdminSettings settings) {
    this.keys = keys;
    this.adminScope = settings.scope();
  }

  @Override
  void answer(Caller caller, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    caller.require(adminScope);
    String[] path = segments(request);
    if (path.length != 1 || !path[0].equals("rotate")) {
      throw new ProblemException(404, "Not Found", "Keys are rotated at rotate, nothing else.");
    }
    if (!request.getMethod().equals("POST")) throw notAllowed("POST", response);
    Members unused = new Members(bodyIfAny(request), Set.of());
    write(201, json(keys.rotate(Outcome.actorOf(request))), response);
  }

  private static Map<String, Object> json(SigningKeyRecord key) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kid", key.kid());
    json.put("algorithm", key.algorithm());
    json.put("createdAt", key.createdAt().toString());
    json.put("usedFrom", key.usedFrom().toString());
    return json;
  }
}
