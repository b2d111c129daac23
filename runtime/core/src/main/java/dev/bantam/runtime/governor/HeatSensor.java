package dev.bantam.runtime.governor;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How hot the device is. A single wrong value changes nothing: the middle one of the last three
 * counts. What it shows last, any thread may ask.
 */
final class HeatSensor implements Sensor {

  private static final Logger LOG = LoggerFactory.getLogger(HeatSensor.class);
  private static final int COUNTED = 3;

  /** A device whose thermometer is silent for so long is taken for a cool one. */
  private static final Duration SILENCE = Duration.ofMinutes(1);

  private final Thermometer thermometer;
  private final HeatPolicy policy;
  private final LongSupplier nanoTime;
  private final Deque<Temperature> last = new ArrayDeque<>();
  private volatile @Nullable Temperature current;
  private volatile Level level = Level.NORMAL;
  private long coolSince;
  private long readAt;

  /**
   * @param nanoTime a clock that never goes back
   */
  HeatSensor(Thermometer thermometer, HeatPolicy policy, LongSupplier nanoTime) {
    this.thermometer = thermometer;
    this.policy = policy;
    this.nanoTime = nanoTime;
  }

  @Override
  public SensorKind kind() {
    return SensorKind.TEMPERATURE;
  }

  /** What the thermometer shows, less values that stand alone; empty if it shows nothing. */
  Optional<Temperature> temperature() {
    return Optional.ofNullable(current);
  }

  @Override
  public Optional<Reading> read() {
    long now = nanoTime.getAsLong();
    Optional<Temperature> found = thermometer.read();
    if (found.isPresent()) {
      readAt = now;
      take(found.get(), now);
    } else if (current != null && now - readAt > SILENCE.toNanos()) {
      LOG.warn("no thermal zone shows a temperature any more; the device is taken for a cool one");
      last.clear();
      current = null;
      level = Level.NORMAL;
    }
    return temperature().map(shown -> new Reading(level, words(shown)));
  }

  private void take(Temperature found, long now) {
    last.addLast(found);
    if (last.size() > COUNTED) {
      last.removeFirst();
    }
    Temperature counted = middle();
    current = counted;
    if (!policy.isCool(level, counted.celsius())) {
      coolSince = now;
    }
    Level next = policy.next(level, counted.celsius(), Duration.ofNanos(now - coolSince));
    if (next != level) {
      LOG.info(
          "the device is {} ({}), it was {}", next.heatName(), words(counted), level.heatName());
      level = next;
      coolSince = now;
    }
  }

  /** Of two the lower. */
  private Temperature middle() {
    return last.stream()
        .sorted(Comparator.comparingDouble(Temperature::celsius))
        .skip((last.size() - 1) / 2)
        .findFirst()
        .orElseThrow();
  }

  private static String words(Temperature shown) {
    return "%s °C in %s".formatted(shown.tenths(), shown.zone());
  }
}
