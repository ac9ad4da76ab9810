package io.github.sallyport.config;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Reads a public key's text from where the deployer says that it lies. */
final class KeyFiles {
  private static final int MAX_BYTES = 1 << 20;
  private static final String CLASS_PATH = "classpath:";
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*");

  /** PEM, JSON, or long base64 or base64url of either; nobody calls a file so. */
  private static final Pattern KEY_TEXT =
      Pattern.compile("(?s)-----BEGIN.*|\\{.*|(ey|ew|M)[A-Za-z0-9+/=_\\s-]{80,}");

  private final ClassLoader application;

  KeyFiles(ClassLoader application) {
    this.application = application;
  }

  /** Tells whether a value is a key itself, not a place. */
  static boolean isKeyText(String value) {
    return KEY_TEXT.matcher(value).matches();
  }

  /**
   * @param location a {@code file:} URL, a file, or a class path resource of the application, with
   *     or without {@code classpath:}
   * @throws UnreadableException with a sentence that does not echo the location: who mistakes the
   *     property may have put a key there
   */
  String read(String location) throws UnreadableException {
    try {
      if (location.startsWith(CLASS_PATH)) {
        return resource(location.substring(CLASS_PATH.length()));
      }
      if (location.regionMatches(true, 0, "file:", 0, 5))
        return file(Path.of(URI.create(location)));
      Path path = Path.of(location);
      if (Files.isRegularFile(path)) return file(path);
    } catch (InvalidPathException | FileSystemNotFoundException e) {
      // Not a path here; it may still be a resource's name.
    } catch (IllegalArgumentException e) {
      throw new UnreadableException("is not a file: URL that can be read");
    }
    if (SCHEME.matcher(location).matches() && !location.matches("(?i)[a-z]:[\\\\/].*")) {
      throw new UnreadableException("is a URL of a kind that is not read: use https: or file:");
    }
    return resource(location);
  }

  private static String file(Path path) throws UnreadableException {
    return new String(bytes(path), StandardCharsets.UTF_8);
  }

  /** What is in a file. */
  static byte[] bytes(Path path) throws UnreadableException {
    try (InputStream in = Files.newInputStream(path)) {
      return bytes(in);
    } catch (IOException e) {
      throw new UnreadableException("names a file that can't be read");
    }
  }

  private String resource(String name) throws UnreadableException {
    String plain = name.startsWith("/") ? name.substring(1) : name;
    try (InputStream in = application.getResourceAsStream(plain)) {
      if (in == null) {
        throw new UnreadableException("names neither a file nor a class path resource");
      }
      return new String(bytes(in), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UnreadableException("names a class path resource that can't be read");
    }
  }

  private static byte[] bytes(InputStream in) throws IOException, UnreadableException {
    byte[] bytes = in.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) throw new UnreadableException("is larger than a key can be");
    return bytes;
  }

  /** A sentence for the report. */
  static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String sentence;

    UnreadableException(String sentence) {
      super(sentence);
      this.sentence = sentence;
    }

    @Override
    public String getMessage() {
      return sentence;
    }
  }
}
