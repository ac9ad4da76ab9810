package io.github.sallyport.benchmark;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;

/** One row's figures, as a table to read and as JSON to keep. */
record Report(
    String row,
    String title,
    Environment environment,
    Interleaved.Plan plan,
    List<Measured> measured) {

  /** The rows of a Markdown table under a heading. */
  String table() {
    StringBuilder text = new StringBuilder();
    text.append("### ").append(row).append(": ").append(title).append("\n\n");
    text.append(
        "| variant | processor time | least | wall time | B/op | above the first | ratio | quartiles |\n");
    text.append("| --- | --: | --: | --: | --: | --: | --: | --- |\n");
    for (Measured each : measured) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %s | %.0f | %s | %.2f | %.2f to %.2f |%n",
              each.variant(),
              time(each.processorNanos().median()),
              time(each.leastProcessorNanos()),
              time(each.wallNanos().median()),
              each.bytes().median(),
              time(each.above().median()),
              each.ratio().median(),
              each.ratio().lower(),
              each.ratio().upper()));
    }
    return text.toString();
  }

  /** Three digits and a unit. */
  static String time(double nanos) {
    if (Math.abs(nanos) < 1e3) return digits(nanos) + " ns";
    if (Math.abs(nanos) < 1e6) return digits(nanos / 1e3) + " µs";
    return digits(nanos / 1e6) + " ms";
  }

  private static String digits(double value) {
    double size = Math.abs(value);
    String format = size < 10 ? "%.2f" : size < 100 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, format, value);
  }

  String json() throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
      json.writeStartObject();
      json.writeStringField("row", row);
      json.writeStringField("title", title);
      json.writeStringField("date", environment.date().toString());
      json.writeStringField("command", environment.command());
      json.writeStringField("jvm", environment.jvm());
      json.writeStringField("jvmArguments", environment.jvmArguments());
      json.writeStringField("processor", environment.processor());
      json.writeNumberField("processors", environment.processors());
      json.writeStringField("system", environment.system());
      number(json, "loadAverageBefore", environment.loadAverage());
      json.writeNumberField("rounds", plan.rounds());
      json.writeNumberField("sliceMillis", plan.slice().toMillis());
      json.writeArrayFieldStart("variants");
      for (Measured each : measured) variant(json, each);
      json.writeEndArray();
      json.writeEndObject();
    }
    return text + "\n";
  }

  private static void variant(JsonGenerator json, Measured each) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", each.variant());
    spread(json, "processorNanos", each.processorNanos());
    number(json, "leastProcessorNanos", each.leastProcessorNanos());
    spread(json, "wallNanos", each.wallNanos());
    spread(json, "bytes", each.bytes());
    spread(json, "aboveNanos", each.above());
    spread(json, "ratio", each.ratio());
    json.writeEndObject();
  }

  private static void spread(JsonGenerator json, String name, Spread spread) throws IOException {
    json.writeObjectFieldStart(name);
    number(json, "lower", spread.lower());
    number(json, "median", spread.median());
    number(json, "upper", spread.upper());
    json.writeEndObject();
  }

  /** No more digits than were measured. */
  private static void number(JsonGenerator json, String name, double value) throws IOException {
    json.writeFieldName(name);
    json.writeNumber(String.format(Locale.ROOT, "%.3f", value));
  }
}
