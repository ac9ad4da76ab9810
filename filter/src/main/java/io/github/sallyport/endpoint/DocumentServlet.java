package io.github.sallyport.endpoint;

import io.github.sallyport.http.Problem;
import io.github.sallyport.json.Json;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/**
 * A document that everybody may read and keep for a while. It asks for no caller, since no filter
 * may stand before its well-known path.
 *
 * <p>Its type is {@code application/json}, as RFC 8414 and RFC 9728 demand of theirs. A key set has
 * a type of its own (RFC 7517 section 8.5), which those who read one seldom ask for, and some
 * refuse.
 */
abstract class DocumentServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final String cacheControl;

  /**
   * @param maxAge how long it may be kept, in whole seconds
   */
  DocumentServlet(Duration maxAge) {
    this.cacheControl = "public, max-age=" + maxAge.toSeconds();
  }

  /** What it says now. */
  abstract Map<String, ?> document();

  @Override
  protected final void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String method = request.getMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      response.setHeader("Allow", "GET, HEAD");
      new Problem(405, "Method Not Allowed", "Here GET, HEAD are understood.")
          .write(request, response);
      return;
    }
    Map<String, ?> document = document();
    String tag = tag(document);
    response.setHeader("Cache-Control", cacheControl);
    response.setHeader("ETag", tag);
    if (EntityTags.has(request, tag)) response.setStatus(304);
    else JsonServlet.write(200, document, response);
  }

  private static String tag(Map<String, ?> document) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(Json.write(document).getBytes(StandardCharsets.UTF_8));
      return '"' + Base64.getUrlEncoder().withoutPadding().encodeToString(digest) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
