package dev.bantam.models.store;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** Turns failures of the file system into errors that say what to do. */
public final class Failures {

  /** Below this a failed write is taken for a full disk, whatever the system's language. */
  private static final long NEARLY_NOTHING = 64 * 1024;

  private static final long MEGABYTE = 1_000_000;

  private Failures() {}

  /**
   * The error for a write that failed.
   *
   * @param file what was written
   * @param stillNeeded bytes that were still to come; 0 if not known
   */
  public static ModelException writing(Path file, long stillNeeded, IOException cause) {
    if (cause instanceof ClosedByInterruptException) {
      return new ModelException(Kind.INTERRUPTED, "interrupted while writing " + file, cause);
    }
    if (isDiskFull(file, cause)) {
      return diskFull(file, stillNeeded, cause);
    }
    return new ModelException(Kind.IO, "cannot write %s: %s".formatted(file, reason(cause)), cause);
  }

  private static boolean isDiskFull(Path file, IOException cause) {
    String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("no space left")
        || message.contains("quota exceeded")
        || DiskSpace.free(file) < NEARLY_NOTHING;
  }

  private static ModelException diskFull(Path file, long stillNeeded, IOException cause) {
    String needed =
        stillNeeded > 0
            ? "at least %s more needed, ".formatted(megabytes(stillNeeded))
            : "writing %s, ".formatted(file.getFileName());
    return new ModelException(
        Kind.DISK_FULL,
        "the disk that holds %s is full: %s%s free. %s"
            .formatted(file.getParent(), needed, megabytes(DiskSpace.free(file)), DiskSpace.ADVICE),
        cause);
  }

  /** The folder as users know it, without our own folder for unfinished work. */
  private static Path folder(Path file) {
    for (Path path = file; path != null; path = path.getParent()) {
      if (path.endsWith(Staging.FOLDER)) {
        return path.resolveSibling("");
      }
    }
    return file.resolveSibling("");
  }

  /** A file system's exception in words: its message is often no more than the path. */
  public static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "no such file";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileSystemException failure && failure.getReason() != null) {
      return failure.getReason();
    }
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  /** A number of bytes as people read it, e.g. {@code 98.4 MB}. */
  public static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f MB", (double) bytes / MEGABYTE);
  }
}
