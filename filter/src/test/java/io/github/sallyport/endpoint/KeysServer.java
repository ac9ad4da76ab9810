package io.github.sallyport.endpoint;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.sallyport.boot.SallyportInitializer;
import io.github.sallyport.http.SallyportFilter;
import io.github.sallyport.json.Json;
import io.github.sallyport.testing.TestServer;
import io.github.sallyport.testing.Wire;
import io.github.sallyport.testing.Wire.Reply;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.catalina.LifecycleException;
import org.jspecify.annotations.Nullable;

/** A server with the endpoints of keys, and a protected page behind its filter. */
final class KeysServer implements AutoCloseable {
  static final String KEYS = "/sallyport/keys";
  static final String PAGE = "/page";

  final AtomicInteger served = new AtomicInteger();
  final Wire wire;
  final Path data;
  private final TestServer server;

  KeysServer(Path data, Map<String, String> settings) throws Exception {
    this.data = data;
    Map<String, String> parameters = new LinkedHashMap<>(settings);
    parameters.put("sallyport.data", data.toString());
    parameters.put("sallyport.admin.enabled", "true");
    parameters.putIfAbsent(
        "sallyport.api-key.pepper", "cGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVy");
    server =
        new TestServer()
            .filter(SallyportFilter.class, parameters, "/*")
            .initializer(new SallyportInitializer())
            .servlet(
                PAGE,
                new HttpServlet() {
                  private static final long serialVersionUID = 1L;

                  @Override
                  protected void service(HttpServletRequest request, HttpServletResponse response)
                      throws IOException {
                    served.incrementAndGet();
                    response.getWriter().write("the page");
                  }
                });
    wire = server.start();
  }

  /** The first administrator's key, which the start wrote. */
  String admin() throws IOException {
    return Files.readString(data.resolve("initial-admin-key")).strip();
  }

  Reply send(String key, String method, String path, String... headers) {
    List<String> all = new ArrayList<>(List.of(headers));
    all.add("X-API-Key: " + key);
    return wire.send(method, path, all.toArray(String[]::new));
  }

  Reply json(String key, String method, String path, String body, String... headers) {
    List<String> all = new ArrayList<>(List.of(headers));
    all.add("X-API-Key: " + key);
    if (all.stream().noneMatch(h -> h.startsWith("Content-Type"))) {
      all.add("Content-Type: application/json");
    }
    return wire.send(method, path, body, all.toArray(String[]::new));
  }

  /** Issues a key; the answer is its record with the text. */
  Map<String, @Nullable Object> issue(String members) throws Exception {
    Reply reply = json(admin(), "POST", KEYS, "{\"owner\":\"acme\"," + members + "}");
    assertThat(reply.status()).as(reply.body()).isEqualTo(201);
    return read(reply);
  }

  /** The status of the page, shown this key. */
  int page(String key, String... headers) {
    return send(key, "GET", PAGE, headers).status();
  }

  static Map<String, @Nullable Object> read(Reply reply) throws Exception {
    return Json.readObject(reply.body().getBytes(StandardCharsets.UTF_8));
  }

  static String text(Map<String, @Nullable Object> json, String member) {
    return (String) requireNonNull(json.get(member), member);
  }

  @Override
  public void close() throws LifecycleException {
    server.close();
  }
}
