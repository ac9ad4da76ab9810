package io.github.sallyport.testing.planted.http;

/** A fault that the architecture's rules must find, or a need that they must allow. */
public final class NeedsOpenTelemetry {
  Class<?> needed = io.opentelemetry.api.OpenTelemetry.class;
}
