package dev.bantam.simulator.run;

import dev.bantam.simulator.app.ApplicationReport;
import dev.bantam.simulator.app.Latencies;
import dev.bantam.simulator.app.RequestCounts;
import dev.bantam.simulator.scenario.Expectations;
import dev.bantam.simulator.scenario.Expectations.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Compares what came of a run with what was expected.
 *
 * @param messages of sensors, logs and replays
 * @param applications of the run
 * @param latency of all applications together
 * @param lag of the simulator itself
 */
record Judge(
    MessageCounts messages,
    List<ApplicationReport> applications,
    Latencies.Figures latency,
    LagFigures lag) {

  /** What is expected where a scenario says nothing: that nothing is lost. */
  static final Expectations USUAL =
      new Expectations(Map.of(Metric.LOST_MESSAGES, 0.0, Metric.LOST_REQUESTS, 0.0), Map.of());

  List<Verdict> verdicts(Expectations expectations) {
    List<Verdict> verdicts = new ArrayList<>();
    expectations
        .atMost()
        .forEach((metric, bound) -> verdicts.add(new Verdict(metric, true, bound, of(metric))));
    expectations
        .atLeast()
        .forEach((metric, bound) -> verdicts.add(new Verdict(metric, false, bound, of(metric))));
    return verdicts;
  }

  private double of(Metric metric) {
    return switch (metric) {
      case LOST_MESSAGES -> messages.lost();
      case SENT_REQUESTS -> requests(RequestCounts::sent);
      case ANSWERED_REQUESTS -> requests(RequestCounts::answered);
      case REFUSED_REQUESTS -> requests(RequestCounts::refused);
      case EXPIRED_REQUESTS -> requests(RequestCounts::expired);
      case LOST_REQUESTS -> requests(RequestCounts::lost);
      case EXTRA_ANSWERS -> applications.stream().mapToLong(ApplicationReport::extraAnswers).sum();
      case OUT_OF_ORDER -> applications.stream().mapToLong(ApplicationReport::outOfOrder).sum();
      case LATENCY_P50 -> latency.p50();
      case LATENCY_P99 -> latency.p99();
      case LATENCY_MAX -> latency.max();
      case LAG_P99 -> lag.p99Ms();
    };
  }

  private long requests(ToLongFunction<RequestCounts> what) {
    return applications.stream().map(ApplicationReport::total).mapToLong(what).sum();
  }
}
