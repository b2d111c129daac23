package dev.bantam.simulator.scenario;

import dev.bantam.simulator.signal.NumberReading;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A device that the simulator starts: a process of its own on this machine.
 *
 * @param id its device id
 * @param fleet groups whose work it shares
 * @param profile a device profile's name, or a file beside the scenario; empty to choose by the
 *     hardware
 * @param models that are pulled before, once for all devices
 * @param imports that are made in its own home before it starts
 * @param memoryBytes most memory; empty for no limit
 * @param cpus share of the machine in cores, such as 0.5; empty for no limit
 * @param diskBytes size of the file system that its home is on; empty for this machine's own
 * @param temperature its curve in °C; empty for none
 * @param memoryPressure curve of the time for which it waits for memory, in percent; empty for none
 * @param config what else stands in its {@code bantam.yaml}
 * @param attachments where {@code profile} is looked for
 */
public record DeviceSpec(
    String id,
    List<String> fleet,
    Optional<String> profile,
    List<String> models,
    List<Import> imports,
    Optional<Long> memoryBytes,
    Optional<Double> cpus,
    Optional<Long> diskBytes,
    Optional<NumberReading> temperature,
    Optional<NumberReading> memoryPressure,
    Map<String, Object> config,
    Attachments attachments) {

  public DeviceSpec {
    fleet = List.copyOf(fleet);
    models = List.copyOf(models);
    imports = List.copyOf(imports);
    config = Map.copyOf(config);
  }

  /**
   * A model that is made of a file.
   *
   * @param file beside the scenario
   * @param name of the model
   * @param quantize to what, as {@code model import} takes it; empty to take the file as it is
   */
  public record Import(String file, String name, Optional<String> quantize) {}

  /** Whether the scenario sets what some of its sensors show. */
  public boolean hasSensors() {
    return temperature.isPresent() || memoryPressure.isPresent();
  }

  /** Whether {@code profile} is a file. */
  public static boolean isFile(String profile) {
    return profile.endsWith(".yaml") || profile.contains("/");
  }
}
