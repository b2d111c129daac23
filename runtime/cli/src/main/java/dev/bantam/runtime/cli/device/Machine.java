package dev.bantam.runtime.cli.device;

import ai.onnxruntime.OrtEnvironment;
import dev.bantam.runtime.device.SelfTest;
import dev.bantam.runtime.health.BantamVersion;
import dev.bantam.runtime.machine.Processors;
import dev.bantam.runtime.profile.Hardware;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What a self-test's result holds for: another processor or other software needs another test. */
final class Machine {

  static final String NATIVE_PATH = "onnxruntime.native.path";

  /** Where Bantam's own native libraries are unpacked already, as in the container's image. */
  private static final String OWN_NATIVES = "bantam.natives";

  private Machine() {}

  /** By name. Loads nothing. */
  static Map<String, String> identity(Hardware hardware, Wish wish) {
    Map<String, String> identity = new TreeMap<>();
    identity.put("architecture", hardware.architecture());
    hardware.cpuModel().ifPresent(model -> identity.put("cpu_model", model));
    identity.put("cpu_features", String.join(" ", new TreeSet<>(hardware.cpuFeatures())));
    identity.put("bantam", BantamVersion.get());
    identity.put("selftest", SelfTest.VERSION);
    identity.put("onnxruntime_java", javaVersion());
    identity.put("execution_providers", String.join(" ", wish.providers()));
    wish.libraries().ifPresent(path -> identity.put("native_libraries", path + libraries(path)));
    return identity;
  }

  /**
   * What a measurement of speed holds for, by name.
   *
   * @param provider what models are computed on
   */
  static Map<String, String> tuningIdentity(
      Hardware hardware, Processors processors, Wish wish, String provider) {
    Map<String, String> identity = new TreeMap<>(identity(hardware, wish));
    // How fast a graph runs is ONNX Runtime's doing.
    identity.keySet().removeAll(List.of("bantam", "selftest", "execution_providers"));
    identity.put("execution_provider", provider);
    identity.put("cores", String.valueOf(hardware.usableCores()));
    identity.put("processors", processors.allowed().toString());
    return identity;
  }

  private static String javaVersion() {
    Package own = OrtEnvironment.class.getPackage();
    return Optional.ofNullable(own.getImplementationVersion()).orElse("unknown");
  }

  /** Where somebody has said that other native libraries are than Bantam's own. */
  static Optional<Path> nativePath() {
    return Optional.ofNullable(System.getProperty(NATIVE_PATH))
        .map(Path::of)
        .filter(path -> !ownNatives().equals(Optional.of(path)));
  }

  /** Where Bantam's own native libraries are; empty where they are in their jars. */
  static Optional<Path> ownNatives() {
    return Optional.ofNullable(System.getProperty(OWN_NATIVES)).map(Path::of);
  }

  /** Size and time of each file, for one of the same name may be another library. */
  private static String libraries(Path folder) {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        all.append(
            " %s %d %s;"
                .formatted(file.getFileName(), Files.size(file), Files.getLastModifiedTime(file)));
      }
    } catch (IOException e) {
      all.append(' ').append(e);
    }
    return all.toString();
  }
}
