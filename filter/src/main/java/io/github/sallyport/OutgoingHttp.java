package io.github.sallyport;

import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's HTTP client, as a web application may have it: it follows no redirect, its threads hold
 * no class loader of the application, start with the first request, and end a few seconds after the
 * last. Safe for use by many threads.
 */
public final class OutgoingHttp implements AutoCloseable {
  private final String threadName;
  private final Duration timeout;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable HttpClient client; // guarded by lock
  private @Nullable ThreadPoolExecutor threads; // guarded by lock
  private boolean closed; // guarded by lock

  /**
   * @param timeout for connecting
   */
  public OutgoingHttp(String threadName, Duration timeout) {
    this.threadName = Objects.requireNonNull(threadName, "threadName");
    this.timeout = Objects.requireNonNull(timeout, "timeout");
  }

  /**
   * The client, opened at the first call.
   *
   * @throws IOException if this is closed
   */
  public HttpClient client() throws IOException {
    lock.lock();
    try {
      if (closed) throw new IOException("closed: the application stops");
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

  /** Makes a thread that holds no class loader of an application. */
  public Thread thread(Runnable work) {
    Thread thread = new Thread(work, threadName);
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
