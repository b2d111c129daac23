package dev.bantam.runtime.cli.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A JVM like this one, to be started. It has a folder of its own for what it unpacks, for one that
 * crashes or is killed leaves that; close this when it has ended.
 */
public final class ChildJvm implements AutoCloseable {

  private final Path folder;
  private final List<String> usual;

  private ChildJvm(Path folder, List<String> usual) {
    this.folder = folder;
    this.usual = List.copyOf(usual);
  }

  /**
   * @param options of the JVM
   */
  public static ChildJvm with(List<String> options) throws IOException {
    return new ChildJvm(Files.createTempDirectory("bantam-child"), options);
  }

  /** Gone with the child. */
  public Path folder() {
    return folder;
  }

  /**
   * How it is started.
   *
   * @param further options of the JVM
   * @param arguments the main class and what it is told
   */
  public List<String> command(List<String> further, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(usual);
    // The signal's name comes on standard output; no files are left where it was started.
    command.addAll(List.of("-XX:ErrorFile=/dev/null", "-XX:-CreateCoredumpOnCrash"));
    command.add("-Djava.io.tmpdir=" + folder);
    command.add("-Djna.tmpdir=" + folder);
    command.addAll(further);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(arguments));
    return command;
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
