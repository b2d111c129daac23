package dev.bantam.models.source;

import dev.bantam.models.ModelException;
import dev.bantam.models.store.Failures;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Copies a file out of an archive. */
final class Extraction {

  private static final int BUFFER_BYTES = 1 << 20;

  private Extraction() {}

  /**
   * Writes at most the wanted number of bytes, whatever the archive holds.
   *
   * @throws IOException if the archive cannot be read
   * @throws ModelException DISK_FULL, IO if the file cannot be written
   */
  static void copy(InputStream in, long wanted, Path target) throws IOException, ModelException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long left = wanted;
    try (OutputStream out = Files.newOutputStream(target)) {
      int read = in.read(buffer);
      while (read > 0 && left > 0) {
        int part = (int) Math.min(read, left);
        write(out, buffer, part, target, left);
        left -= part;
        read = in.read(buffer);
      }
    }
  }

  private static void write(OutputStream out, byte[] buffer, int length, Path target, long left)
      throws ModelException {
    try {
      out.write(buffer, 0, length);
    } catch (IOException e) {
      throw Failures.writing(target, left, e);
    }
  }
}
