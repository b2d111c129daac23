package dev.bantam.runtime.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** The kernel's files, below a folder that is the machine's root or looks like it. */
public final class SystemFiles {

  private SystemFiles() {}

  /** No lines where the file cannot be read. */
  public static List<String> lines(Path root, String path) {
    try {
      return Files.readAllLines(root.resolve(path), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return List.of();
    }
  }

  /**
   * The word at {@code index} of the file's first line, from 0; empty if it is no whole number of
   * 18 digits at most ("max" is none).
   */
  public static OptionalLong number(Path folder, String file, int index) {
    return lines(folder, file).stream()
        .limit(1)
        .map(line -> line.trim().split("\\s+"))
        .filter(words -> words.length > index && words[index].matches("[0-9]{1,18}"))
        .mapToLong(words -> Long.parseLong(words[index]))
        .findFirst();
  }

  /**
   * The number behind a name, in a file of lines of a name and a number, such as {@code
   * memory.events}; empty if there is none.
   */
  public static OptionalLong named(Path folder, String file, String name) {
    return lines(folder, file).stream()
        .map(line -> line.trim().split("\\s+"))
        .filter(
            words -> words.length == 2 && words[0].equals(name) && words[1].matches("[0-9]{1,18}"))
        .mapToLong(words -> Long.parseLong(words[1]))
        .findFirst();
  }
}
