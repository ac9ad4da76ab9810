package io.github.sallyport.audit;

import java.util.List;

/**
 * Hands events to a sink of the application's, one after the other.
 *
 * @param sink closed at the end if it can be
 */
public record SinkKeeper(AuditSink sink) implements AuditKeeper {
  @Override
  public void keep(List<AuditEvent> events) {
    events.forEach(sink::record);
  }

  @Override
  public void close() {
    if (!(sink instanceof AutoCloseable closeable)) return;
    try {
      closeable.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(sink.getClass().getName() + " could not be closed", e);
    }
  }
}
