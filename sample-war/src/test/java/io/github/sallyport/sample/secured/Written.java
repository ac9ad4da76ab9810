package io.github.sallyport.sample.secured;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Whatever an object tells of itself to a log, or to another node. */
final class Written {
  private Written() {}

  static String of(@Nullable Object object) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    String fault = "";
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    } catch (IOException e) {
      fault = " is not written: " + e;
    }
    // ASCII, as credentials are; the rest would only get lost on the way.
    String written = bytes.toString(StandardCharsets.ISO_8859_1).replaceAll("[^ -~]", "");
    return object + fault + " " + written;
  }
}
