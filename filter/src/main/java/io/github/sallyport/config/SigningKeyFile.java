package io.github.sallyport.config;

import io.github.sallyport.config.KeyFiles.UnreadableException;
import io.github.sallyport.jwt.SignatureAlgorithm;
import io.github.sallyport.jwt.SigningKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Reads the key pairs that a deployer brings to sign tokens with: PEM, or PKCS #12 (RFC 7292) in a
 * file whose name ends so. Only files: a class path resource would put a private key into every
 * copy of the application.
 *
 * <p>No fault quotes what was read, or the location: who mistakes the property may have put a key
 * there.
 */
final class SigningKeyFile {
  private final List<String> warnings;

  /**
   * @param warnings where it is noted that everybody may read the file
   */
  SigningKeyFile(List<String> warnings) {
    this.warnings = warnings;
  }

  /**
   * Reads all key pairs.
   *
   * @param location a {@code file:} URL or a file's path
   * @return at least one, the one that signs first
   * @throws UnreadableException with a sentence, if there is no file to read
   * @throws IllegalArgumentException with a sentence, if there are no such keys in it
   */
  List<SigningKey> read(String location, SignatureAlgorithm algorithm) throws UnreadableException {
    if (KeyFiles.isKeyText(location)) {
      throw new UnreadableException("is a key itself; put it into a file and name that");
    }
    Path file = path(location);
    byte[] bytes = KeyFiles.bytes(file);
    warnIfOpen(file, "The file");
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.endsWith(".p12") || name.endsWith(".pfx")
        ? pkcs12(bytes, file, algorithm)
        : new PrivateKeyPem(algorithm).read(new String(bytes, StandardCharsets.US_ASCII));
  }

  private static Path path(String location) throws UnreadableException {
    try {
      Path file =
          location.regionMatches(true, 0, "file:", 0, 5)
              ? Path.of(URI.create(location))
              : Path.of(location);
      if (Files.isRegularFile(file)) return file;
    } catch (IllegalArgumentException | FileSystemNotFoundException e) {
      // Said below: the exception would quote the location.
    }
    throw new UnreadableException("names no file: give a file's path or a file: URL");
  }

  private void warnIfOpen(Path file, String what) {
    try {
      if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
        warnings.add(
            what
                + " that sallyport.token.key-location names can be read by everybody on this"
                + " machine: leave it to its owner (chmod 600).");
      }
    } catch (UnsupportedOperationException | IOException e) {
      // No such permissions here, and nothing to say about others.
    }
  }

  private List<SigningKey> pkcs12(byte[] bytes, Path file, SignatureAlgorithm algorithm)
      throws UnreadableException {
    char[] password = password(file);
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(bytes), password);
      List<SigningKey> keys =
          entries(store, password).stream()
              .sorted(
                  Comparator.comparing(
                          (Entry entry) -> entry.certificate().getNotBefore().toInstant())
                      .reversed())
              .map(
                  entry ->
                      SigningKey.of(algorithm, entry.key(), entry.certificate().getPublicKey()))
              .toList();
      if (keys.isEmpty()) {
        throw new IllegalArgumentException("holds no private key with its certificate");
      }
      return keys;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "is no PKCS #12 file that opens with its password: that is the first line of the file of"
              + " the same name with .password at its end, or empty where there is no such file");
    } finally {
      Arrays.fill(password, ' ');
    }
  }

  private record Entry(PrivateKey key, X509Certificate certificate) {}

  private static List<Entry> entries(KeyStore store, char[] password)
      throws GeneralSecurityException {
    List<Entry> entries = new ArrayList<>();
    for (String alias : Collections.list(store.aliases())) {
      Key key = store.isKeyEntry(alias) ? store.getKey(alias, password) : null;
      if (key instanceof PrivateKey own
          && store.getCertificate(alias) instanceof X509Certificate certificate) {
        entries.add(new Entry(own, certificate));
      }
    }
    return entries;
  }

  private char[] password(Path file) throws UnreadableException {
    Path beside = file.resolveSibling(file.getFileName() + ".password");
    if (!Files.exists(beside)) return new char[0];
    byte[] bytes = KeyFiles.bytes(beside);
    warnIfOpen(beside, "The password beside the file");
    return new String(bytes, StandardCharsets.UTF_8).split("\\R", 2)[0].toCharArray();
  }
}
