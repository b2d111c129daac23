package dev.bantam.runtime.profile;

import dev.bantam.documents.Document;
import dev.bantam.documents.DocumentReader;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One file with a profile.
 *
 * @param key the same for the same file
 * @param document as it was compared with the schema
 * @param folder where the paths in it start; empty for what is no file
 */
record ProfileDocument(String key, Document document, Optional<Path> folder) {

  /** Whether a reference is a file's path, and no name. */
  static boolean isFile(String reference) {
    return reference.contains("/") || reference.endsWith(".yaml");
  }

  static ProfileDocument of(DocumentReader reader, Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    return new ProfileDocument(
        absolute.toString(), reader.read(file), Optional.ofNullable(absolute.getParent()));
  }

  /**
   * @param name for messages
   */
  static ProfileDocument of(DocumentReader reader, String name, String text) {
    return new ProfileDocument(name, reader.read(name, text), Optional.empty());
  }

  static ProfileDocument shipped(DocumentReader reader, String name) {
    return of(reader, name + ".yaml", ShippedProfiles.text(name));
  }

  /** The one that this one means by {@code extends}; empty if no profile has the name. */
  Optional<ProfileDocument> parent(DocumentReader reader, String reference) {
    if (isFile(reference)) {
      Path file = folder.map(at -> at.resolve(reference)).orElse(Path.of(reference));
      return Optional.of(of(reader, file.normalize()));
    }
    return ShippedProfiles.NAMES.contains(reference)
        ? Optional.of(shipped(reader, reference))
        : Optional.empty();
  }
}
