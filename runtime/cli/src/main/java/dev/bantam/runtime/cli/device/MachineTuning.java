package dev.bantam.runtime.cli.device;

import dev.bantam.runtime.device.DeviceRecord;
import dev.bantam.runtime.machine.Processors;
import dev.bantam.runtime.profile.DeviceProfile;
import dev.bantam.runtime.profile.HardwareProbe;
import dev.bantam.runtime.tuning.Tuning;
import dev.bantam.runtime.tuning.TuningFiles;
import java.nio.file.Path;
import java.util.Optional;

/** What was measured on this machine of models' speeds. */
public final class MachineTuning {

  private MachineTuning() {}

  /** This machine's processors. */
  public static Processors processors() {
    return Processors.of(Path.of("/"));
  }

  /**
   * Reads nothing yet but what this machine is.
   *
   * @param record of the self-test; empty if none was made
   */
  public static Tuning of(Path home, Wish wish, Optional<DeviceRecord> record) {
    return new Tuning(
        TuningFiles.in(home),
        Machine.tuningIdentity(
            HardwareProbe.thisMachine(),
            processors(),
            wish,
            record.map(DeviceRecord::executionProvider).orElse(DeviceProfile.CPU)));
  }
}
