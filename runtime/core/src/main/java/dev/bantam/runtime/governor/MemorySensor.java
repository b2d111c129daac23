package dev.bantam.runtime.governor;

import dev.bantam.documents.Quantities;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * How short memory is, by the worst of what is there: the time for which threads wait for it (or,
 * without that, how much is left), what the control group tells, what is swapped, and what the
 * models take of their budget. Once critical, it stays so until it was better than high for a
 * while, for a device that takes no requests has memory at once.
 */
final class MemorySensor implements Sensor {

  private static final double LITTLE_LEFT = 10;
  private static final double HARDLY_ANY_LEFT = 5;

  /** Pages a second, of 4 KiB mostly: 1 and 8 MiB. */
  private static final long SOME_SWAPPED = 256;

  private static final long MUCH_SWAPPED = 2048;

  /** A model can take more than was predicted; a quarter more is a wrong model or a leak. */
  private static final double FAR_OVER_BUDGET = 1.25;

  private final MemoryFiles files;
  private final MemoryLimits limits;
  private final Own own;
  private final Duration hold;
  private final LongSupplier nanoTime;
  private final Map<Count, Long> counts = new EnumMap<>(Count.class);
  private boolean isCritical;
  private long betterSince;

  /** What is counted since some start, so that only its growth says anything. */
  private enum Count {
    OUT_OF_MEMORY,
    AT_LIMIT,
    SLOWED_DOWN,
    SWAPPED
  }

  /**
   * What the models of this process take.
   *
   * @param bytes as measured
   * @param budget in bytes
   */
  record Own(LongSupplier bytes, long budget) {}

  /**
   * @param root {@code /}, or a folder that looks like it
   * @param hold how long it must be better before it is no longer critical
   * @param nanoTime a clock that never goes back
   */
  MemorySensor(Path root, MemoryLimits limits, Own own, Duration hold, LongSupplier nanoTime) {
    this.files = new MemoryFiles(root);
    this.limits = limits;
    this.own = own;
    this.hold = hold;
    this.nanoTime = nanoTime;
  }

  @Override
  public SensorKind kind() {
    return SensorKind.MEMORY;
  }

  @Override
  public Optional<Reading> read() {
    Optional<Reading> system =
        Stream.of(
                pressure().or(this::available),
                grown(Count.OUT_OF_MEMORY, files.outOfMemory())
                    .map(times -> found(Level.CRITICAL, "the control group was out of memory")),
                grown(Count.SLOWED_DOWN, files.slowedDown())
                    .map(times -> found(Level.RAISED, "the control group is slowed down")),
                grown(Count.AT_LIMIT, files.atLimit())
                    .map(times -> found(Level.RAISED, "the control group is at its limit")),
                grown(Count.SWAPPED, files.swapped()).flatMap(MemorySensor::swapped))
            .flatMap(Optional::stream)
            .reduce(Reading::worse);
    return system.map(found -> held(Reading.worse(found, ownNeed())));
  }

  private static Reading found(Level level, String words) {
    return new Reading(level, words);
  }

  private Optional<Reading> pressure() {
    return files.pressure().stream()
        .mapToObj(
            percent ->
                found(
                    limits.of(percent), "%.1f %% of the time waits for memory".formatted(percent)))
        .findFirst();
  }

  private Optional<Reading> available() {
    return files.available().stream()
        .mapToObj(
            percent ->
                found(
                    percent < HARDLY_ANY_LEFT
                        ? Level.HIGH
                        : percent < LITTLE_LEFT ? Level.RAISED : Level.NORMAL,
                    "%.1f %% of the memory is left".formatted(percent)))
        .findFirst();
  }

  /** Empty if it has not grown. */
  private Optional<Long> grown(Count which, OptionalLong count) {
    if (count.isEmpty()) {
      return Optional.empty();
    }
    Long before = counts.put(which, count.getAsLong());
    return Optional.of(before == null ? 0 : count.getAsLong() - before).filter(more -> more > 0);
  }

  private static Optional<Reading> swapped(long pages) {
    Level level =
        pages >= MUCH_SWAPPED ? Level.HIGH : pages >= SOME_SWAPPED ? Level.RAISED : Level.NORMAL;
    return Optional.of(found(level, "%d pages a second are swapped".formatted(pages)));
  }

  private Reading ownNeed() {
    long bytes = own.bytes().getAsLong();
    Level level =
        bytes > own.budget() * FAR_OVER_BUDGET
            ? Level.HIGH
            : bytes > own.budget() ? Level.RAISED : Level.NORMAL;
    return found(
        level,
        "the models take %s of a budget of %s"
            .formatted(Quantities.show(bytes), Quantities.show(own.budget())));
  }

  private Reading held(Reading found) {
    long now = nanoTime.getAsLong();
    if (found.level() == Level.CRITICAL) {
      isCritical = true;
    }
    if (found.level().isAtLeast(Level.HIGH)) {
      betterSince = now;
    } else if (now - betterSince >= hold.toNanos()) {
      isCritical = false;
    }
    return isCritical ? new Reading(Level.CRITICAL, found.words()) : found;
  }
}
