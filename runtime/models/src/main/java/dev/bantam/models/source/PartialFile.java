package dev.bantam.models.source;

import dev.bantam.models.ModelException;
import dev.bantam.models.store.DiskSpace;
import dev.bantam.models.store.Failures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file that grows, over several attempts and processes, and the mark (entity tag) that its server
 * gave it: what has another mark tomorrow is another file.
 */
record PartialFile(Path path) {

  private static final int LONGEST_TAG = 1024;

  long length() {
    return path.toFile().length();
  }

  /** Sees to it that the rest of the file can be written; what is too long is removed. */
  void prepare(Wanted wanted) throws ModelException {
    try {
      Files.createDirectories(path.resolveSibling(""));
      if (length() > wanted.size()) {
        Files.delete(path);
      }
      DiskSpace.require(
          path.resolveSibling(""), wanted.size() - length(), "the download of " + wanted.file());
    } catch (IOException e) {
      throw Failures.writing(path, wanted.size(), e);
    }
  }

  /** The strong entity tag of what is there (RFC 9110, 8.8.3), if the server gave one. */
  Optional<String> entityTag() {
    try {
      return Files.exists(tagFile()) ? Optional.of(Files.readString(tagFile())) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Notes the tag of a file that begins to arrive. Without it, nothing but the digest tells. */
  void remember(Optional<String> tag) {
    try {
      if (tag.isPresent() && tag.get().matches("\"[!#-~]*\"") && tag.get().length() < LONGEST_TAG) {
        Files.writeString(tagFile(), tag.get());
      } else {
        Files.deleteIfExists(tagFile());
      }
    } catch (IOException e) {
      // A full disk is found by what writes the file itself.
    }
  }

  private Path tagFile() {
    return path.resolveSibling(path.getFileName() + ".etag");
  }

  /** Gives the space back. */
  void remove(Exception why) {
    try {
      Files.deleteIfExists(path);
      Files.deleteIfExists(tagFile());
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }
}
