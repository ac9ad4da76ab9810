package io.github.sallyport.http;

import jakarta.enterprise.concurrent.spi.ThreadContextProvider;
import jakarta.enterprise.concurrent.spi.ThreadContextSnapshot;
import java.util.Map;

/**
 * Has the tasks of managed executors, contextual proxies and {@code @Asynchronous} methods work for
 * whoever submitted them (Jakarta Concurrency 3.0, chapter 3.3: thread context providers). Found as
 * a service; loaded only where Jakarta Concurrency is.
 */
public final class ConcurrencyContext implements ThreadContextProvider {

  /** Made by the container. */
  public ConcurrencyContext() {}

  @Override
  public ThreadContextSnapshot currentContext(Map<String, String> properties) {
    return snapshot(WorkingFor.current());
  }

  @Override
  public ThreadContextSnapshot clearedContext(Map<String, String> properties) {
    return snapshot(WorkingFor.NOBODY);
  }

  @Override
  public String getThreadContextType() {
    return WorkingFor.CONTEXT_TYPE;
  }

  private static ThreadContextSnapshot snapshot(WorkingFor whom) {
    return () -> whom.enter()::close;
  }
}
