package io.github.sallyport.http;

import io.github.sallyport.json.Json;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An answer of our endpoints that is no refusal of a caller: a request that can't be understood, or
 * something that is not there. Its type is {@code about:blank} (RFC 9457 section 4.2.1): the status
 * says all that a program needs.
 *
 * @param status the HTTP status code
 * @param title what that status means
 * @param detail a sentence for a person; never echoes input
 */
public record Problem(int status, String title, String detail) {

  /** Writes it as the whole answer. */
  public void write(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Map<String, Object> problem = new LinkedHashMap<>();
    problem.put("type", "about:blank");
    problem.put("title", title);
    problem.put("status", status);
    problem.put("detail", detail);
    Outcome.of(request)
        .ifPresent(outcome -> problem.put("instance", "urn:uuid:" + outcome.requestId()));
    AnswerWriter.write(
        new Answer(
            status,
            List.of(Map.entry("Cache-Control", "no-store")),
            Json.write(problem).getBytes(StandardCharsets.UTF_8)),
        request,
        response);
  }
}
