package dev.bantam.simulator.run;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How the memory of processes grows: the mean of the run's last quarter against that of its second.
 * The first quarter is for warming up. Of several processes it is the one that grows most; empty if
 * none was watched for long enough.
 */
final class MemoryGrowth {

  private static final int LEAST_SAMPLES = 8;
  private static final double MIB = 1024.0 * 1024;

  private MemoryGrowth() {}

  /** Before and after, in bytes. */
  private record Quarters(double second, double last) {

    static Quarters of(List<Long> bytes) {
      int quarter = bytes.size() / 4;
      return new Quarters(
          mean(bytes.subList(quarter, 2 * quarter)),
          mean(bytes.subList(bytes.size() - quarter, bytes.size())));
    }

    private static double mean(List<Long> bytes) {
      return bytes.stream().mapToLong(each -> each).average().orElse(0);
    }
  }

  /** By how many MiB what is resident grows. */
  static Optional<Double> mib(List<Sample> samples) {
    return most(samples, Sample::residentBytes, each -> (each.last() - each.second()) / MIB);
  }

  /** To how many times as much what belongs to the process alone grows. */
  static Optional<Double> ratio(List<Sample> samples) {
    return most(samples, Sample::ownBytes, each -> each.last() / Math.max(1, each.second()));
  }

  private static Optional<Double> most(
      List<Sample> samples,
      Function<Sample, Map<String, Long>> bytes,
      Function<Quarters, Double> figure) {
    Set<String> names =
        samples.stream()
            .flatMap(sample -> bytes.apply(sample).keySet().stream())
            .collect(Collectors.toSet());
    return names.stream()
        .map(name -> values(samples, bytes, name))
        .filter(values -> values.size() >= LEAST_SAMPLES)
        .map(values -> figure.apply(Quarters.of(values)))
        .max(Double::compare);
  }

  private static List<Long> values(
      List<Sample> samples, Function<Sample, Map<String, Long>> bytes, String name) {
    return samples.stream()
        .map(bytes)
        .filter(known -> known.containsKey(name))
        .map(known -> known.get(name))
        .toList();
  }
}
