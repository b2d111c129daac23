package dev.bantam.inference.bench;

import java.util.Map;

/**
 * What to measure.
 *
 * @param promptTokens tokens that a round prefills
 * @param newTokens tokens that a round decodes after them
 * @param threads threads of the inference
 * @param spinning whether the threads wait by spinning
 * @param warmups rounds that are not counted
 * @param rounds rounds that are counted
 * @param settings as a slot would have them
 */
public record BenchOptions(
    int promptTokens,
    int newTokens,
    int threads,
    boolean spinning,
    int warmups,
    int rounds,
    Map<String, String> settings) {

  public BenchOptions {
    requireAtLeast(1, "prompt tokens", promptTokens);
    requireAtLeast(1, "new tokens", newTokens);
    requireAtLeast(1, "threads", threads);
    requireAtLeast(0, "warm-up rounds", warmups);
    requireAtLeast(1, "rounds", rounds);
    settings = Map.copyOf(settings);
  }

  /** One warm-up round and three that count, spinning, without settings. */
  public static BenchOptions of(int promptTokens, int newTokens, int threads) {
    return new BenchOptions(promptTokens, newTokens, threads, true, 1, 3, Map.of());
  }

  private static void requireAtLeast(int least, String name, int value) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s: %d; it must be at least %d".formatted(name, value, least));
    }
  }
}
