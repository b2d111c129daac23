package dev.bantam.runtime.route;

import dev.bantam.runtime.config.RouteConfig;
import dev.bantam.template.Dialect;
import dev.bantam.template.JinjaTemplate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Holds messages back, or keeps them in windows, key by key. Remembers a bounded number of keys,
 * and forgets the least recently used.
 */
final class Sieve {

  /** What became of a message. */
  sealed interface Verdict {

    /**
     * It ends here.
     *
     * @param by the setting that held it back
     */
    record Filtered(String by) implements Verdict {}

    /** It waits in a window. */
    record InWindow(int messages) implements Verdict {}

    /** It goes on, alone or as a window's last. */
    record Ready(Batch batch) implements Verdict {}
  }

  /** What is remembered of a key. */
  private static final class Memory {
    private double passedValue = Double.NaN;
    private OptionalLong passedNanos = OptionalLong.empty();
    private List<RouteMessage> window = new ArrayList<>();
    private long openedNanos;
    private long lastNanos;
  }

  private final RouteConfig config;
  private final Variables variables;
  private final Optional<JinjaTemplate> where;
  private final boolean remembers;
  private final Map<String, Memory> keys = new LinkedHashMap<>(16, 0.75f, true);
  private final List<Batch> evicted = new ArrayList<>();
  private long evictions;

  Sieve(RouteConfig config, Variables variables, Clock clock) {
    this.config = config;
    this.variables = variables;
    this.where =
        config
            .sifting()
            .where()
            .map(
                expression ->
                    JinjaTemplate.compile(
                        "{% if " + expression + " %}1{% endif %}", Dialect.MEASURED, clock));
    this.remembers =
        config.window().isPresent()
            || config.sifting().deadband().isPresent()
            || config.sifting().atMostEvery().isPresent();
  }

  /**
   * Looks at a message.
   *
   * @param nowNanos by the monotonic clock
   * @throws RouteFailure {@code template}, if the condition cannot be computed
   */
  Verdict add(RouteMessage message, long nowNanos) throws RouteFailure {
    if (where.isPresent() && !holds(where.get(), message)) {
      return new Verdict.Filtered("where");
    }
    if (!remembers) {
      return new Verdict.Ready(new Batch(List.of(message)));
    }
    Memory memory = memory(message.key());
    Optional<Double> deadband = config.sifting().deadband();
    if (deadband.isPresent() && Math.abs(message.value() - memory.passedValue) < deadband.get()) {
      return new Verdict.Filtered("deadband");
    }
    Optional<Duration> pause = config.sifting().atMostEvery();
    if (pause.isPresent()
        && memory.passedNanos.isPresent()
        && nowNanos - memory.passedNanos.getAsLong() < pause.get().toNanos()) {
      return new Verdict.Filtered("at_most_every");
    }
    memory.passedValue = message.value();
    memory.passedNanos = OptionalLong.of(nowNanos);
    return config
        .window()
        .map(window -> window(window, memory, message, nowNanos))
        .orElseGet(() -> new Verdict.Ready(new Batch(List.of(message))));
  }

  private boolean holds(JinjaTemplate condition, RouteMessage message) throws RouteFailure {
    return !Variables.render(condition, variables.of(new Batch(List.of(message))), "where")
        .isEmpty();
  }

  private Memory memory(String key) {
    Memory known = keys.get(key);
    if (known != null) {
      return known;
    }
    Memory created = new Memory();
    keys.put(key, created);
    if (keys.size() > config.keys().most()) {
      Iterator<Memory> oldest = keys.values().iterator();
      Memory gone = oldest.next();
      oldest.remove();
      evictions++;
      if (!gone.window.isEmpty()) {
        evicted.add(new Batch(gone.window));
      }
    }
    return created;
  }

  private static Verdict window(
      RouteConfig.Window window, Memory memory, RouteMessage message, long nowNanos) {
    if (memory.window.isEmpty()) {
      memory.openedNanos = nowNanos;
    }
    memory.lastNanos = nowNanos;
    memory.window.add(message);
    int size = memory.window.size();
    boolean changed =
        window.change().isPresent()
            && size > 1
            && Math.abs(message.value() - memory.window.get(0).value()) >= window.change().get();
    boolean full = size >= window.count().orElse(window.most()) || size >= window.most();
    return changed || full ? new Verdict.Ready(close(memory)) : new Verdict.InWindow(size);
  }

  private static Batch close(Memory memory) {
    Batch batch = new Batch(memory.window);
    memory.window = new ArrayList<>();
    return batch;
  }

  /** The windows whose time is up. */
  List<Batch> due(long nowNanos) {
    if (config.window().isEmpty()) {
      return List.of();
    }
    Optional<Duration> time = config.window().get().time();
    Optional<Duration> quiet = config.window().get().quiet();
    List<Batch> due = new ArrayList<>();
    for (Memory memory : keys.values()) {
      if (!memory.window.isEmpty()
          && (isOver(time, memory.openedNanos, nowNanos)
              || isOver(quiet, memory.lastNanos, nowNanos))) {
        due.add(close(memory));
      }
    }
    return due;
  }

  private static boolean isOver(Optional<Duration> limit, long since, long now) {
    return limit.isPresent() && now - since >= limit.get().toNanos();
  }

  /** All windows, complete or not. */
  List<Batch> flush() {
    return keys.values().stream().filter(m -> !m.window.isEmpty()).map(Sieve::close).toList();
  }

  /** Windows of keys that were forgotten since this was last asked. */
  List<Batch> takeEvicted() {
    if (evicted.isEmpty()) {
      return List.of();
    }
    List<Batch> gone = List.copyOf(evicted);
    evicted.clear();
    return gone;
  }

  /** Keys that are remembered. */
  int keys() {
    return keys.size();
  }

  /** Keys that were forgotten. */
  long evictions() {
    return evictions;
  }
}
