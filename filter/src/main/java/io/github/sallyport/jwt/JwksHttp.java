package io.github.sallyport.jwt;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Fetches small documents from issuers: no redirect is followed, and length and time are bounded.
 * Threads start with the first fetch, and stand still a few seconds after the last.
 */
final class JwksHttp implements AutoCloseable {
  static final int MAX_BYTES = 256 * 1024;

  private final Duration timeout;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable HttpClient client; // guarded by lock
  private @Nullable ThreadPoolExecutor threads; // guarded by lock
  private boolean closed; // guarded by lock

  /**
   * @param timeout for connecting and for the answer's head; its body may take as long again
   */
  JwksHttp(Duration timeout) {
    this.timeout = timeout;
  }

  /** The longest that {@link #get} takes. */
  Duration deadline() {
    return timeout.multipliedBy(2);
  }

  /**
   * Gets the body of an answer of status 200.
   *
   * @throws IOException with a sentence of ours, if there is none
   */
  byte[] get(URI url) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(timeout)
            .header("Accept", "application/jwk-set+json, application/json")
            .build();
    CompletableFuture<HttpResponse<byte[]>> answer =
        client().sendAsync(request, head -> new BoundedBody(MAX_BYTES));
    try {
      HttpResponse<byte[]> got = answer.get(deadline().toMillis(), TimeUnit.MILLISECONDS);
      if (got.statusCode() != 200) throw new IOException("the status is " + got.statusCode());
      return got.body();
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

  private HttpClient client() throws IOException {
    lock.lock();
    try {
      if (closed) throw new IOException("closed");
      if (client == null) client = open();
      return client;
    } finally {
      lock.unlock();
    }
  }

  private HttpClient open() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            2, 2, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), this::thread);
    pool.allowCoreThreadTimeOut(true);
    threads = pool;
    // The client's own thread would keep the class loader of the web application that it starts in.
    Thread current = Thread.currentThread();
    ClassLoader before = current.getContextClassLoader();
    current.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    try {
      return HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(timeout)
          .executor(pool)
          .build();
    } finally {
      current.setContextClassLoader(before);
    }
  }

  private Thread thread(Runnable work) {
    Thread thread = new Thread(work, "sallyport-jwks");
    thread.setDaemon(true);
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    return thread;
  }

  /** Ends the threads. Java 17 ends the client's own once nobody refers to it. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      client = null;
      if (threads != null) threads.shutdownNow();
      threads = null;
    } finally {
      lock.unlock();
    }
  }
}
