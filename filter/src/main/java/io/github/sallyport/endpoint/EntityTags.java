package io.github.sallyport.endpoint;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;

/** Entity tags of keys and plans: the version between quotes (RFC 9110 section 8.8.3). */
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
    return wanted(request, OptionalLong.of(current), "key");
  }

  /**
   * As {@link #wanted(HttpServletRequest, long)}, where there may be none.
   *
   * @param current the version that was read; empty: there is none
   * @param what it is, in the answer
   */
  static OptionalLong wanted(HttpServletRequest request, OptionalLong current, String what) {
    List<String> tags = new ArrayList<>();
    for (String header : Collections.list(request.getHeaders("If-Match"))) {
      for (String tag : header.split(",", -1)) tags.add(tag.trim());
    }
    if (tags.isEmpty()) return OptionalLong.empty();
    if (tags.equals(List.of("*")) && current.isPresent()) return OptionalLong.empty();
    if (tags.contains("*") && tags.size() > 1) {
      throw ProblemException.malformed("If-Match is \"*\" or a list of entity tags.");
    }
    if (current.isPresent() && tags.contains(of(current.getAsLong()))) return current;
    throw changed(what);
  }

  /**
   * Whether the request wants to make what is not there yet (RFC 9110 section 13.1.2).
   *
   * @throws ProblemException if it has another condition of that name, which nothing here needs
   */
  static boolean wantsNone(HttpServletRequest request) {
    List<String> tags = Collections.list(request.getHeaders("If-None-Match"));
    if (tags.isEmpty()) return false;
    if (tags.equals(List.of("*")) && request.getHeader("If-Match") == null) return true;
    throw ProblemException.malformed("If-None-Match may be \"*\" here, without If-Match.");
  }

  /**
   * Whether who asks has this already (RFC 9110 section 13.1.2, whose comparison is weak).
   *
   * @param tag without commas
   */
  static boolean has(HttpServletRequest request, String tag) {
    for (String header : Collections.list(request.getHeaders("If-None-Match"))) {
      for (String each : header.split(",", -1)) {
        String known = each.trim();
        if (known.equals("*") || known.equals(tag) || known.equals("W/" + tag)) return true;
      }
    }
    return false;
  }

  static ProblemException changed(String what) {
    return new ProblemException(
        412, "Precondition Failed", "The " + what + " has changed since: read it again.");
  }
}
