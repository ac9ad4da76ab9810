package io.github.sallyport.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.sallyport.Credential;
import io.github.sallyport.Refusal;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Whatever a request's headers hold, looking for a credential comes to one of its three ends, and
 * to the same as a slow twin written by other means. See CONTRIBUTING.md.
 */
class CredentialReaderFuzzTest {
  private static final int MAX_TOKEN = 64;
  private static final Map<Character, String> NAMES =
      Map.of('K', "X-API-Key", 'A', "Authorization", 'O', "Origin", 'R', "Referer");

  private static final Pattern TEXT = Pattern.compile("[A-Za-z0-9._~+/-]+=*");
  private static final Pattern BEARER = Pattern.compile("(?is)bearer(?: +(.*))?");

  /** One header a line, by its name's first letter; bytes as a server makes characters of them. */
  @FuzzTest(maxDuration = "3s")
  void lookingForACredentialComesToOneOfItsEnds(byte[] lines) {
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line : new String(lines, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      if (line.length() < 2 || line.charAt(1) != ':') continue;
      String name = NAMES.get(line.charAt(0));
      if (name != null)
        headers.computeIfAbsent(name, x -> new ArrayList<>()).add(line.substring(2));
    }
    for (boolean both : List.of(true, false)) {
      for (boolean inBearer : List.of(true, false)) {
        HttpSettings settings =
            new HttpSettings("x", false, both, false, "X-API-Key", inBearer, "sp", MAX_TOKEN);
        Shown shown = new CredentialReader(settings).read(request(headers));
        assertThat(end(shown)).isEqualTo(twin(headers, both, inBearer));
        isTrueOf(headers, shown);
      }
    }
  }

  private static String end(Shown shown) {
    if (shown instanceof Shown.Unreadable unreadable) return unreadable.why().refusal().name();
    if (!(shown instanceof Shown.Presented presented)) return "nothing";
    Credential credential = presented.credential();
    if (credential instanceof Credential.ApiKey key) return "key " + key.text().reveal();
    if (credential instanceof Credential.Bearer bearer) return "token " + bearer.text().reveal();
    Credential.Both both = (Credential.Both) credential;
    return "key " + both.key().text().reveal() + " token " + both.token().text().reveal();
  }

  private static void isTrueOf(Map<String, List<String>> headers, Shown shown) {
    if (shown instanceof Shown.Presented presented) {
      assertThat(headers.keySet()).containsAll(presented.headers());
      assertThat(presented.headers()).isNotEmpty();
    } else if (shown instanceof Shown.Unreadable unreadable) {
      assertThat(unreadable.schemes()).isNotEmpty();
      assertThat(unreadable.why().detail()).matches("[A-Z][A-Za-z0-9 .]+\\.").hasSizeLessThan(100);
    }
  }

  /** CONTRACT by regular expressions, and from the end: who is ambiguous, then who is malformed. */
  private static String twin(Map<String, List<String>> headers, boolean both, boolean inBearer) {
    List<String> keys = headers.getOrDefault("X-API-Key", List.of());
    List<String> all = headers.getOrDefault("Authorization", List.of());
    if (all.size() > 1) return Refusal.CREDENTIAL_AMBIGUOUS.name();
    String authorization = all.isEmpty() ? "" : all.get(0);
    if (Pattern.compile(",\\s*bearer(\\s|,|$)", Pattern.CASE_INSENSITIVE)
        .matcher(authorization)
        .find()) {
      return Refusal.CREDENTIAL_AMBIGUOUS.name();
    }
    var matcher = BEARER.matcher(authorization);
    boolean hasBearer = matcher.matches();
    String bearer = hasBearer && matcher.group(1) != null ? matcher.group(1) : "";
    boolean hasKey = !keys.isEmpty();
    if (keys.size() > 1 || (hasKey && keys.get(0).contains(","))) {
      return Refusal.CREDENTIAL_AMBIGUOUS.name();
    }
    boolean bearerIsKey = inBearer && bearer.startsWith("sp_");
    if (hasKey && hasBearer && (bearerIsKey || !both)) return Refusal.CREDENTIAL_AMBIGUOUS.name();
    StringBuilder end = new StringBuilder();
    if (hasKey) {
      if (!isText(keys.get(0), 512)) return Refusal.CREDENTIAL_MALFORMED.name();
      end.append("key ").append(keys.get(0));
    }
    if (hasBearer) {
      if (bearer.contains(",")) return Refusal.CREDENTIAL_AMBIGUOUS.name();
      if (!isText(bearer, bearerIsKey ? 512 : MAX_TOKEN)) {
        return Refusal.CREDENTIAL_MALFORMED.name();
      }
      end.append(hasKey ? " " : "").append(bearerIsKey ? "key " : "token ").append(bearer);
    }
    return end.isEmpty() ? "nothing" : end.toString();
  }

  private static boolean isText(String text, int max) {
    return text.length() <= max && TEXT.matcher(text).matches();
  }

  private static HttpServletRequest request(Map<String, List<String>> headers) {
    Set<String> readable = Set.of("x-api-key", "authorization", "origin", "referer");
    return (HttpServletRequest)
        Proxy.newProxyInstance(
            CredentialReaderFuzzTest.class.getClassLoader(),
            new Class<?>[] {HttpServletRequest.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getRemoteAddr" -> "192.0.2.1";
                  case "getHeaders" -> {
                    String name = arguments[0].toString().toLowerCase(Locale.ROOT);
                    assertThat(readable).contains(name);
                    yield Collections.enumeration(headers.getOrDefault(name, List.of()));
                  }
                  default -> throw new AssertionError("reads " + method.getName());
                });
  }
}
