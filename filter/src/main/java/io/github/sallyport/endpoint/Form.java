package io.github.sallyport.endpoint;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters in the body of a request (RFC 6749 section 3.2). Read by ourselves and from the
 * body alone: a container adds those of the URL, which is in every log, and lets one come twice.
 */
final class Form {
  private static final String TYPE = "application/x-www-form-urlencoded";
  private static final int MAX_BYTES = 64 * 1024;

  /** RFC 8693 section 2.1: a token may be for several. */
  private static final Set<String> REPEATED = Set.of("audience", "resource");

  private final Map<String, Set<String>> parameters;

  private Form(Map<String, Set<String>> parameters) {
    this.parameters = parameters;
  }

  /** Reads a form. What can't be read is {@code invalid_request}. */
  static Form read(HttpServletRequest request) throws IOException {
    String type = request.getContentType();
    if (type == null || !type.split(";", 2)[0].trim().equalsIgnoreCase(TYPE)) {
      throw OAuthException.invalid("Send the parameters in the body, as " + TYPE + ".");
    }
    byte[] body = request.getInputStream().readNBytes(MAX_BYTES + 1);
    if (body.length > MAX_BYTES) {
      throw OAuthException.invalid("The body may have " + MAX_BYTES + " bytes.");
    }
    Map<String, Set<String>> parameters = new HashMap<>();
    for (String pair : text(body).split("&", -1)) {
      if (pair.isEmpty()) continue;
      int equals = pair.indexOf('=');
      String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
      Set<String> values = parameters.computeIfAbsent(name, any -> new LinkedHashSet<>());
      boolean isRepeated = !values.isEmpty() && !REPEATED.contains(name);
      // The name is not echoed: who mixes names and values up may have put a key there.
      if (isRepeated) throw OAuthException.invalid("A parameter is there more than once.");
      values.add(value);
    }
    return new Form(parameters);
  }

  private static String text(byte[] body) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw OAuthException.invalid("The body is not UTF-8.");
    }
  }

  private static String decoded(String encoded) {
    try {
      String text = URLDecoder.decode(encoded, StandardCharsets.UTF_8);
      if (text.indexOf('\uFFFD') < 0) return text;
    } catch (IllegalArgumentException e) {
      // Said below: the exception quotes what it could not read.
    }
    throw OAuthException.invalid("A parameter is not encoded as a form has it.");
  }

  /** A parameter; null: it is not there, or empty, which is the same (RFC 6749 section 3.2). */
  @Nullable String find(String name) {
    String value = parameters.getOrDefault(name, Set.of("")).iterator().next();
    return value.isEmpty() ? null : value;
  }

  /** A parameter that must be there. */
  String get(String name) {
    String value = find(name);
    if (value == null) throw OAuthException.invalid("The parameter " + name + " is missing.");
    return value;
  }

  /** All values of a parameter that may come more than once. */
  List<String> all(String name) {
    return parameters.getOrDefault(name, Set.of()).stream().filter(v -> !v.isEmpty()).toList();
  }
}
