package io.github.sallyport.key;

import io.github.sallyport.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The file in which the first administrator finds the first key: one line, readable for its owner
 * alone, there as a whole or not at all.
 */
public final class InitialKeyFile {
  private static final String NAME = "initial-admin-key";

  private final Path folder;

  /**
   * @param folder where it is written; made, for its owner alone, if it is missing
   */
  public InitialKeyFile(Path folder) {
    this.folder = folder.toAbsolutePath();
  }

  /** Where the key is written. */
  public Path path() {
    return folder.resolve(NAME);
  }

  /**
   * Writes the key, in place of what an attempt that was not committed may have left.
   *
   * @throws UncheckedIOException if it can't be; no part of it is left then
   */
  public void write(Secret key) {
    try {
      Files.createDirectories(folder, ownerOnly("rwx------"));
      Path part = Files.createTempFile(folder, NAME, ".part", ownerOnly("rw-------"));
      try {
        writeDurably(part, key.reveal() + "\n");
        Files.move(
            part, path(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
      syncFolder();
    } catch (IOException e) {
      throw new UncheckedIOException("the initial key can't be written to " + path(), e);
    }
  }

  private static void writeDurably(Path file, String text) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) channel.write(bytes);
      channel.force(true);
    }
  }

  // The new name is part of the folder. Where a folder can't be opened (Windows) its system sees
  // to that by itself.
  private void syncFolder() throws IOException {
    if (!isPosix()) return;
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private FileAttribute<?>[] ownerOnly(String permissions) {
    if (!isPosix()) return new FileAttribute<?>[0];
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
    };
  }

  private boolean isPosix() {
    return folder.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
