package dev.bantam.spi;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the device gives a model that is about to be loaded.
 *
 * @param threads threads that one inference may use, at least 1
 * @param contextLength most tokens of prompt and answer together; a model's own limit may be lower
 * @param spinning whether inference threads may wait by spinning: faster, but burns idle CPU
 * @param processors logical processors, counted from 0, that the inference threads besides the
 *     caller's are tied to, one each; empty for wherever the system puts them
 * @param resourceOverrides a folder whose files replace the plugin's resources of the same name
 *     (the prompts); empty for the built-in ones
 * @param cache a folder for what a model has computed and may find again after a restart; whatever
 *     lies there may be gone, damaged or another model's at any time. Empty to keep nothing
 * @param settings the slot's own settings from profile and configuration, uninterpreted
 */
public record LoadContext(
    int threads,
    int contextLength,
    boolean spinning,
    List<Integer> processors,
    Optional<Path> resourceOverrides,
    Optional<Path> cache,
    Map<String, String> settings) {

  public LoadContext {
    if (threads < 1 || contextLength < 1) {
      throw new IllegalArgumentException(
          "threads (%d) and contextLength (%d) must be at least 1"
              .formatted(threads, contextLength));
    }
    processors = List.copyOf(processors);
    if (!processors.isEmpty() && processors.size() != threads - 1) {
      throw new IllegalArgumentException(
          "%d processors for %d threads besides the caller's"
              .formatted(processors.size(), threads - 1));
    }
    settings = Map.copyOf(settings);
  }

  /** With threads wherever the system puts them, and nothing that outlives the process. */
  public LoadContext(
      int threads,
      int contextLength,
      boolean spinning,
      Optional<Path> resourceOverrides,
      Map<String, String> settings) {
    this(
        threads, contextLength, spinning, List.of(), resourceOverrides, Optional.empty(), settings);
  }

  /** Built-in resources, no settings, spinning. */
  public static LoadContext of(int threads, int contextLength) {
    return new LoadContext(threads, contextLength, true, Optional.empty(), Map.of());
  }

  /** The same with other threads. */
  public LoadContext withThreads(int count, boolean spin, List<Integer> tiedTo) {
    return new LoadContext(count, contextLength, spin, tiedTo, resourceOverrides, cache, settings);
  }

  /** The same with a folder for what outlives the process. */
  public LoadContext withCache(Optional<Path> folder) {
    return new LoadContext(
        threads, contextLength, spinning, processors, resourceOverrides, folder, settings);
  }
}
