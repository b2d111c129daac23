package dev.bantam.runtime.cli.model;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.runtime.cli.CliException;
import dev.bantam.runtime.cli.ExitCode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --quantize} and {@code --fidelity}. */
final class QuantizationOptions {

  private static final Map<String, Quantization> TARGETS = new LinkedHashMap<>();

  static {
    TARGETS.put("none", Quantization.NONE);
    TARGETS.put("8bit", Quantization.EIGHT_BITS);
    TARGETS.put("int8", Quantization.INT8);
    TARGETS.put("4bit", Quantization.FOUR_BITS);
    TARGETS.put("4bit-zero-points", Quantization.FOUR_BITS_ZERO_POINTS);
    TARGETS.put("4bit-all", Quantization.FOUR_BITS_ALL);
  }

  @Option(
      names = "--quantize",
      paramLabel = "TARGET",
      description = {
        "Quantize the weights anew (default: as the device profile prefers, else 4bit for floats;",
        "others stay as they are).",
        "none: keep the weights of the file, floats too.",
        "8bit: blocks of 32.",
        "int8: of encoders, a scale a channel; faster and less near to the floats than 8bit.",
        "4bit: blocks of 32, the language-model head 8bit.",
        "4bit-zero-points: the same with zero points, nearer to the source and slower.",
        "4bit-all: 4bit all through, for cores without dot products (Raspberry Pi 3 and 4)."
      })
  private Optional<String> quantize = Optional.empty();

  @Option(
      names = "--fidelity",
      defaultValue = "exact",
      paramLabel = "exact|fast",
      description =
          "fast: 4 bits in blocks of up to 128, of which a token reads a quarter less"
              + " (default: ${DEFAULT-VALUE}).")
  @SuppressWarnings("NullAway.Init")
  private String fidelity;

  /** Whether either is given. */
  boolean isSaid() {
    return quantize.isPresent() || !fidelity.equals("exact");
  }

  /**
   * What the two ask for together.
   *
   * @param model for what is usual where neither is given
   * @param variants which variants the device profile prefers, the best first
   */
  Quantization wanted(Path model, List<String> variants) throws CliException, ModelException {
    Optional<Quantization> target = target();
    return switch (fidelity) {
      case "exact" ->
          target.isPresent() ? target.get() : ModelRepository.usualQuantization(model, variants);
      case "fast" ->
          target
              .orElse(Quantization.NONE)
              .fast()
              .orElseThrow(
                  () ->
                      usage(
                          "--quantize %s has no --fidelity fast; 4bit and 4bit-all have"
                              .formatted(quantize.orElse(""))));
      default ->
          throw usage("--fidelity knows no \"%s\"; it knows exact, fast".formatted(fidelity));
    };
  }

  private Optional<Quantization> target() throws CliException {
    Optional<Quantization> target = quantize.map(TARGETS::get);
    if (quantize.isPresent() && target.isEmpty()) {
      throw usage(
          "--quantize knows no \"%s\"; it knows %s"
              .formatted(quantize.get(), String.join(", ", TARGETS.keySet())));
    }
    return target;
  }

  private static CliException usage(String message) {
    return new CliException(ExitCode.USAGE, message);
  }
}
