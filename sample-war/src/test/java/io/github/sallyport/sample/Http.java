package io.github.sallyport.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One HTTP/1.1 request over a socket of its own, byte by byte as the test wrote it: a client
 * library would tidy up what the tests are about. No answer may hold any of the secrets sent to it.
 */
final class Http {
  private static final Set<String> SECRET_HEADERS = Set.of("x-api-key", "authorization");
  private static final int SHORTEST_SECRET = 8;
  private static final int TIMEOUT_MILLIS = 20_000;

  private final URI base;
  private final String method;
  private final String target;
  private final List<String> headers = new ArrayList<>();
  private final Set<String> secrets = new LinkedHashSet<>();
  private String body = "";
  private long announced;

  private Http(URI base, String method, String target) {
    this.base = base;
    this.method = method;
    this.target = target;
  }

  /**
   * @param target what stands in the request line, in the base's context path; goes as it is
   */
  static Http request(URI base, String method, String target) {
    return new Http(base, method, target);
  }

  static Http get(URI base, String target) {
    return request(base, "GET", target);
  }

  Http header(String name, String value) {
    headers.add(name + ": " + value);
    if (SECRET_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
      Arrays.stream(value.split("[ ,]+"))
          .filter(part -> part.length() >= SHORTEST_SECRET)
          .forEach(secrets::add);
    }
    return this;
  }

  Http key(String key) {
    return header("X-API-Key", key);
  }

  Http bearer(String token) {
    return header("Authorization", "Bearer " + token);
  }

  Http body(String type, String text) {
    body = text;
    return header("Content-Type", type);
  }

  /** Says that so many bytes will follow, and sends none of them. */
  Http announcing(long bytes) {
    announced = bytes;
    return header("Content-Type", "application/octet-stream");
  }

  /** Sends it, reads to the end, and looks for the secrets in all that came back. */
  Answer send() {
    return guarded(sendUnguarded());
  }

  /** The same where the server may take it for no HTTP, and hang up: with status 0 then. */
  Answer sendWhateverItIs() {
    byte[] answered;
    try {
      answered = exchange();
    } catch (IOException e) {
      answered = new byte[0];
    }
    boolean isHttp = new String(answered, StandardCharsets.UTF_8).contains("\r\n\r\n");
    return guarded(
        isHttp
            ? Answer.parse(answered)
            : new Answer(0, List.of(), new String(answered, StandardCharsets.UTF_8)));
  }

  private Answer guarded(Answer answer) {
    for (String secret : secrets) {
      assertThat(answer.everything().contains(secret))
          .as("a secret came back from %s %s, with status %s", method, target, answer.status())
          .isFalse();
    }
    return answer;
  }

  /** Sends it, where what was sent is to come back. */
  Answer sendUnguarded() {
    try {
      return Answer.parse(exchange());
    } catch (IOException e) {
      throw new AssertionError(method + " " + target + " was not answered", e);
    }
  }

