package io.github.sallyport.http;

import io.github.sallyport.Caller;
import io.github.sallyport.CurrentCaller;
import io.github.sallyport.audit.AuditedRequest;
import org.jspecify.annotations.Nullable;

/**
 * Whom a thread works for, and in which request: taken along to the threads that go on with the
 * work. It holds neither the request nor the response, which the container uses again for others.
 */
final class WorkingFor {
  /** The name by which managed executors know it. */
  static final String CONTEXT_TYPE = "Sallyport";

  static final WorkingFor NOBODY = new WorkingFor(null, null);

  private final @Nullable Caller caller;
  private final @Nullable AuditedRequest request;

  private WorkingFor(@Nullable Caller caller, @Nullable AuditedRequest request) {
    this.caller = caller;
    this.request = request;
  }

  /** Whom this thread works for now, which may be nobody. */
  static WorkingFor current() {
    return new WorkingFor(CurrentCaller.find().orElse(null), AuditedRequest.current().orElse(null));
  }

  /** The caller of a request; after {@code logout()}, the anonymous one. */
  static WorkingFor callerOf(Outcome outcome) {
    return new WorkingFor(outcome.caller(), outcome.audited());
  }

  /** Has this thread work for the same, until the scope is closed by this thread. */
  Scope enter() {
    CurrentCaller.Scope callers =
        caller == null ? CurrentCaller.enterNobody() : CurrentCaller.enter(caller);
    AuditedRequest.Scope requests =
        request == null ? AuditedRequest.enterNone() : request.beside().enter();
    return () -> {
      requests.close();
      callers.close();
    };
  }

  /** Restores, when closed, whoever the thread worked for before. */
  @FunctionalInterface
  interface Scope extends AutoCloseable {
    @Override
    void close();
  }
}
