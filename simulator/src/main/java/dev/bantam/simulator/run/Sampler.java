package dev.bantam.simulator.run;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Takes a sample of a run at each interval. Its methods may be called by any thread; what it keeps
 * is confined to the fleet's context.
 */
final class Sampler {

  private static final double NANOS = 1e9;
  private static final long ENDED = -1;

  private final Vertx vertx;
  private final Fleet fleet;
  private final Supplier<List<WatchedProcess>> processes;
  private final CpuClock cpu;
  private final List<Sample> samples = new ArrayList<>();
  private final Promise<List<Sample>> ended = Promise.promise();
  private long startNanos;
  private long timer;
  private long lastNanos;
  private long shortestNanos;
  private boolean reading;

  Sampler(Vertx vertx, Fleet fleet, Supplier<List<WatchedProcess>> processes, CpuClock cpu) {
    this.vertx = vertx;
    this.fleet = fleet;
    this.processes = processes;
    this.cpu = cpu;
  }

  /**
   * Begins.
   *
   * @param start of the run, by {@code System.nanoTime}
   */
  void start(long start, Duration interval) {
    context()
        .runOnContext(
            nothing -> {
              startNanos = start;
              lastNanos = start;
              shortestNanos = interval.toNanos() / 2;
              timer = vertx.setPeriodic(interval.toMillis(), fired -> take());
            });
  }

  /** Takes a last sample, once. Completes with all of them. */
  Future<List<Sample>> stop() {
    context()
        .runOnContext(
            nothing -> {
              if (timer != ENDED) {
                vertx.cancelTimer(timer);
                timer = ENDED;
                take();
              }
            });
    return ended.future();
  }

  private Context context() {
    return fleet.context();
  }

  /**
   * Memory is read elsewhere, for it is a file. A sample that takes too long stands for two, and
   * where timers were late none is taken soon after another: of next to no time, rates say nothing.
   */
  private void take() {
    boolean soon = timer != ENDED && System.nanoTime() - lastNanos < shortestNanos;
    if (reading || soon) {
      return;
    }
    lastNanos = System.nanoTime();
    reading = true;
    vertx
        .executeBlocking(() -> Memory.of(processes.get()))
        .otherwise(Memory.UNKNOWN)
        .onSuccess(
            memory -> {
              reading = false;
              samples.add(sample(memory));
              if (timer == ENDED) {
                ended.tryComplete(List.copyOf(samples));
              }
            });
  }

  /** Of processes by their names, in bytes. */
  private record Memory(Map<String, Long> resident, Map<String, Long> own) {
    static final Memory UNKNOWN = new Memory(Map.of(), Map.of());

    static Memory of(List<WatchedProcess> processes) {
      return new Memory(ProcessMemory.resident(processes), ProcessMemory.own(processes));
    }
  }

  private Sample sample(Memory memory) {
    return new Sample(
        (System.nanoTime() - startNanos) / NANOS,
        fleet.sumOfMessages(),
        fleet.askers().total(),
        fleet.askers().recentLatency(),
        fleet.recentLag(),
        cpu.elapsed().toNanos() / NANOS,
        memory.resident(),
        memory.own(),
        fleet.swaps().recent());
  }
}