  private byte[] exchange() throws IOException {
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(text().getBytes(StandardCharsets.UTF_8));
      InputStream in = socket.getInputStream();
      return announced > 0 ? readOneAnswer(in) : in.readAllBytes();
    }
  }

  private String text() {
    String path = base.getRawPath().replaceAll("/$", "");
    StringBuilder text = new StringBuilder();
    text.append(method).append(' ').append(path).append(target).append(" HTTP/1.1\r\n");
    text.append("Host: ").append(base.getAuthority()).append("\r\n");
    for (String header : headers) text.append(header).append("\r\n");
    if (!body.isEmpty() || announced > 0 || method.equals("POST")) {
      text.append("Content-Length: ")
          .append(body.getBytes(StandardCharsets.UTF_8).length + announced)
          .append("\r\n");
    }
    return text.append("Connection: close\r\n\r\n").append(body).toString();
  }

  /** Not to the end: a server may still wait for what it was told would follow. */
  private static byte[] readOneAnswer(InputStream in) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int b; (b = in.read()) >= 0; ) {
      all.write(b);
      if (Answer.isWhole(all.toString(StandardCharsets.UTF_8))) break;
    }
    return all.toByteArray();
  }

  /**
   * What came back.
   *
   * @param head the header lines, without the status line
   */
  record Answer(int status, List<String> head, String body) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\nContent-Length: *([0-9]+)");

    static Answer parse(byte[] bytes) {
      String text = withoutInterim(new String(bytes, StandardCharsets.UTF_8));
      int end = text.indexOf("\r\n\r\n");
      if (end < 0) throw new AssertionError("no complete answer: " + text.length() + " characters");
      List<String> lines = List.of(text.substring(0, end).split("\r\n", -1));
      Answer raw =
          new Answer(
              Integer.parseInt(lines.get(0).split(" ", -1)[1]),
              lines.subList(1, lines.size()),
              text.substring(end + 4));
      return raw.values("Transfer-Encoding").contains("chunked")
          ? new Answer(raw.status, raw.head, unchunk(raw.body))
          : raw;
    }

    /** What follows a server's word that it would read the body (RFC 9110 section 15.2.1). */
    private static String withoutInterim(String text) {
      return text.startsWith("HTTP/1.1 100 ")
          ? text.substring(Math.min(text.length(), text.indexOf("\r\n\r\n") + 4))
          : text;
    }

    /** Tells whether this is all of an answer that says how long it is; ASCII. */
    static boolean isWhole(String received) {
      String text = withoutInterim(received);
      int end = text.indexOf("\r\n\r\n");
      if (end < 0) return false;
      Matcher length = LENGTH.matcher(text.substring(0, end));
      return length.find() && text.length() - end - 4 >= Integer.parseInt(length.group(1));
    }

    /** Good enough for what the tests fetch, which is ASCII; a server may break off. */
    private static String unchunk(String chunked) {
      StringBuilder text = new StringBuilder();
      int at = 0;
      while (true) {
        int line = chunked.indexOf("\r\n", at);
        if (line < 0) return text.toString();
        int length = Integer.parseInt(chunked.substring(at, line), 16);
        if (length == 0) return text.toString();
        text.append(chunked, line + 2, line + 2 + length);
        at = line + 2 + length + 2;
      }
    }

    List<String> values(String name) {
      String start = name.toLowerCase(Locale.ROOT) + ":";
      return head.stream()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
          .map(line -> line.substring(start.length()).strip())
          .toList();
    }

    /** The only value of this header. */
    String value(String name) {
      List<String> values = values(name);
      assertThat(values).as(name).hasSize(1);
      return values.get(0);
    }

    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (JsonProcessingException e) {
        throw new AssertionError("not JSON, with status " + status + ": " + body, e);
      }
    }

    /** The body's member of this name, as text; empty if there is none. */
    String text(String member) {
      return json().path(member).asText();
    }

    /** Asserts that this is a refusal as the contract wants it, in every part that is constant. */
    Answer isRefusal(int expected, String code) {
      assertThat(status).as(body).isEqualTo(expected);
      assertThat(value("Content-Type")).startsWith("application/problem+json");
      assertThat(value("Cache-Control")).isEqualTo("no-store");
      assertThat(text("code")).as(body).isEqualTo(code);
      assertThat(json().path("status").asInt()).isEqualTo(expected);
      assertThat(text("type")).isEqualTo("https://sallyport.github.io/problems/" + code);
      assertThat(text("title")).isNotEmpty();
      assertThat(text("detail")).isNotEmpty();
      assertThat(text("instance")).isEqualTo("urn:uuid:" + value("X-Request-Id"));
      return this;
    }

    Answer isOk() {
      return is(200);
    }

    Answer is(int expected) {
      assertThat(status).as(body).isEqualTo(expected);
      return this;
    }

    private String everything() {
      return String.join("\n", head) + "\n" + body;
    }
  }
}
