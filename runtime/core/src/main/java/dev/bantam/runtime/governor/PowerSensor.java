package dev.bantam.runtime.governor;

import dev.bantam.runtime.machine.PowerMode;
import dev.bantam.runtime.machine.SystemFiles;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How fast the processor may run: {@code scaling_max_freq} of {@code cpuinfo_max_freq}, of the core
 * that may least; and the name of a Jetson's mode of power ({@code nvpmodel}). It presses the
 * device only if its profile says from when on.
 */
final class PowerSensor implements Sensor {

  private static final int PERCENT = 100;

  private final Path root;
  private final OptionalInt least;
  private volatile Optional<String> mode = Optional.empty();

  /**
   * @param root {@code /}, or a folder that looks like it
   * @param least percent of the processor's frequency below which it presses the device; empty for
   *     never
   */
  PowerSensor(Path root, OptionalInt least) {
    this.root = root;
    this.least = least;
  }

  @Override
  public SensorKind kind() {
    return SensorKind.POWER;
  }

  /** The mode of power when it was read last; empty where there are none. Any thread. */
  Optional<String> mode() {
    return mode;
  }

  @Override
  public Optional<Reading> read() {
    mode = PowerMode.read(root);
    OptionalInt share =
        Processors.folders(root)
            .map(cpu -> share(cpu.resolve("cpufreq")))
            .flatMapToInt(OptionalInt::stream)
            .min();
    if (share.isEmpty()) {
      return Optional.empty();
    }
    int percent = share.getAsInt();
    boolean isShort = least.isPresent() && percent < least.getAsInt();
    return Optional.of(
        new Reading(
            isShort ? Level.HIGH : Level.NORMAL,
            "the processor may run at %d %% of its frequency%s"
                .formatted(percent, mode.map(" (mode of power %s)"::formatted).orElse(""))));
  }

  private static OptionalInt share(Path folder) {
    OptionalLong allowed = SystemFiles.number(folder, "scaling_max_freq", 0);
    OptionalLong most = SystemFiles.number(folder, "cpuinfo_max_freq", 0);
    return allowed.isPresent() && most.isPresent() && most.getAsLong() > 0
        ? OptionalInt.of((int) Math.min(PERCENT, allowed.getAsLong() * PERCENT / most.getAsLong()))
        : OptionalInt.empty();
  }
}
