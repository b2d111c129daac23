package dev.bantam.runtime.cli.device;

import dev.bantam.inference.selftest.SelfTestMain;
import dev.bantam.runtime.device.DeviceRecord;
import dev.bantam.runtime.device.SelfTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Runs the self-test in a JVM like this one. */
final class ChildCommand {

  private ChildCommand() {}

  /**
   * Blocking. The child has a folder of its own for what it unpacks: one that crashes leaves it.
   *
   * @throws IOException if nothing was found out
   */
  static DeviceRecord test(Map<String, String> machine) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("bantam-self-test");
    try {
      return new SelfTest(command(folder), SelfTest.USUAL_SILENCE).run(machine);
    } finally {
      delete(folder);
    }
  }

  private static List<String> command(Path folder) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m", "-Xshare:auto"));
    // The signal's name comes on standard output; no files are left where it was started.
    command.addAll(List.of("-XX:ErrorFile=/dev/null", "-XX:-CreateCoredumpOnCrash"));
    command.add("-Djava.io.tmpdir=" + folder);
    command.add("-Djna.tmpdir=" + folder);
    Machine.nativePath()
        .ifPresent(path -> command.add("-D%s=%s".formatted(Machine.NATIVE_PATH, path)));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(SelfTestMain.class.getName());
    return command;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
