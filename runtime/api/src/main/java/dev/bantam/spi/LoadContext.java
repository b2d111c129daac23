package dev.bantam.spi;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What the device gives a model that is about to be loaded.
 *
 * @param threads threads that one inference may use, at least 1
 * @param contextLength most tokens of prompt and answer together; a model's own limit may be lower
 * @param spinning whether inference threads may wait by spinning: faster, but burns idle CPU
 * @param resourceOverrides a folder whose files replace the plugin's resources of the same name
 *     (the prompts); empty for the built-in ones
 * @param settings the slot's own settings from profile and configuration, uninterpreted
 */
public record LoadContext(
    int threads,
    int contextLength,
    boolean spinning,
    Optional<Path> resourceOverrides,
    Map<String, String> settings) {

  public LoadContext {
    if (threads < 1 || contextLength < 1) {
      throw new IllegalArgumentException(
          "threads (%d) and contextLength (%d) must be at least 1"
              .formatted(threads, contextLength));
    }
    settings = Map.copyOf(settings);
  }

  /** Built-in resources, no settings, spinning. */
  public static LoadContext of(int threads, int contextLength) {
    return new LoadContext(threads, contextLength, true, Optional.empty(), Map.of());
  }
}
