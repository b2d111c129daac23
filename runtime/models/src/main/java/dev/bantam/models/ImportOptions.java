package dev.bantam.models;

import dev.bantam.models.importer.quantize.Quantization;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is wanted of an import beside the model.
 *
 * @param quantization what to re-quantize the weights to
 * @param adapter a LoRA adapter to merge, a GGUF or a folder as PEFT saves it
 * @param promptFormat how prompts are written for the model, see {@link
 *     dev.bantam.format.PromptFormats}; empty for what the model was told before, else for what the
 *     source says, else for the plugin's choice
 */
public record ImportOptions(
    Quantization quantization, Optional<Path> adapter, Optional<String> promptFormat) {

  /** Weights as they are, and all else by the source. */
  public static final ImportOptions NONE = of(Quantization.NONE);

  /** All but the quantization by the source. */
  public static ImportOptions of(Quantization quantization) {
    return new ImportOptions(quantization, Optional.empty(), Optional.empty());
  }

  /** With an adapter, or without one. */
  public ImportOptions withAdapter(Optional<Path> other) {
    return new ImportOptions(quantization, other, promptFormat);
  }

  /** With a prompt format, or without one. */
  public ImportOptions withPromptFormat(Optional<String> other) {
    return new ImportOptions(quantization, adapter, other);
  }
}
