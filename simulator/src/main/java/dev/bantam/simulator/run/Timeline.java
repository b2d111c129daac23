package dev.bantam.simulator.run;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * A run over time.
 *
 * @param interval between two samples, by the wall
 * @param samples in their order
 * @param marks in the order of their times
 */
public record Timeline(Duration interval, List<Sample> samples, List<Mark> marks) {

  private static final int MOST_SAMPLES = 200;
  private static final List<Duration> INTERVALS =
      List.of(
          Duration.ofMillis(250),
          Duration.ofMillis(500),
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(15));

  public Timeline {
    samples = List.copyOf(samples);
    marks = marks.stream().sorted(Comparator.comparingDouble(Mark::atSeconds)).toList();
  }

  /** The least interval by which a run has at most 200 samples, or the largest that there is. */
  static Duration intervalOf(Duration run) {
    return INTERVALS.stream()
        .filter(interval -> run.dividedBy(interval) <= MOST_SAMPLES)
        .findFirst()
        .orElse(INTERVALS.get(INTERVALS.size() - 1));
  }
}
