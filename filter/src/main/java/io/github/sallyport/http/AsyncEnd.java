package io.github.sallyport.http;

import io.github.sallyport.limit.Taken;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;

/**
 * Hears when an asynchronous request ends. After a time-out or an error the application may go on,
 * by a dispatch; whatever it does, the container completes the request at last (Servlet 6.0,
 * 2.3.3.3).
 */
final class AsyncEnd implements AsyncListener {
  private final Taken taken;

  AsyncEnd(Taken taken) {
    this.taken = taken;
  }

  @Override
  public void onComplete(AsyncEvent event) {
    taken.end();
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
