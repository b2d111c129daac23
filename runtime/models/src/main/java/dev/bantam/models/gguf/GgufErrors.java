package dev.bantam.models.gguf;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;

/** The exceptions of this package: each says in which file, where and about what. */
final class GgufErrors {

  private static final String ADVICE = "; the file is damaged or no sound GGUF: fetch it again";

  private GgufErrors() {}

  /**
   * @param offset byte of the file that shows the fault
   * @param subject key, tensor or header field
   */
  static ModelException malformed(Path file, long offset, String subject, String problem) {
    return new ModelException(Kind.MALFORMED, at(file, offset, subject) + problem + ADVICE);
  }

  static ModelException unsupported(Path file, long offset, String subject, String problem) {
    return new ModelException(Kind.UNSUPPORTED, at(file, offset, subject) + problem);
  }

  static ModelException failedRead(Path file, IOException cause) {
    if (cause instanceof ClosedByInterruptException) {
      return new ModelException(
          Kind.INTERRUPTED, "reading %s was interrupted".formatted(file), cause);
    }
    return new ModelException(
        Kind.IO, "%s cannot be read: %s".formatted(file, cause.getMessage()), cause);
  }

  private static String at(Path file, long offset, String subject) {
    return "%s, byte %d, %s: ".formatted(file.getFileName(), offset, subject);
  }
}
