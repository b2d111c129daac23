package dev.bantam.runtime.profile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The kernel's files, below a folder that is the machine's root or looks like it. */
final class SystemFiles {

  private SystemFiles() {}

  /** No lines where the file cannot be read. */
  static List<String> lines(Path root, String path) {
    try {
      return Files.readAllLines(root.resolve(path), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return List.of();
    }
  }
}
