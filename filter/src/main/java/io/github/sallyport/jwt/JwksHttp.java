package io.github.sallyport.jwt;

import io.github.sallyport.BoundedBody;
import io.github.sallyport.Origin;
import io.github.sallyport.OutgoingHttp;
import io.github.sallyport.json.Json;
import io.github.sallyport.json.JsonException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Fetches small documents from issuers. Length and time are bounded, and a redirect is followed to
 * the same origin alone (RFC 6454), a few times. Threads start with the first fetch, and end a few
 * seconds after the last.
 */
final class JwksHttp implements AutoCloseable {
  static final int MAX_BYTES = 1 << 20;
  private static final int MAX_REDIRECTS = 3;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final Pattern MAX_AGE =
      Pattern.compile("(?:^|[\\s,])max-age=\"?([0-9]{1,9})\"?(?:$|[\\s,])");

  private final Duration timeout;
  private final OutgoingHttp http;

  /**
   * @param timeout for connecting and for the answer's head; its body may take as long again
   */
  JwksHttp(Duration timeout) {
    this.timeout = timeout;
    this.http = new OutgoingHttp("sallyport-jwks", timeout);
  }

  /** Tells whether nobody on the way can change what comes from there. */
  static boolean isSafe(URI url) {
    return Origin.of(url).filter(Origin::isSafe).isPresent();
  }

  static boolean isHttp(URI url) {
    return Origin.of(url).isPresent();
  }

  /**
   * What came.
   *
   * @param maxAge how long it is current by its {@code Cache-Control}; null: that says nothing
   */
  record Document(Map<String, @Nullable Object> json, @Nullable Duration maxAge) {}

  /** The longest that an answer takes. */
  Duration deadline() {
    return timeout.multipliedBy(2);
  }

  /**
   * Gets a document.
   *
   * @throws IOException with a sentence of ours, if there is none
   * @throws JsonException if it is no JSON object that we read
   */
  Document get(URI url) throws IOException, InterruptedException, JsonException {
    URI at = url;
    for (int i = 0; i <= MAX_REDIRECTS; i++) {
      HttpResponse<byte[]> answer = send(at);
      if (answer.statusCode() == 200)
        return new Document(Json.readObject(answer.body()), maxAge(answer));
      if (!REDIRECTS.contains(answer.statusCode())) {
        throw new IOException("the status is " + answer.statusCode());
      }
      at = redirected(at, answer);
    }
    throw new IOException("there are too many redirects");
  }

  private static URI redirected(URI from, HttpResponse<?> answer) throws IOException {
    try {
      URI to = from.resolve(new URI(answer.headers().firstValue("Location").orElse("")));
      if (isHttp(to) && Origin.of(to).equals(Origin.of(from))) return to;
    } catch (URISyntaxException e) {
      // Said below: the exception would quote what the other side sent.
    }
    throw new IOException("the answer is a redirect to another origin");
  }

  private static @Nullable Duration maxAge(HttpResponse<?> answer) {
    String control =
        String.join(",", answer.headers().allValues("Cache-Control")).toLowerCase(Locale.ROOT);
    if (control.contains("no-cache") || control.contains("no-store")) return Duration.ZERO;
    Matcher age = MAX_AGE.matcher(control);
    return age.find() ? Duration.ofSeconds(Long.parseLong(age.group(1))) : null;
  }

  /**
   * Sends a form, and gets a JSON object. No redirect is followed: it would carry the form along.
   *
   * @throws IOException with a sentence of ours, if there is none
   * @throws JsonException if it is none that we read
   */
  Map<String, @Nullable Object> post(URI url, String form, String authorization)
      throws IOException, InterruptedException, JsonException {
    HttpResponse<byte[]> answer =
        send(
            HttpRequest.newBuilder(url)
                .header("Accept", "application/json")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Authorization", authorization)
                .POST(HttpRequest.BodyPublishers.ofString(form)));
    if (answer.statusCode() != 200) throw new IOException("the status is " + answer.statusCode());
    return Json.readObject(answer.body());
  }

  private HttpResponse<byte[]> send(URI url) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(url).header("Accept", "application/jwk-set+json, application/json"));
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder builder)
      throws IOException, InterruptedException {
    HttpRequest request = builder.timeout(timeout).build();
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.client().sendAsync(request, head -> new BoundedBody(MAX_BYTES));
    try {
      return answer.get(deadline().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException("the answer took too long");
    } catch (ExecutionException e) {
      // By class: the JDK's messages may quote what the other side sent.
      Throwable failure = e.getCause() == null ? e : e.getCause();
      String kind = failure.getClass().getSimpleName();
      throw new IOException("the request failed: " + kind, failure);
    } finally {
      answer.cancel(true); // ends what a time-out or an interrupt left running
    }
  }

  /** Makes a thread that holds no class loader of an application. */
  Thread thread(Runnable work) {
    return http.thread(work);
  }

  /** Ends the threads. */
  @Override
  public void close() {
    http.close();
  }
}
