package io.github.sallyport.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;

/** The container's asynchronous context, which starts threads that work for the caller. */
final class CallerAsync implements AsyncContext {
  private final AsyncContext async;
  private final Outcome outcome;

  CallerAsync(AsyncContext async, Outcome outcome) {
    this.async = async;
    this.outcome = outcome;
  }

  @Override
  public void start(Runnable task) {
    WorkingFor caller = WorkingFor.callerOf(outcome);
    // GlassFish's threads have that of the application which came first, and may be gone.
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    async.start(
        () -> {
          Thread thread = Thread.currentThread();
          ClassLoader before = thread.getContextClassLoader();
          WorkingFor.Scope scope = caller.enter();
          thread.setContextClassLoader(loader);
          try {
            task.run();
          } finally {
            thread.setContextClassLoader(before);
            scope.close();
          }
        });
  }

  @Override
  public ServletRequest getRequest() {
    return async.getRequest();
  }

  @Override
  public ServletResponse getResponse() {
    return async.getResponse();
  }

  @Override
  public boolean hasOriginalRequestAndResponse() {
    return async.hasOriginalRequestAndResponse();
  }

  @Override
  public void dispatch() {
    async.dispatch();
  }

  @Override
  public void dispatch(String path) {
    async.dispatch(path);
  }

  @Override
  public void dispatch(ServletContext context, String path) {
    async.dispatch(context, path);
  }

  @Override
  public void complete() {
    async.complete();
  }

  @Override
  public void addListener(AsyncListener listener) {
    async.addListener(listener);
  }

  @Override
  public void addListener(
      AsyncListener listener, ServletRequest request, ServletResponse response) {
    async.addListener(listener, request, response);
  }

  @Override
  public <T extends AsyncListener> T createListener(Class<T> type) throws ServletException {
    return async.createListener(type);
  }

  @Override
  public void setTimeout(long millis) {
    async.setTimeout(millis);
  }

  @Override
  public long getTimeout() {
    return async.getTimeout();
  }
}
