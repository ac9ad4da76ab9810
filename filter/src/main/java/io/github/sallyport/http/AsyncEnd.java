package io.github.sallyport.http;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;

/**
 * Hears when an asynchronous request ends. After a time-out or an error the application may go on,
 * by a dispatch; whatever it does, the container completes the request at last (Servlet 6.0,
 * 2.3.3.3).
 */
final class AsyncEnd implements AsyncListener {
  private final Runnable end;

  AsyncEnd(Runnable end) {
    this.end = end;
  }

  @Override
  public void onComplete(AsyncEvent event) {
    end.run();
  }

  @Override
  public void onTimeout(AsyncEvent event) {}

  @Override
  public void onError(AsyncEvent event) {}

  /** A dispatch began anew, and the container forgets who listened. */
  @Override
  public void onStartAsync(AsyncEvent event) {
    event.getAsyncContext().addListener(this);
  }
}
