package io.github.sallyport.testing.planted.telemetry;

/** A fault that the architecture's rules must find, or a need that they must allow. */
public final class MayNeedOpenTelemetry {
  Class<?> needed = io.opentelemetry.api.OpenTelemetry.class;
}
