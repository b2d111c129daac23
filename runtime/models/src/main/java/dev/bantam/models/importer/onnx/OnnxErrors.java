package dev.bantam.models.importer.onnx;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.store.Failures;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The exceptions of this package. */
final class OnnxErrors {

  private OnnxErrors() {}

  static ModelException malformed(Path file, String problem) {
    return new ModelException(
        Kind.MALFORMED,
        "%s: %s; the file is damaged or no sound ONNX model: fetch or export it again"
            .formatted(file.getFileName(), problem));
  }

  static ModelException unsupported(Path file, String problem) {
    return new ModelException(Kind.UNSUPPORTED, "%s: %s".formatted(file.getFileName(), problem));
  }

  static ModelException usage(String problem) {
    return new ModelException(Kind.USAGE, problem);
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

  /** A name from a file, fit for a message. */
  static String shortened(String text) {
    String line = text.replaceAll("\\p{Cntrl}", "?");
    return line.length() <= 60 ? line : line.substring(0, 60) + "...";
  }
}
