package dev.bantam.runtime.heat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a thermometer again and again, and tells when the device gets hotter or cooler. A single
 * wrong value changes nothing: the middle one of the last three counts.
 *
 * <p>Threads: every method is called on its Vert.x context, but for {@link #state} and {@link
 * #temperature}, which any thread may ask.
 */
public final class HeatWatch {

  private static final Logger LOG = LoggerFactory.getLogger(HeatWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final int COUNTED = 3;

  /** A device whose thermometer is silent for so long is taken for a cool one. */
  private static final Duration SILENCE = Duration.ofMinutes(1);

  private final Context context;
  private final Thermometer thermometer;
  private final HeatPolicy policy;
  private final Consumer<HeatState> changed;
  private final Deque<Temperature> last = new ArrayDeque<>();
  private volatile @Nullable Temperature current;
  private volatile HeatState state = HeatState.NORMAL;
  private long stateSince = System.nanoTime();
  private long readAt = System.nanoTime();
  private boolean stopped;

  /**
   * @param changed told the new state, on the context; not about the first reading
   */
  public HeatWatch(
      Context context, Thermometer thermometer, HeatPolicy policy, Consumer<HeatState> changed) {
    this.context = context;
    this.thermometer = thermometer;
    this.policy = policy;
    this.changed = changed;
  }

  /**
   * Begins.
   *
   * @return completes after the first reading, when {@link #state} says how it is
   */
  public Future<Void> start() {
    return read()
        .map(
            first -> {
              if (first.isEmpty()) {
                LOG.info(
                    "no thermal zone below {} shows a temperature; the device does not spare itself when it is hot",
                    thermometer.root());
              }
              take(first, nothing -> {});
              again();
              return null;
            });
  }

  /** Reads no more and tells nothing more. */
  public void stop() {
    stopped = true;
  }

  /** How hot the device is. */
  public HeatState state() {
    return state;
  }

  /** What the thermometer shows, less values that stand alone; empty if it shows nothing. */
  public Optional<Temperature> temperature() {
    return Optional.ofNullable(current);
  }

  private Future<Optional<Temperature>> read() {
    return context.executeBlocking(thermometer::read, false);
  }

  private void again() {
    if (stopped) {
      return;
    }
    context
        .owner()
        .setTimer(
            EVERY.toMillis(),
            id ->
                read()
                    .onComplete(
                        read -> {
                          take(read.succeeded() ? read.result() : Optional.empty(), changed);
                          again();
                        }));
  }

  private void take(Optional<Temperature> found, Consumer<HeatState> told) {
    if (stopped) {
      return;
    }
    long now = System.nanoTime();
    if (found.isPresent()) {
      readAt = now;
      last.addLast(found.get());
      if (last.size() > COUNTED) {
        last.removeFirst();
      }
      Temperature counted = middle();
      current = counted;
      enter(policy.next(state, counted.celsius(), Duration.ofNanos(now - stateSince)), now, told);
    } else if (current != null && now - readAt > SILENCE.toNanos()) {
      LOG.warn("no thermal zone shows a temperature any more; the device is taken for a cool one");
      last.clear();
      current = null;
      enter(HeatState.NORMAL, now, told);
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

  private void enter(HeatState next, long now, Consumer<HeatState> told) {
    if (next == state) {
      return;
    }
    LOG.info("the device is {} ({}), it was {}", next.wireName(), words(), state.wireName());
    state = next;
    stateSince = now;
    told.accept(next);
  }

  private String words() {
    Temperature shown = current;
    return shown == null
        ? "no temperature"
        : "%.1f °C in %s".formatted(shown.celsius(), shown.zone());
  }
}
