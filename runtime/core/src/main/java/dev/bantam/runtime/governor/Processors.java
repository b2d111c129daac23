package dev.bantam.runtime.governor;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The kernel's folders of processors. */
final class Processors {

  private Processors() {}

  /** None where there are none to be read. Blocking. */
  static Stream<Path> folders(Path root) {
    List<Path> found = new ArrayList<>();
    Path cpus = root.resolve("sys/devices/system/cpu");
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(cpus, "cpu[0-9]*")) {
      folders.forEach(found::add);
    } catch (IOException | DirectoryIteratorException e) {
      return Stream.empty();
    }
    return found.stream();
  }
}
