package dev.bantam.models.importer.safetensors;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.store.Failures;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The exceptions of this package: each says in which file and about what. */
final class FolderErrors {

  private FolderErrors() {}

  /**
   * @param subject tensor, key or part of the file
   */
  static ModelException malformed(Path file, String subject, String problem) {
    return new ModelException(
        Kind.MALFORMED,
        "%s, %s: %s; the file is damaged or no sound model: fetch it again"
            .formatted(file.getFileName(), subject, problem));
  }

  static ModelException unsupported(Path file, String subject, String problem) {
    return new ModelException(
        Kind.UNSUPPORTED, "%s, %s: %s".formatted(file.getFileName(), subject, problem));
  }

  static ModelException failedRead(Path file, IOException cause) {
    if (cause instanceof ClosedByInterruptException) {
      return new ModelException(
          Kind.INTERRUPTED, "reading %s was interrupted".formatted(file), cause);
    }
    if (cause instanceof NoSuchFileException) {
      return new ModelException(Kind.USAGE, "there is no file %s".formatted(file), cause);
    }
    return new ModelException(
        Kind.IO, "%s cannot be read: %s".formatted(file, Failures.reason(cause)), cause);
  }
}
