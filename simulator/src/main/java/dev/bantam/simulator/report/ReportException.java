package dev.bantam.simulator.report;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A report cannot be written. The message says why and what to do. */
public final class ReportException extends Exception {

  private static final long serialVersionUID = 1;

  ReportException(Path folder, IOException cause) {
    super(
        "the report cannot be written to %s: %s; give another folder by --report, or make room there"
            .formatted(folder, reason(cause)),
        cause);
  }

  private static String reason(IOException cause) {
    if (cause instanceof FileAlreadyExistsException) {
      return "it is no folder";
    }
    if (cause instanceof NoSuchFileException) {
      return "there is no such place";
    }
    if (cause instanceof AccessDeniedException) {
      return "that is not permitted";
    }
    return cause instanceof FileSystemException failure && failure.getReason() != null
        ? failure.getReason()
        : String.valueOf(cause.getMessage());
  }
}
