package io.github.sallyport.json;

/** A text that is not the JSON we read. The message never holds any of the text. */
public final class JsonException extends Exception {
  private static final long serialVersionUID = 1L;

  JsonException(String message) {
    super(message);
  }
}
