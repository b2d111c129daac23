package dev.bantam.simulator.signal;

import java.util.List;

/**
 * A number as a sensor reports it.
 *
 * @param signal what it is at heart
 * @param modifiers laid over it, the first below
 * @param decimals digits after the point
 * @param unit as people write it; empty if there is none
 */
public record NumberReading(Signal signal, List<Modifier> modifiers, int decimals, String unit)
    implements ReadingSpec {

  public NumberReading {
    modifiers = List.copyOf(modifiers);
  }

  /** Starts signal and modifiers, each with a seed of its own. */
  public Source start(SignalContext context) {
    Source source = signal.start(context.of("signal"));
    for (int i = 0; i < modifiers.size(); i++) {
      source = modifiers.get(i).over(source, context.of("modifier-" + i));
    }
    return source;
  }
}
