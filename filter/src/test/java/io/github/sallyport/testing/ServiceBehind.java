package io.github.sallyport.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** A real HTTP server that notes what it is sent, and answers as it is told. */
public final class ServiceBehind implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  // Set by the test's thread between calls.
  private volatile Function<Call, Answer> answers = call -> new Answer(200, "", Map.of());

  /** Starts on a free port of loopback. */
  public ServiceBehind() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /**
   * What came.
   *
   * @param headers without regard to case
   */
  public record Call(String method, String path, Map<String, List<String>> headers, String body) {

    /** All values of a header; none: it was not sent. */
    public List<String> all(String name) {
      return headers.getOrDefault(name, List.of());
    }
  }

  /** What goes back. */
  public record Answer(int status, String body, Map<String, String> headers) {}

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      headers.putAll(exchange.getRequestHeaders());
      Call call =
          new Call(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getPath(),
              headers,
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      calls.add(call);
      Answer answer = answers.apply(call);
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
      if (body.length > 0) exchange.getResponseBody().write(body);
    }
  }

  /** Answers so from now on. */
  public void answer(Function<Call, Answer> how) {
    answers = how;
  }

  /** Answers with this status and no body from now on. */
  public void answer(int status) {
    answer(call -> new Answer(status, "", Map.of()));
  }

  /** What came by now, oldest first. */
  public List<Call> calls() {
    return List.copyOf(calls);
  }

  /** The only call by now. */
  public Call call() {
    if (calls.size() != 1) throw new AssertionError(calls.size() + " calls came");
    return calls.get(0);
  }

  /** The {@code Authorization} of each call, oldest first. */
  public List<String> authorizations() {
    return calls.stream().flatMap(call -> call.all("Authorization").stream()).toList();
  }

  /** Where it listens. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
