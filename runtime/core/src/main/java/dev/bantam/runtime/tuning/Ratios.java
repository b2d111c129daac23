package dev.bantam.runtime.tuning;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How much faster some settings were than the usual ones, round by round. For one thread. */
final class Ratios {

  private final List<Map<String, Double>> rounds = new ArrayList<>();

  /** Takes in a round: each speed divided by that of the usual settings in the same round. */
  void add(Map<String, Double> speeds, Map<String, Double> usual) {
    rounds.add(
        speeds.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    entry ->
                        entry.getValue()
                            / Optional.ofNullable(usual.get(entry.getKey())).orElseThrow())));
  }

  int rounds() {
    return rounds.size();
  }

  /** Of all speeds together, at the median of the rounds; 0 without one. */
  double median() {
    return median(rounds.stream().map(Ratios::mean));
  }

  /** Of the speed that gains least, at the median of the rounds; 0 without one. */
  double least() {
    return rounds.stream()
        .limit(1)
        .flatMap(first -> first.keySet().stream())
        .mapToDouble(name -> median(rounds.stream().map(round -> round.getOrDefault(name, 0.0))))
        .min()
        .orElse(0);
  }

  /** Rounds in which these settings were ahead. */
  int ahead() {
    return (int) rounds.stream().filter(round -> mean(round) > 1).count();
  }

  /** Of the round in which these settings did best; 0 without one. */
  double best() {
    return rounds.stream().mapToDouble(Ratios::mean).max().orElse(0);
  }

  /** How far the rounds lie from 1, at the median. */
  double distance() {
    return median(rounds.stream().map(round -> Math.abs(mean(round) - 1)));
  }

  /** The geometric mean, so that twice as fast here and half as fast there is the same. */
  private static double mean(Map<String, Double> round) {
    return Math.exp(round.values().stream().mapToDouble(Math::log).average().orElse(0));
  }

  private static double median(Stream<Double> values) {
    double[] sorted = values.mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    if (sorted.length == 0) {
      return 0;
    }
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
