package dev.bantam.simulator.signal;

import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * A state that a sensor reports as a word.
 *
 * @param values what it can be
 * @param random whether one is drawn at each message; else each follows the one before it
 */
public record WordReading(List<String> values, boolean random) implements ReadingSpec {

  public WordReading {
    values = List.copyOf(values);
  }

  /** Starts a series of words, one a message. Confined to one thread. */
  public Supplier<String> start(SignalContext context) {
    if (random) {
      Random numbers = context.seed().random();
      return () -> values.get(numbers.nextInt(values.size()));
    }
    int[] next = {0};
    return () -> values.get(next[0]++ % values.size());
  }
}
