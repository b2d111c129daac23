package dev.bantam.models.store;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Asks for room on a disk before the work begins, where the need is known. */
public final class DiskSpace {

  static final String ADVICE =
      "Free some space there (\"bantam model list\" and \"bantam model rm NAME\" remove models),"
          + " or set BANTAM_HOME to a folder on a larger disk, and try again";

  private DiskSpace() {}

  /**
   * @param folder where the bytes will go; need not exist yet
   * @param needed in bytes
   * @param what the bytes are for, e.g. {@code the import of a.gguf}
   * @throws ModelException DISK_FULL if there is less free, with both figures
   */
  public static void require(Path folder, long needed, String what) throws ModelException {
    long free = free(folder);
    if (free < needed) {
      throw new ModelException(
          Kind.DISK_FULL,
          "too little space for %s: %s needed, %s free on the disk that holds %s. %s"
              .formatted(
                  what, Failures.megabytes(needed), Failures.megabytes(free), folder, ADVICE));
    }
  }

  /** Bytes that this process may still write beside {@code path}; very large if not known. */
  static long free(Path path) {
    Path existing = nearestExisting(path.toAbsolutePath());
    if (existing == null) {
      return Long.MAX_VALUE;
    }
    // Not Files.getFileStore: it looks the mount point up in a table that a chroot may not have.
    File file = existing.toFile();
    return file.getTotalSpace() == 0 ? Long.MAX_VALUE : file.getUsableSpace();
  }

  private static @Nullable Path nearestExisting(Path path) {
    Path candidate = path;
    while (candidate != null && !Files.exists(candidate)) {
      candidate = candidate.getParent();
    }
    return candidate;
  }
}
