package dev.bantam.inference.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/**
 * By which what was found out of a file is found again: another file, or a changed one, has
 * another. Files of installed models are named by their digests and never change.
 *
 * @param path absolute, without links
 * @param size bytes
 * @param modified when it was last written
 */
public record FileIdentity(Path path, long size, FileTime modified) {

  /**
   * Of a file as it is now.
   *
   * @throws IOException if it cannot be found
   */
  public static FileIdentity of(Path file) throws IOException {
    Path real = file.toRealPath();
    BasicFileAttributes found = Files.readAttributes(real, BasicFileAttributes.class);
    return new FileIdentity(real, found.size(), found.lastModifiedTime());
  }

  /** By hand, since a start waits 50 ms until Java has made the first one of a record. */
  @Override
  public int hashCode() {
    return 31 * path.hashCode() + Long.hashCode(size);
  }
}
