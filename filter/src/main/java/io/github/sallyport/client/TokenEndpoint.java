package io.github.sallyport.client;

import io.github.sallyport.BoundedBody;
import io.github.sallyport.OutgoingHttp;
import io.github.sallyport.Secret;
import io.github.sallyport.json.Json;
import io.github.sallyport.json.JsonException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Asks a token endpoint by {@code client_credentials} (RFC 6749 section 4.4). Length and time are
 * bounded, and no redirect is followed: it would take the secret along. Threads start with the
 * first question, and end a few seconds after the last.
 */
final class TokenEndpoint implements AutoCloseable {
  private static final int MAX_BYTES = 1 << 16;
  private static final Duration WITHOUT_EXPIRES_IN = Duration.ofMinutes(1);
  private static final long MOST_SECONDS = Duration.ofDays(1).toSeconds();
  private static final Pattern B64TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  /** RFC 6749 section 5.2: what else may stand there is the other side's text. */
  private static final Set<String> ERRORS =
      Set.of(
          "invalid_request",
          "invalid_client",
          "invalid_grant",
          "unauthorized_client",
          "unsupported_grant_type",
          "invalid_scope",
          "temporarily_unavailable");

  private final URI url;
  private final String headerName;
  private final Secret headerValue;
  private final String form;
  private final Duration timeout;
  private final OutgoingHttp http;

  /**
   * @param headerName of the header that says who asks
   * @param timeout for connecting and for the answer's head; its body may take as long again
   */
  TokenEndpoint(URI url, String headerName, Secret headerValue, String form, Duration timeout) {
    this.url = url;
    this.headerName = headerName;
    this.headerValue = headerValue;
    this.form = form;
    this.timeout = timeout;
    this.http = new OutgoingHttp("sallyport-own-token", timeout);
  }

  /** Asks; the answer always comes, with an {@link IOException} of ours if there is no token. */
  CompletableFuture<Granted> ask() {
    CompletableFuture<HttpResponse<byte[]>> answer;
    try {
      HttpRequest request =
          HttpRequest.newBuilder(url)
              .header("Accept", "application/json")
              .header("Content-Type", "application/x-www-form-urlencoded")
              .header(headerName, headerValue.reveal())
              .timeout(timeout)
              .POST(HttpRequest.BodyPublishers.ofString(form))
              .build();
      answer = http.client().sendAsync(request, head -> new BoundedBody(MAX_BYTES));
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
    return answer
        .copy()
        .orTimeout(timeout.multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS)
        .handle(
            (response, fault) -> {
              answer.cancel(true); // ends what a time-out left running
              return read(response, fault);
            });
  }

  private static Granted read(@Nullable HttpResponse<byte[]> response, @Nullable Throwable fault) {
    try {
      if (response == null) throw new IOException(said(fault));
      return read(response);
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  /** By class: the JDK's messages may quote what the other side sent. */
  private static String said(@Nullable Throwable fault) {
    Throwable why =
        fault instanceof CompletionException && fault.getCause() != null ? fault.getCause() : fault;
    if (why instanceof TimeoutException) return "the token endpoint took too long";
    String kind = why == null ? "no answer" : why.getClass().getSimpleName();
    return "the token endpoint was not reached: " + kind;
  }

  private static Granted read(HttpResponse<byte[]> response) throws IOException {
    Map<String, @Nullable Object> json;
    try {
      json = Json.readObject(response.body());
    } catch (JsonException e) {
      json = Map.of();
    }
    if (response.statusCode() != 200) {
      String error =
          json.get("error") instanceof String word && ERRORS.contains(word) ? ", " + word : "";
      throw new IOException(
          "the token endpoint gave no token: the status is " + response.statusCode() + error);
    }
    if (!(json.get("access_token") instanceof String token
        && B64TOKEN.matcher(token).matches()
        && json.get("token_type") instanceof String type
        && type.equalsIgnoreCase("Bearer"))) {
      throw new IOException("the token endpoint answered no bearer token that we read");
    }
    return new Granted(new Secret(token), lifetime(json.get("expires_in")));
  }

  private static Duration lifetime(@Nullable Object expiresIn) throws IOException {
    if (expiresIn == null) return WITHOUT_EXPIRES_IN;
    if (expiresIn instanceof Number number && number.longValue() > 0) {
      return Duration.ofSeconds(Math.min(number.longValue(), MOST_SECONDS));
    }
    throw new IOException("the token endpoint's expires_in is no number above zero");
  }

  /** Ends the threads. */
  @Override
  public void close() {
    http.close();
  }
}
