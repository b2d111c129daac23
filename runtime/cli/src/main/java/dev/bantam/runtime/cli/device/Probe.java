package dev.bantam.runtime.cli.device;

import dev.bantam.inference.selftest.SelfTestMain;
import dev.bantam.runtime.device.DeviceRecord;
import dev.bantam.runtime.device.DeviceRecord.PassedOver;
import dev.bantam.runtime.device.SelfTest;
import dev.bantam.runtime.profile.DeviceProfile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tries execution providers and libraries, each in JVMs like this one, until one runs every kernel
 * right. The last is the CPU with Bantam's own libraries. Blocking.
 */
final class Probe {

  private static final List<String> OPTIONS =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m", "-Xshare:auto");

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

  private DeviceRecord test(String provider, Optional<Path> libraries)
      throws IOException, InterruptedException {
    try (ChildJvm child = ChildJvm.with(OPTIONS)) {
      List<String> options = new ArrayList<>();
      libraries
          .or(Machine::ownNatives)
          .ifPresent(path -> options.add("-D%s=%s".formatted(Machine.NATIVE_PATH, path)));
      List<String> command = child.command(options, SelfTestMain.class.getName(), provider);
      return new SelfTest(command, SelfTest.USUAL_SILENCE)
          .run(machine)
          .on(provider, libraries.map(Path::toString), passedOver);
    }
  }
}
