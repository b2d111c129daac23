package dev.bantam.runtime.governor;

import dev.bantam.runtime.machine.SystemFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Whether the processor slows itself down. On a Raspberry Pi the firmware says so ({@code
 * get_throttled}: bit 0 under-voltage, 1 frequency capped, 2 throttled, 3 soft limit of
 * temperature; what has been once stands in higher bits, which count for nothing), on x86 counters
 * grow ({@code thermal_throttle}).
 */
final class ThrottlingSensor implements Sensor {

  static final String FIRMWARE = "sys/devices/platform/soc/soc:firmware/get_throttled";
  private static final List<String> FLAGS =
      List.of("under-voltage", "frequency capped", "throttled", "soft limit of temperature");

  /** Throttled, or at the soft limit. */
  private static final int SLOWED_DOWN = 0b1100;

  private static final int ALL_FLAGS = 0b1111;

  private final Path root;
  private OptionalLong count = OptionalLong.empty();

  /**
   * @param root {@code /}, or a folder that looks like it
   */
  ThrottlingSensor(Path root) {
    this.root = root;
  }

  @Override
  public SensorKind kind() {
    return SensorKind.THROTTLING;
  }

  @Override
  public Optional<Reading> read() {
    return Stream.of(firmware(), counters()).flatMap(Optional::stream).reduce(Reading::worse);
  }

  private Optional<Reading> firmware() {
    return SystemFiles.lines(root, FIRMWARE).stream()
        .limit(1)
        .map(line -> line.strip().replaceFirst("^0x", ""))
        .filter(line -> line.matches("[0-9a-fA-F]{1,8}"))
        .map(line -> (int) (Long.parseLong(line, 16) & ALL_FLAGS))
        .map(
            flags ->
                new Reading(
                    (flags & SLOWED_DOWN) != 0
                        ? Level.HIGH
                        : flags != 0 ? Level.RAISED : Level.NORMAL,
                    "the firmware says: " + words(flags)))
        .findFirst();
  }

  private static String words(int flags) {
    List<String> set =
        Stream.iterate(0, bit -> bit + 1)
            .limit(FLAGS.size())
            .filter(bit -> (flags >> bit & 1) == 1)
            .map(FLAGS::get)
            .toList();
    return set.isEmpty() ? "nothing is wrong" : String.join(", ", set);
  }

  private Optional<Reading> counters() {
    long[] counts =
        Processors.folders(root)
            .map(cpu -> cpu.resolve("thermal_throttle"))
            .flatMap(
                folder ->
                    Stream.of("core_throttle_count", "package_throttle_count")
                        .map(file -> SystemFiles.number(folder, file, 0)))
            .flatMapToLong(OptionalLong::stream)
            .toArray();
    if (counts.length == 0) {
      return Optional.empty();
    }
    long all = LongStream.of(counts).sum();
    long grown = count.isPresent() ? all - count.getAsLong() : 0;
    count = OptionalLong.of(all);
    return Optional.of(
        grown > 0
            ? new Reading(
                Level.HIGH, "the processor was slowed down %d times in a second".formatted(grown))
            : new Reading(Level.NORMAL, "the processor is not slowed down"));
  }
}
