package io.github.sallyport.config;

import io.github.sallyport.audit.AuditSettings;
import io.github.sallyport.audit.AuditSettings.Sink;
import io.github.sallyport.audit.AuditSink;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads where events of audit go. */
final class AuditReader {
  private static final Duration SHORTEST_KEEP = Duration.ofDays(1);
  private static final Pattern CLASS_NAME = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$.]{0,500}");

  private final Values values;
  private final ClassLoader application;

  AuditReader(Values values, ClassLoader application) {
    this.values = values;
    this.application = application;
  }

  AuditSettings read() {
    String name = values.text(Property.AUDIT_SINK).orElse(Property.AUDIT_SINK.fallback());
    return new AuditSettings(
        sink(name),
        name,
        values.word(Property.AUDIT_ON_FULL, OnFull.class) == OnFull.BLOCK,
        values.duration(Property.AUDIT_KEEP, SHORTEST_KEEP, Values.LONGEST));
  }

  private Sink sink(String name) {
    Optional<Sink> word =
        Arrays.stream(Sink.values())
            .filter(sink -> sink != Sink.CLASS)
            .filter(sink -> sink.name().equalsIgnoreCase(name))
            .findFirst();
    if (word.isPresent()) return word.get();
    if (!name.contains(".") || !CLASS_NAME.matcher(name).matches()) {
      mistake(name, "is none of log, jdbc, none, and no name of a class with its package");
    } else {
      validate(name);
    }
    return Sink.CLASS;
  }

  private void validate(String name) {
    Class<?> type;
    try {
      type = Class.forName(name, false, application);
    } catch (ClassNotFoundException | LinkageError e) {
      mistake(name, "is no class that the application can load; put it into WEB-INF");
      return;
    }
    if (!AuditSink.class.isAssignableFrom(type)) {
      mistake(name, "does not implement " + AuditSink.class.getName());
    } else if (!Modifier.isPublic(type.getModifiers())
        || Modifier.isAbstract(type.getModifiers())
        || Arrays.stream(type.getConstructors()).noneMatch(c -> c.getParameterCount() == 0)) {
      mistake(
          name,
          "can't be made: it must be a public class, not abstract, with a public constructor"
              + " without parameters");
    }
  }

  private void mistake(String name, String sentence) {
    values.mistake(Property.AUDIT_SINK, "\"" + Mistakes.echo(name) + "\" " + sentence);
  }

  private enum OnFull {
    BLOCK,
    DROP
  }
}
