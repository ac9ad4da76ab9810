package io.github.sallyport.endpoint;

import io.github.sallyport.Caller;
import io.github.sallyport.CurrentCaller;
import io.github.sallyport.http.Problem;
import io.github.sallyport.json.Json;
import io.github.sallyport.json.JsonException;
import io.github.sallyport.key.KeyConflictException;
import io.github.sallyport.key.KeyVersionException;
import io.github.sallyport.limit.PlanConflictException;
import io.github.sallyport.limit.PlanVersionException;
import io.github.sallyport.token.SigningKeyConflictException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What our endpoints of administration have in common: JSON in, JSON or a problem out, never
 * cached.
 */
abstract class JsonServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final int MAX_BODY_BYTES = 64 * 1024;
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");
  static final Set<String> JSON = Set.of("application/json");
  static final Set<String> MERGE_PATCH = Set.of("application/merge-patch+json", "application/json");

  @Override
  protected final void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setHeader("Cache-Control", "no-store");
    try {
      answer(CurrentCaller.find().orElseThrow(), request, response);
    } catch (ProblemException e) {
      e.problem().write(request, response);
    } catch (KeyConflictException e) {
      new Problem(409, "Conflict", String.valueOf(e.getMessage())).write(request, response);
    } catch (PlanConflictException e) {
      new Problem(409, "Conflict", String.valueOf(e.getMessage())).write(request, response);
    } catch (SigningKeyConflictException e) {
      new Problem(409, "Conflict", String.valueOf(e.getMessage())).write(request, response);
    } catch (KeyVersionException e) {
      EntityTags.changed("key").problem().write(request, response);
    } catch (PlanVersionException e) {
      EntityTags.changed("plan").problem().write(request, response);
    }
  }

  /** Answers one request of a caller who was established. */
  abstract void answer(Caller caller, HttpServletRequest request, HttpServletResponse response)
      throws IOException;

  /** Makes a value of what was sent; one that can't be is answered in its own words. */
  static <T> T attempt(Supplier<T> making) {
    try {
      return making.get();
    } catch (IllegalArgumentException e) {
      throw ProblemException.malformed(e);
    }
  }

  /** The segments after the servlet's own path; none for that path itself. */
  static String[] segments(HttpServletRequest request) {
    String info = request.getPathInfo();
    return info == null || info.equals("/") ? new String[0] : info.substring(1).split("/", -1);
  }

  /**
   * Reads the body as one JSON object.
   *
   * @param types the media types that it may have
   */
  static Map<String, @Nullable Object> body(HttpServletRequest request, Set<String> types)
      throws IOException {
    byte[] body = bytes(request, types);
    return parse(body);
  }

  /** As {@link #body}, where no body at all says the same as an empty object. */
  static Map<String, @Nullable Object> bodyIfAny(HttpServletRequest request) throws IOException {
    if (request.getContentType() == null) {
      if (request.getInputStream().read() < 0) return Map.of();
      throw unsupported(JSON);
    }
    byte[] body = bytes(request, JSON);
    return body.length == 0 ? Map.of() : parse(body);
  }

  private static byte[] bytes(HttpServletRequest request, Set<String> types) throws IOException {
    String type = request.getContentType();
    if (type == null || types.stream().noneMatch(type.split(";", 2)[0].trim()::equalsIgnoreCase)) {
      throw unsupported(types);
    }
    byte[] body = request.getInputStream().readNBytes(MAX_BODY_BYTES + 1);
    if (body.length > MAX_BODY_BYTES) {
      throw new ProblemException(
          413, "Content Too Large", "The body may have " + MAX_BODY_BYTES + " bytes.");
    }
    return body;
  }

  private static ProblemException unsupported(Set<String> types) {
    return new ProblemException(
        415, "Unsupported Media Type", "Send the body as " + String.join(" or ", types) + ".");
  }

  private static Map<String, @Nullable Object> parse(byte[] body) {
    try {
      return Json.readObject(body);
    } catch (JsonException e) {
      throw ProblemException.malformed("The body must be one JSON object: " + e.getMessage() + ".");
    }
  }

  /**
   * A time that the query gives; null: it gives none.
   *
   * <p>No later one is a database's column, and no earlier one is meant.
   */
  static @Nullable Instant time(HttpServletRequest request, String name) {
    Instant time = Members.time("parameter", name, request.getParameter(name));
    if (time == null || !(time.isBefore(Instant.EPOCH) || time.isAfter(LAST))) return time;
    throw ProblemException.malformed(
        "The parameter \"" + name + "\" must be a time of RFC 3339 from 1970 to 9999.");
  }

  static void write(int status, Map<String, ?> json, HttpServletResponse response)
      throws IOException {
    byte[] body = Json.write(json).getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    response.setContentType("application/json");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  static ProblemException notFound() {
    return new ProblemException(404, "Not Found", "There is no such key, and nothing else here.");
  }

  static ProblemException notAllowed(String methods, HttpServletResponse response) {
    response.setHeader("Allow", methods);
    return new ProblemException(405, "Method Not Allowed", "Here " + methods + " are understood.");
  }
}
