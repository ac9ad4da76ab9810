package io.github.sallyport.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Speaks HTTP/1.1 over a bare socket, so that no client tidies up what a test sends. */
public final class Wire {
  private final int port;
  private final @Nullable String from;

  /**
   * @param port on loopback
   */
  public Wire(int port) {
    this(port, null);
  }

  private Wire(int port, @Nullable String from) {
    this.port = port;
    this.from = from;
  }

  /** The same server, asked from another address of loopback. */
  public Wire from(String address) {
    return new Wire(port, address);
  }

  /** On loopback. */
  public int port() {
    return port;
  }

  /** One answer, as it came. */
  public record Reply(int status, List<Map.Entry<String, String>> headers, String body) {

    /** Every value of a header, in order. */
    public List<String> all(String name) {
      return headers.stream()
          .filter(header -> header.getKey().equalsIgnoreCase(name))
          .map(Map.Entry::getValue)
          .toList();
    }

    /** A header's only value; empty if it is not there. */
    public Optional<String> header(String name) {
      List<String> values = all(name);
      if (values.size() > 1) throw new AssertionError(name + " came " + values.size() + " times");
      return values.stream().findFirst();
    }

    /** The {@code code} of a problem. */
    public String code() {
      int at = body.indexOf("\"code\":\"");
      if (at < 0) return "";
      return body.substring(at + 8, body.indexOf('"', at + 8));
    }
  }

  /**
   * Sends a request without a body.
   *
   * @param headers lines, {@code Name: value}
   */
  public Reply send(String method, String target, String... headers) {
    return send(method, target, "", headers);
  }

  /** Sends a request with a body. */
  public Reply send(String method, String target, String body, String[] headers) {
    StringBuilder request = new StringBuilder(method).append(' ').append(target);
    request.append(" HTTP/1.1\r\nHost: localhost:").append(port).append("\r\n");
    request.append("Connection: close\r\n");
    for (String header : headers) request.append(header).append("\r\n");
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > 0) request.append("Content-Length: ").append(bytes.length).append("\r\n");
    request.append("\r\n");
    try (Socket socket = new Socket()) {
      if (from != null) socket.bind(new InetSocketAddress(from, 0));
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
      return parse(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new AssertionError("no answer to " + method + " " + target, e);
    }
  }

  private static Reply parse(String text) {
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) throw new AssertionError("no complete answer: " + text);
    String[] lines = text.substring(0, end).split("\r\n", -1);
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    boolean chunked = false;
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      String name = lines[i].substring(0, colon);
      String value = lines[i].substring(colon + 1).trim();
      headers.add(Map.entry(name, value));
      chunked |= name.equalsIgnoreCase("Transfer-Encoding") && value.equalsIgnoreCase("chunked");
    }
    String body = text.substring(end + 4);
    return new Reply(
        Integer.parseInt(lines[0].split(" ", -1)[1]), headers, chunked ? unchunk(body) : body);
  }

  private static String unchunk(String body) {
    StringBuilder whole = new StringBuilder();
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    int at = 0;
    while (true) {
      int lineEnd = at;
      while (bytes[lineEnd] != '\r') lineEnd++;
      int size =
          Integer.parseInt(new String(bytes, at, lineEnd - at, StandardCharsets.US_ASCII), 16);
      if (size == 0) return whole.toString();
      whole.append(new String(bytes, lineEnd + 2, size, StandardCharsets.UTF_8));
      at = lineEnd + 2 + size + 2;
    }
  }
}
