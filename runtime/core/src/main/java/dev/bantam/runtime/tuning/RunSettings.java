package dev.bantam.runtime.tuning;

import dev.bantam.spi.LoadContext;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How a model's inference is spread over the machine.
 *
 * @param threads of one inference, the caller's included
 * @param spinning whether threads wait by spinning
 * @param processors that the threads besides the caller's are tied to; empty for none
 */
public record RunSettings(int threads, boolean spinning, List<Integer> processors) {

  public RunSettings {
    processors = List.copyOf(processors);
    if (threads < 1 || !(processors.isEmpty() || processors.size() == threads - 1)) {
      throw new IllegalArgumentException(
          "%d threads, of which %d are tied to processors".formatted(threads, processors.size()));
    }
  }

  /** Threads wherever the system puts them. */
  public static RunSettings of(int threads, boolean spinning) {
    return new RunSettings(threads, spinning, List.of());
  }

  /** Those that a model would be loaded with. */
  public static RunSettings of(LoadContext context) {
    return new RunSettings(context.threads(), context.spinning(), context.processors());
  }

  /** The same in all but these settings. */
  public LoadContext over(LoadContext context) {
    return context.withThreads(threads, spinning, processors);
  }

  @Override
  public String toString() {
    String count = threads == 1 ? "1 thread" : threads + " threads";
    String tied =
        processors.stream()
            .map(String::valueOf)
            .collect(Collectors.joining(", ", ", tied to processor ", ""));
    return count + (spinning ? ", spinning" : "") + (processors.isEmpty() ? "" : tied);
  }
}
