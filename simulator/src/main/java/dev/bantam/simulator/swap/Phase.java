package dev.bantam.simulator.swap;

import dev.bantam.simulator.app.Latencies;
import dev.bantam.simulator.app.Latencies.Figures;
import java.util.Map;
import java.util.TreeMap;

/**
 * One part of a run: how long answers took to requests that were due in it.
 *
 * @param name for reports
 * @param fromNanos since the run's start
 * @param toNanos likewise; the first that is not in it
 */
record Phase(
    String name,
    long fromNanos,
    long toNanos,
    Latencies all,
    Map<String, Latencies> byApplication) {

  private static final double NANOS = 1e9;

  Phase(String name, long fromNanos, long toNanos) {
    this(name, fromNanos, toNanos, new Latencies(), new TreeMap<>());
  }

  /**
   * Takes in an answer, if its request is of this part.
   *
   * @param dueNanos since the run's start
   */
  void add(String application, long dueNanos, long latencyNanos) {
    if (dueNanos >= fromNanos && dueNanos < toNanos) {
      all.add(latencyNanos);
      byApplication.computeIfAbsent(application, id -> new Latencies()).add(latencyNanos);
    }
  }

  /**
   * What it comes to.
   *
   * @param endNanos of the run, since its start
   */
  PhaseReport report(long endNanos) {
    Map<String, Figures> each = new TreeMap<>();
    byApplication.forEach((id, latencies) -> each.put(id, latencies.figures()));
    return new PhaseReport(
        name, fromNanos / NANOS, Math.min(toNanos, endNanos) / NANOS, all.figures(), each);
  }
}
