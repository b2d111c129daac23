package dev.bantam.runtime.cli.model;

import dev.bantam.format.CachePrecision;
import dev.bantam.spi.LoadContext;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option of commands that run a decoder by themselves: what its cache is kept in. */
final class CacheOption {

  @Option(
      names = "--kv",
      paramLabel = "PRECISION",
      description =
          "What keys and values are kept in: float, or int8 after model calibrate (default: float).")
  private Optional<String> precision = Optional.empty();

  /** Settings as a slot would have them. */
  Map<String, String> settings() {
    return precision.map(CacheOption::settings).orElse(Map.of());
  }

  /** Settings of a slot that chooses that precision. */
  static Map<String, String> settings(String precision) {
    return Map.of(CachePrecision.SETTING, precision);
  }

  /** To load a model, as long as its own context is. */
  LoadContext loadContext(int threads) {
    return new LoadContext(threads, Integer.MAX_VALUE, true, Optional.empty(), settings());
  }
}
