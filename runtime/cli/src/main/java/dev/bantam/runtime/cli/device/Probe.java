package dev.bantam.runtime.cli.device;

import dev.bantam.inference.selftest.SelfTestMain;
import dev.bantam.runtime.device.DeviceRecord;
import dev.bantam.runtime.device.DeviceRecord.PassedOver;
import dev.bantam.runtime.device.SelfTest;
import dev.bantam.runtime.profile.DeviceProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tries execution providers and libraries, each in JVMs like this one, until one runs every kernel
 * right. The last is the CPU with Bantam's own libraries. Blocking.
 */
final class Probe {

  private final Map<String, String> machine;
  private final List<PassedOver> passedOver = new ArrayList<>();

  /**
   * @param machine what the record holds for
   */
  Probe(Map<String, String> machine) {
    this.machine = machine;
  }

  /**
   * The first of the wanted that can be used.
   *
   * @throws IOException if nothing was found out
   */
  DeviceRecord choose(Wish wish) throws IOException, InterruptedException {
    Optional<String> unloadable = Optional.empty();
    for (String provider : wish.providers()) {
      Optional<Path> libraries = wish.libraries();
      if (unloadable.isPresent()) {
        pass(provider, libraries, unloadable.get());
      } else if (libraries.isPresent()) {
        DeviceRecord record = test(provider, libraries);
        if (record.isSound()) {
          return record;
        }
        pass(provider, libraries, record.objection().orElseThrow());
        unloadable = record.onnxruntime().isEmpty() ? record.problem() : Optional.empty();
      } else if (!provider.equals(DeviceProfile.CPU)) {
        pass(
            provider,
            libraries,
            "Bantam's own libraries do not hold it; name a folder with libraries that do by native_libraries in bantam.yaml");
      }
    }
    return test(DeviceProfile.CPU, Optional.empty());
  }

  private void pass(String provider, Optional<Path> libraries, String reason) {
    passedOver.add(new PassedOver(provider, libraries.map(Path::toString), reason));
  }

  /** The child has a folder of its own for what it unpacks: one that crashes leaves it. */
  private DeviceRecord test(String provider, Optional<Path> libraries)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("bantam-self-test");
    try {
      return new SelfTest(command(folder, provider, libraries), SelfTest.USUAL_SILENCE)
          .run(machine)
          .on(provider, libraries.map(Path::toString), passedOver);
    } finally {
      delete(folder);
    }
  }

  private static List<String> command(Path folder, String provider, Optional<Path> libraries) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m", "-Xshare:auto"));
    // The signal's name comes on standard output; no files are left where it was started.
    command.addAll(List.of("-XX:ErrorFile=/dev/null", "-XX:-CreateCoredumpOnCrash"));
    command.add("-Djava.io.tmpdir=" + folder);
    command.add("-Djna.tmpdir=" + folder);
    libraries.ifPresent(path -> command.add("-D%s=%s".formatted(Machine.NATIVE_PATH, path)));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(SelfTestMain.class.getName());
    command.add(provider);
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
