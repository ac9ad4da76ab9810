package io.github.sallyport.http;

import io.github.sallyport.Credential;
import io.github.sallyport.Credential.ApiKey.Place;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.Secret;
import io.github.sallyport.Sender;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a request showed. The kind is told by place and shape alone, never by trying, and two
 * of one kind are ambiguous, whatever their values: whoever stands between us and the client may
 * have judged the other one.
 */
final class CredentialReader {
  private static final int MAX_KEY_CHARS = 512;
  private static final String AUTHORIZATION = "Authorization";
  private static final String BEARER = "Bearer";
  private static final String BASIC = "Basic";
  private static final Pattern BEARER_AFTER_COMMA =
      Pattern.compile(",\\s*Bearer(\\s|,|$)", Pattern.CASE_INSENSITIVE);

  private final HttpSettings settings;
  private final String keyStart;

  CredentialReader(HttpSettings settings) {
    this.settings = settings;
    this.keyStart = settings.keyPrefix() + "_";
  }

  Shown read(HttpServletRequest request) {
    List<String> keys = Collections.list(request.getHeaders(settings.keyHeader()));
    List<String> authorizations = Collections.list(request.getHeaders(AUTHORIZATION));
    if (authorizations.isEmpty()) {
      List<String> cookies = tokenCookies(request);
      if (!cookies.isEmpty()) return readCookie(keys, cookies, request);
    }
    if (keys.isEmpty() && authorizations.isEmpty()) return new Shown.Nothing();

    if (authorizations.size() > 1) {
      return ambiguous("Several Authorization headers.", !keys.isEmpty(), true);
    }
    String bearer = authorizations.isEmpty() ? null : value(BEARER, authorizations.get(0));
    if (!authorizations.isEmpty() && BEARER_AFTER_COMMA.matcher(authorizations.get(0)).find()) {
      return ambiguous("Several credentials in one Authorization header.", !keys.isEmpty(), true);
    }
    if (keys.isEmpty()) return bearer == null ? new Shown.Nothing() : readBearer(bearer, request);
    if (keys.size() > 1 || keys.get(0).indexOf(',') >= 0) {
      return ambiguous("Several API keys.", true, bearer != null);
    }
    return bearer == null ? readKey(keys.get(0), request) : readBoth(keys.get(0), bearer, request);
  }

  /**
   * As {@link #read}, where OAuth lets a client show its name and its secret as Basic too (RFC 6749
   * section 2.3.1): a key's id and its whole text.
   */
  Shown readClient(HttpServletRequest request) {
    List<String> authorizations = Collections.list(request.getHeaders(AUTHORIZATION));
    String basic = authorizations.size() == 1 ? value(BASIC, authorizations.get(0)) : null;
    if (basic == null) return read(request);
    if (request.getHeader(settings.keyHeader()) != null) {
      return new Shown.Unreadable(
          Refused.of(Refusal.CREDENTIAL_AMBIGUOUS, "An API key in two places. Send one."),
          EnumSet.of(Scheme.API_KEY, Scheme.BASIC),
          true);
    }
    String pair = pair(basic);
    if (pair == null) {
      return malformed(
          "The Basic credential is not Base64 of ID:KEY.", EnumSet.of(Scheme.BASIC), true);
    }
    String id = pair.substring(0, pair.indexOf(':'));
    String text = pair.substring(id.length() + 1);
    String fault = fault(text, MAX_KEY_CHARS);
    if (fault != null) return malformed("The API key " + fault, EnumSet.of(Scheme.BASIC), true);
    String[] parts = text.split("_", -1);
    if (parts.length < 3 || !parts[parts.length - 2].equals(id)) {
      return new Shown.Unreadable(
          Refused.of(Refusal.KEY_UNKNOWN, "The user must be the id of the API key that follows."),
          EnumSet.of(Scheme.BASIC),
          true);
    }
    // Foreign keys are shown in their header alone, and this is not it.
    return new Shown.Presented(
        new Credential.ApiKey(new Secret(text), Place.BEARER, sender(request)),
        Set.of(AUTHORIZATION),
        null,
        Scheme.BASIC);
  }

