package io.github.sallyport.jwt;

import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.HttpServer;
import io.github.sallyport.json.Json;
import io.github.sallyport.json.JsonException;
import io.github.sallyport.testing.KnownSecrets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.htmlunit.BrowserVersion;
import org.htmlunit.WebClient;
import org.htmlunit.html.HtmlElement;
import org.htmlunit.html.HtmlPage;
import org.jspecify.annotations.Nullable;

/**
 * A third party's program: it sends a user's browser to log in elsewhere, with a challenge (RFC
 * 7636), and changes the code that the browser brings back for a token.
 */
final class Planner implements AutoCloseable {
  static final String CLIENT = "planner";

  private static final BrowserVersion SAFARI =
      new BrowserVersion.BrowserVersionBuilder(BrowserVersion.FIREFOX)
          .setUserAgent(
              "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15"
                  + " (KHTML, like Gecko) Version/17.6 Safari/605.1.15")
          .build();

  private final Keycloak keycloak;
  private final HttpServer callback;
  private final HttpClient http = HttpClient.newHttpClient();

  Planner(Keycloak keycloak) throws IOException {
    this.keycloak = keycloak;
    callback = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    callback.createContext(
        "/callback",
        exchange -> {
          byte[] page = "<title>Planner</title>".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    callback.start();
  }

  /** Where browsers come back to. */
  String redirect() {
    return "http://127.0.0.1:" + callback.getAddress().getPort() + "/callback";
  }

  /** One login of one user, with a browser and a verifier of its own. */
  final class Login implements AutoCloseable {
    final String verifier = random();
    private final String state = random();
    // To Safari, which sends no Secure cookie over HTTP to this machine either, Keycloak sends
    // others.
    private final WebClient browser = new WebClient(SAFARI);

    Login() {
      // Keycloak's pages work without, and what a library of ours makes of them is not the
      // question.
      browser.getOptions().setJavaScriptEnabled(false);
      browser.getOptions().setCssEnabled(false);
    }

    /** Opens the login page. */
    HtmlPage begin(String scope) throws IOException {
      return open(scope, Map.of("code_challenge", challenge(), "code_challenge_method", "S256"));
    }

    /** The same, with other parameters in the place of the challenge. */
    HtmlPage open(String scope, Map<String, String> challenge) throws IOException {
      Map<String, String> query = new LinkedHashMap<>();
      query.put("response_type", "code");
      query.put("client_id", CLIENT);
      query.put("redirect_uri", redirect());
      query.put("scope", scope);
      query.put("state", state);
      query.putAll(challenge);
      return browser.getPage(keycloak.authorization() + "?" + form(query));
    }

    /** Fills the login page in. */
    HtmlPage logIn(HtmlPage page, String name, String password) throws IOException {
      page.<HtmlElement>getHtmlElementById("username").type(name);
      page.<HtmlElement>getHtmlElementById("password").type(password);
      return page.<HtmlElement>getHtmlElementById("kc-login").click();
    }

    /** Presses a button of the consent page. */
    HtmlPage press(HtmlPage page, String name) throws IOException {
      return page.<HtmlElement>getFirstByXPath("//*[@name='" + name + "']").click();
    }

    /** What the browser brought back; the state is compared. */
    Map<String, String> broughtBack(HtmlPage page) {
      String url = page.getUrl().toString();
      if (!url.startsWith(redirect() + "?")) throw new AssertionError("still at " + page.asXml());
      Map<String, String> query = query(url.substring(url.indexOf('?') + 1));
      if (!state.equals(query.get("state"))) throw new AssertionError("another login's state");
      return query;
    }

    private String challenge() {
      try {
        byte[] digest =
            MessageDigest.getInstance("SHA-256")
                .digest(verifier.getBytes(StandardCharsets.US_ASCII));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError("every JDK has it", e);
      }
    }

    @Override
    public void close() {
      browser.close();
    }
  }

  /** Logs a user in who says yes to everything; the answer is the access and the refresh token. */
  Keycloak.Tokens letIn(String user, String password, String scope) throws Exception {
    try (Login login = new Login()) {
      HtmlPage consent = login.logIn(login.begin(scope), user, password);
      String code = requireNonNull(login.broughtBack(login.press(consent, "accept")).get("code"));
      Answer answer = exchange(code, login.verifier);
      if (answer.status() != 200) throw new AssertionError(answer.text("error_description"));
      return new Keycloak.Tokens(answer.text("access_token"), answer.text("refresh_token"));
    }
  }

  /** What the token endpoint says. */
  record Answer(int status, Map<String, @Nullable Object> json) {
    String text(String name) {
      return (String) requireNonNull(json.get(name), name);
    }
  }

  Answer exchange(String code, String verifier) throws Exception {
    return ask(
        Map.of(
            "grant_type", "authorization_code",
            "client_id", CLIENT,
            "redirect_uri", redirect(),
            "code", code,
            "code_verifier", verifier));
  }

  Answer refresh(Keycloak.Tokens tokens) throws Exception {
    return ask(
        Map.of(
            "grant_type", "refresh_token", "client_id", CLIENT, "refresh_token", tokens.refresh()));
  }

  private Answer ask(Map<String, String> fields)
      throws IOException, InterruptedException, JsonException {
    HttpRequest request =
        HttpRequest.newBuilder(keycloak.token())
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form(fields)))
            .build();
    HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
    Map<String, @Nullable Object> json = Json.readObject(answer.body());
    if (json.get("access_token") instanceof String token) KnownSecrets.add(token);
    return new Answer(answer.statusCode(), json);
  }

  private static String form(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(f -> f.getKey() + "=" + URLEncoder.encode(f.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  private static Map<String, String> query(String query) {
    return Arrays.stream(URI.create("?" + query).getRawQuery().split("&", -1))
        .map(pair -> pair.split("=", 2))
        .collect(
            Collectors.toMap(
                pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
  }

  private static String random() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Override
  public void close() {
    callback.stop(0);
  }
}
