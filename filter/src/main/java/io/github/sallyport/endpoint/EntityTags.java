package io.github.sallyport.endpoint;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;

/** Entity tags of keys: the version between quotes (RFC 9110 section 8.8.3). */
final class EntityTags {
  private EntityTags() {}

  static String of(long version) {
    return "\"" + version + "\"";
  }

  /**
   * Which version the request wants to change (RFC 9110 section 13.1.1).
   *
   * @param current the version that was read
   * @return empty: any
   * @throws ProblemException if it wants others than this
   */
  static OptionalLong wanted(HttpServletRequest request, long current) {
    List<String> tags = new ArrayList<>();
    for (String header : Collections.list(request.getHeaders("If-Match"))) {
      for (String tag : header.split(",", -1)) tags.add(tag.trim());
    }
    if (tags.isEmpty() || tags.equals(List.of("*"))) return OptionalLong.empty();
    if (tags.contains("*")) {
      throw ProblemException.malformed("If-Match is \"*\" or a list of entity tags.");
    }
    if (tags.contains(of(current))) return OptionalLong.of(current);
    throw new ProblemException(
        412, "Precondition Failed", "The key has changed since: read it again.");
  }
}
