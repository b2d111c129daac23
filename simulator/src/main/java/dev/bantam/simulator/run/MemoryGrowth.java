package dev.bantam.simulator.run;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * By how much the memory of processes grows: the mean of the run's last quarter less that of its
 * second. The first quarter is for warming up.
 */
final class MemoryGrowth {

  private static final int LEAST_SAMPLES = 8;
  private static final double MIB = 1024.0 * 1024;

  private MemoryGrowth() {}

  /**
   * Of the process that grows most, in MiB.
   *
   * @return empty if no process was watched for long enough
   */
  static Optional<Double> of(List<Sample> samples) {
    Set<String> names =
        samples.stream()
            .flatMap(sample -> sample.residentBytes().keySet().stream())
            .collect(Collectors.toSet());
    return names.stream()
        .map(name -> values(samples, name))
        .filter(values -> values.size() >= LEAST_SAMPLES)
        .map(MemoryGrowth::growth)
        .max(Double::compare);
  }

  private static List<Long> values(List<Sample> samples, String name) {
    return samples.stream()
        .map(Sample::residentBytes)
        .filter(bytes -> bytes.containsKey(name))
        .map(bytes -> bytes.get(name))
        .toList();
  }

  private static double growth(List<Long> bytes) {
    int quarter = bytes.size() / 4;
    return mean(bytes.subList(bytes.size() - quarter, bytes.size()))
        - mean(bytes.subList(quarter, 2 * quarter));
  }

  private static double mean(List<Long> bytes) {
    return bytes.stream().mapToLong(each -> each).average().orElse(0) / MIB;
  }
}
