package dev.bantam.simulator.run;

import dev.bantam.simulator.app.ApplicationReport;
import dev.bantam.simulator.app.Latencies;
import dev.bantam.simulator.app.RequestCounts;
import dev.bantam.simulator.scenario.Expectations;
import dev.bantam.simulator.scenario.Expectations.Metric;
import dev.bantam.simulator.swap.SlotReport;
import dev.bantam.simulator.swap.SwapResult;
import dev.bantam.simulator.swap.SwapsReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * Compares what came of a run with what was expected.
 *
 * @param tally of the run
 * @param wall how long the run took
 * @param samples of the run
 * @param detections of anomalies
 */
record Judge(Tally tally, Duration wall, List<Sample> samples, List<DetectionReport> detections) {

  private static final double NANOS = 1e9;

  /** What is expected where a scenario says nothing: that nothing is lost. */
  static final Expectations USUAL =
      Expectations.ofBounds(Map.of(Metric.LOST_MESSAGES, 0.0, Metric.LOST_REQUESTS, 0.0), Map.of());

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

  /** Empty where there was nothing to measure. */
  private Optional<Double> of(Metric metric) {
    DetectionReport detected = DetectionReport.sum(detections);
    MessageCounts messages = tally.messages();
    Latencies.Figures latency = tally.latency();
    SwapsReport swaps = tally.swaps();
    return switch (metric) {
      case LOST_MESSAGES -> count(messages.lost());
      case MESSAGES_PER_SECOND -> aSecond(messages.sent() + messages.acknowledged());
      case SENT_REQUESTS -> count(requests(RequestCounts::sent));
      case ANSWERED_REQUESTS -> count(requests(RequestCounts::answered));
      case REFUSED_REQUESTS -> count(requests(RequestCounts::refused));
      case EXPIRED_REQUESTS -> count(requests(RequestCounts::expired));
      case LOST_REQUESTS -> count(requests(RequestCounts::lost));
      case ANSWERS_PER_SECOND -> aSecond(requests(RequestCounts::answered));
      case EXTRA_ANSWERS -> count(sum(ApplicationReport::extraAnswers));
      case LATE_ANSWERS -> count(sum(ApplicationReport::lateAnswers));
      case OVERTAKEN_ANSWERS -> count(sum(ApplicationReport::overtakenAnswers));
      case OUT_OF_ORDER -> outOfOrder();
      case LATENCY_P50 -> time(latency, Latencies.Figures::p50);
      case LATENCY_P90 -> time(latency, Latencies.Figures::p90);
      case LATENCY_P99 -> time(latency, Latencies.Figures::p99);
      case LATENCY_MAX -> time(latency, Latencies.Figures::max);
      case LAG_P99 -> Optional.of(tally.lag().p99Ms());
      case MEMORY_GROWTH -> MemoryGrowth.mib(samples);
      case MEMORY_RATIO -> MemoryGrowth.ratio(samples);
      case PRECISION -> detected.precision();
      case RECALL -> detected.recall();
      case F1 -> detected.f1();
      case REFUSED_WITHOUT_HINT -> count(sum(ApplicationReport::refusedWithoutHint));
      case OVERDUE_ANSWERS -> count(sum(ApplicationReport::overdueAnswers));
      case WRONGLY_CANCELLED -> count(sum(ApplicationReport::wronglyCancelled));
      case SUCCESSFUL_SWAPS -> swaps.sum(slot -> slot.of(SwapResult.SUCCESSFUL));
      case SUPERSEDED_SWAPS -> swaps.sum(slot -> slot.of(SwapResult.SUPERSEDED));
      case FAILED_SWAPS -> swaps.sum(SlotReport::failed);
      case MIXED_ANSWERS -> swaps.mixedAnswers();
      case FIRST_ANSWER_P50 -> time(swaps.firstAnswer(), Latencies.Figures::p50);
      case P99_RATIO -> swaps.p99Ratio();
      case SWAP_MEMORY_RATIO -> swaps.memoryRatio();
      case SWAP_MEMORY_GROWTH -> swaps.memoryGrowthMib();
      case WRONG_EVENTS -> wrongEvents();
    };
  }

  /** Empty where a topic is listened to and nothing came there that could be judged. */
  private Optional<Double> outOfOrder() {
    long pieces = sum(ApplicationReport::outOfOrder);
    return tally.orders().isEmpty()
        ? count(pieces)
        : OrderReport.sum(tally.orders()).flatMap(messages -> count(pieces + messages));
  }

  /** Empty where none are expected. */
  private Optional<Double> wrongEvents() {
    return tally.events().isEmpty()
        ? Optional.empty()
        : count(tally.events().stream().mapToLong(EventReport::wrong).sum());
  }

  private static Optional<Double> count(long count) {
    return Optional.of((double) count);
  }

  private Optional<Double> aSecond(long count) {
    return Optional.of(count / Math.max(1e-3, wall.toNanos() / NANOS));
  }

  /** Where nothing was answered, nothing is known of how fast. */
  private static Optional<Double> time(
      Latencies.Figures figures, ToDoubleFunction<Latencies.Figures> millis) {
    return figures.count() == 0 ? Optional.empty() : Optional.of(millis.applyAsDouble(figures));
  }

  private long sum(ToLongFunction<ApplicationReport> what) {
    return tally.applications().stream().mapToLong(what).sum();
  }

  private long requests(ToLongFunction<RequestCounts> what) {
    return tally.applications().stream().map(ApplicationReport::total).mapToLong(what).sum();
  }
}
