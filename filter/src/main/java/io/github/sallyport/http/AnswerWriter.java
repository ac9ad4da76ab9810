package io.github.sallyport.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Puts an answer on the wire. Written, never {@code sendError}: no error page may replace it. */
final class AnswerWriter {
  private AnswerWriter() {}

  static void write(Answer answer, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.resetBuffer();
    response.setStatus(answer.status());
    response.setContentType(Answer.CONTENT_TYPE);
    Set<String> set = new HashSet<>();
    for (Map.Entry<String, String> header : answer.headers()) {
      if (set.add(header.getKey())) response.setHeader(header.getKey(), header.getValue());
      else response.addHeader(header.getKey(), header.getValue());
    }
    if (request.getMethod().equals("HEAD")) return;
    response.setContentLength(answer.body().length);
    try {
      response.getOutputStream().write(answer.body());
    } catch (IllegalStateException e) {
      // Somebody took the writer before us; the body is plain JSON either way.
      response.getWriter().write(new String(answer.body(), StandardCharsets.UTF_8));
    }
  }
}
