package dev.bantam.runtime.governor;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Reads the sensors once a second, and lets the policy say what is to be given up. Every method is
 * called on its Vert.x context, but for those that any thread may ask.
 */
public final class GovernorWatch {

  private static final Duration EVERY = Duration.ofSeconds(1);

  private final Context context;
  private final GovernorPlan plan;
  private final Sensors sensors;
  private final Consumer<Now> told;
  private volatile Now now;
  private boolean stopped;

  /**
   * How it is.
   *
   * @param plan by which
   * @param state of the steps
   * @param readings of sensors that show something
   */
  public record Now(GovernorPlan plan, GovernorState state, Map<SensorKind, Reading> readings) {

    public Now {
      readings = Map.copyOf(readings);
    }

    /** What the device gives up. */
    public Set<Measure> measures() {
      return plan.policy().measures(state, levels(readings));
    }

    /** Of a sensor; {@link Level#NORMAL} of one that shows nothing. */
    public Level level(SensorKind kind) {
      Reading shown = readings.get(kind);
      return shown == null ? Level.NORMAL : shown.level();
    }

    /** What presses the device most; empty if nothing shows anything. */
    public Optional<Map.Entry<SensorKind, Reading>> worst() {
      return readings.entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .reduce(
              (one, other) ->
                  other.getValue().level().compareTo(one.getValue().level()) > 0 ? other : one);
    }
  }

  /**
   * @param own measures what the models of this process take, in bytes; may block
   * @param budget what they may take, in bytes
   * @param told how it is, after each reading but the first; on the context
   */
  public GovernorWatch(
      Context context,
      SensorFiles files,
      GovernorPlan plan,
      LongSupplier own,
      long budget,
      Consumer<Now> told) {
    this.context = context;
    this.plan = plan;
    this.sensors = new Sensors(files, plan, new MemorySensor.Own(own, budget), System::nanoTime);
    this.told = told;
    this.now = new Now(plan, GovernorState.at(millis()), Map.of());
  }

  private static long millis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  /** Goes on from the steps that another has taken, whose ladder is the same. */
  public void takeOver(GovernorWatch before) {
    now = new Now(plan, before.now.state(), now.readings());
  }

  /**
   * Begins.
   *
   * @return completes after the first reading, when {@link #now} says how it is
   */
  public Future<Void> start() {
    return read()
        .map(
            first -> {
              take(first);
              again();
              return null;
            });
  }

  /** Reads no more and tells nothing more. */
  public void stop() {
    stopped = true;
  }

  /** How it is; any thread. */
  public Now now() {
    return now;
  }

  /** What is watched, though nothing may show it; any thread. */
  public List<SensorKind> kinds() {
    return sensors.kinds();
  }

  /** How hot the device is, less values that stand alone; any thread. */
  public Optional<Temperature> temperature() {
    return sensors.temperature();
  }

  /** The mode of power, where there are any; any thread. */
  public Optional<String> powerMode() {
    return sensors.powerMode();
  }

  private Future<Map<SensorKind, Reading>> read() {
    return context.executeBlocking(sensors::read, false);
  }

  private void again() {
    if (!stopped) {
      context.owner().setTimer(EVERY.toMillis(), timer -> read().onComplete(this::taken));
    }
  }

  private void taken(AsyncResult<Map<SensorKind, Reading>> read) {
    if (!stopped) {
      take(read.succeeded() ? read.result() : Map.of());
      told.accept(now);
      again();
    }
  }

  private void take(Map<SensorKind, Reading> readings) {
    now = new Now(plan, plan.policy().next(now.state(), levels(readings), millis()), readings);
  }

  private static Map<SensorKind, Level> levels(Map<SensorKind, Reading> readings) {
    Map<SensorKind, Level> levels = new EnumMap<>(SensorKind.class);
    readings.forEach((kind, reading) -> levels.put(kind, reading.level()));
    return levels;
  }
}
