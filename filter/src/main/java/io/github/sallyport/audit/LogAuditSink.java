package io.github.sallyport.audit;

import io.github.sallyport.json.Json;

/** Writes each event as one line of JSON to the logger {@code sallyport.audit}, at INFO. */
public final class LogAuditSink implements AuditSink {
  private static final System.Logger LOG = System.getLogger("sallyport.audit");

  @Override
  public void record(AuditEvent event) {
    LOG.log(System.Logger.Level.INFO, Json.write(event.fields()));
  }
}