  /**
   * User and password (RFC 7617 section 2) as a form has them (RFC 6749 section 2.3.1); null: these
   * are none. An id has no character that a form would write otherwise, and neither has a key.
   */
  private static @Nullable String pair(String base64) {
    if (base64.length() > 4 * MAX_KEY_CHARS) return null;
    try {
      String pair =
          URLDecoder.decode(
              new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8),
              StandardCharsets.UTF_8);
      return pair.indexOf(':') < 0 ? null : pair;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /**
   * The value after the scheme, in any case, and {@code 1*SP} (RFC 9110 section 11.4); null if the
   * scheme is another one.
   */
  private static @Nullable String value(String scheme, String header) {
    int length = scheme.length();
    if (!header.regionMatches(true, 0, scheme, 0, length)) return null;
    if (header.length() == length) return "";
    if (header.charAt(length) != ' ') return null;
    int start = length;
    while (start < header.length() && header.charAt(start) == ' ') start++;
    return header.substring(start);
  }

  private List<String> tokenCookies(HttpServletRequest request) {
    String name = settings.tokenCookie();
    return name == null ? List.of() : CookieHeader.values(request, name);
  }

  /** A token in a cookie is a JWT by its place, and nothing else. */
  private Shown readCookie(List<String> keys, List<String> cookies, HttpServletRequest request) {
    boolean hasKey = !keys.isEmpty();
    if (cookies.size() > 1) return ambiguous("Several cookies with a token.", hasKey, true);
    if (keys.size() > 1 || (hasKey && keys.get(0).indexOf(',') >= 0)) {
      return ambiguous("Several API keys.", true, true);
    }
    if (hasKey && !settings.combineBoth()) {
      return ambiguous("An API key and a token in one request.", true, true);
    }
    String text = cookies.get(0);
    String fault = fault(text, settings.maxTokenBytes());
    if (fault == null && text.chars().filter(c -> c == '.').count() != 2) fault = "is no JWT.";
    if (fault != null) {
      return malformed("The token's cookie " + fault, EnumSet.of(Scheme.BEARER), hasKey);
    }
    if (!CookieOrigin.isTrusted(request, settings.csrfOrigins())) {
      Refused foreign =
          Refused.of(
              Refusal.ORIGIN_REFUSED,
              "A token's cookie counts in such a request only where the browser says that a page of"
                  + " this origin sent it. Send the token as Authorization: Bearer, or name the"
                  + " page's origin in sallyport.csrf.origins.");
      return new Shown.Unreadable(foreign, EnumSet.of(Scheme.BEARER), hasKey);
    }
    Credential.Bearer token = new Credential.Bearer(new Secret(text), sender(request));
    if (!hasKey) {
      return new Shown.Presented(token, Set.of(), settings.tokenCookie(), Scheme.BEARER);
    }
    Shown shown = readKey(keys.get(0), request);
    if (!(shown instanceof Shown.Presented key)) return shown;
    return new Shown.Presented(
        new Credential.Both((Credential.ApiKey) key.credential(), token),
        key.headers(),
        settings.tokenCookie(),
        Scheme.API_KEY);
  }

  private Shown readKey(String text, HttpServletRequest request) {
    String fault = fault(text, MAX_KEY_CHARS);
    if (fault != null) return malformed("The API key " + fault, EnumSet.of(Scheme.API_KEY), true);
    return new Shown.Presented(
        new Credential.ApiKey(new Secret(text), Place.KEY_HEADER, sender(request)),
        Set.of(settings.keyHeader()),
        null,
        Scheme.API_KEY);
  }

  private Shown readBearer(String text, HttpServletRequest request) {
    if (text.indexOf(',') >= 0) {
      return ambiguous("Several credentials in one Authorization header.", false, true);
    }
    boolean isKey = isKey(text);
    String fault = fault(text, isKey ? MAX_KEY_CHARS : settings.maxTokenBytes());
    if (fault != null) {
      return malformed("The bearer credential " + fault, EnumSet.of(Scheme.BEARER), isKey);
    }
    Secret secret = new Secret(text);
    return new Shown.Presented(
        isKey
            ? new Credential.ApiKey(secret, Place.BEARER, sender(request))
            : new Credential.Bearer(secret, sender(request)),
        Set.of(AUTHORIZATION),
        null,
        Scheme.BEARER);
  }

  private Shown readBoth(String keyText, String bearerText, HttpServletRequest request) {
    if (isKey(bearerText)) return ambiguous("An API key in two places.", true, true);
    if (!settings.combineBoth()) {
      return ambiguous("An API key and a token in one request.", true, true);
    }
    Shown key = readKey(keyText, request);
    Shown token = readBearer(bearerText, request);
    if (!(key instanceof Shown.Presented shownKey)) return key;
    if (!(token instanceof Shown.Presented shownToken)) return token;
    return new Shown.Presented(
        new Credential.Both(
            (Credential.ApiKey) shownKey.credential(), (Credential.Bearer) shownToken.credential()),
        Set.of(settings.keyHeader(), AUTHORIZATION),
        null,
        Scheme.API_KEY);
  }

  private static Sender sender(HttpServletRequest request) {
    Enumeration<String> pages = request.getHeaders("Origin");
    if (!pages.hasMoreElements()) pages = request.getHeaders("Referer");
    String page = pages.hasMoreElements() ? pages.nextElement() : null;
    // Of two nobody can say which one the browser meant.
    return new Sender(request.getRemoteAddr(), pages.hasMoreElements() ? null : page);
  }

  private boolean isKey(String bearer) {
    return settings.keyInBearer() && bearer.startsWith(keyStart);
  }

  /** Says what keeps a text from being a credential; null if nothing does. */
  private static @Nullable String fault(String text, int maxChars) {
    if (text.isEmpty()) return "is empty.";
    if (text.length() > maxChars) return "is longer than " + maxChars + " characters.";
    return isB64Token(text) ? null : "holds characters that no credential has.";
  }

  /** RFC 6750 section 2.1, {@code b64token}; by hand, a pattern costs microseconds a token. */
  private static boolean isB64Token(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '=') end--;
    if (end == 0) return false;
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      boolean allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '.'
              || c == '_'
              || c == '~'
              || c == '+'
              || c == '/';
      if (!allowed) return false;
    }
    return true;
  }

  private static Shown ambiguous(String what, boolean byHeader, boolean byBearer) {
    Set<Scheme> schemes = EnumSet.noneOf(Scheme.class);
    if (byHeader) schemes.add(Scheme.API_KEY);
    if (byBearer) schemes.add(Scheme.BEARER);
    return new Shown.Unreadable(
        Refused.of(Refusal.CREDENTIAL_AMBIGUOUS, what + " Send one."), schemes, byHeader);
  }

  private static Shown malformed(String detail, Set<Scheme> schemes, boolean hasKey) {
    return new Shown.Unreadable(Refused.of(Refusal.CREDENTIAL_MALFORMED, detail), schemes, hasKey);
  }
}
