package dev.bantam.simulator.run;

import dev.bantam.simulator.app.Latencies;

/** How late messages go out. Confined to one thread. */
final class Lag {

  private final Latencies times = new Latencies();

  /** Takes in how late one message is; what is early is not late. */
  void add(long nanos) {
    times.add(nanos);
  }

  LagFigures figures() {
    return of(times.figures());
  }

  /** Of those that went out since this was last called. */
  LagFigures recentFigures() {
    return of(times.recentFigures());
  }

  private static LagFigures of(Latencies.Figures figures) {
    return new LagFigures(figures.p50(), figures.p99(), figures.max());
  }
}
