package dev.bantam.models.importer;

import dev.bantam.models.store.Blob;
import java.util.Map;
import java.util.Optional;

/**
 * What an import has made of one source file.
 *
 * @param variant the variant's name, after the weights' type, e.g. {@code q4_1}
 * @param architecture e.g. {@code llama}
 * @param parameters number of weights
 * @param contextLength tokens the model was trained for
 * @param promptFormat how its prompts are written, where the source says so
 * @param comparedWith the variant in floats that this one's answers can be compared with; empty if
 *     it is that one, or if there is none
 * @param files blobs by role ({@link dev.bantam.spi.ModelFiles#GRAPH} and the others)
 */
public record ImportedVariant(
    String variant,
    String architecture,
    long parameters,
    int contextLength,
    Optional<String> promptFormat,
    Optional<String> comparedWith,
    Map<String, Blob> files) {

  public ImportedVariant {
    files = Map.copyOf(files);
  }

  /** One that is compared with none. */
  public ImportedVariant(
      String variant,
      String architecture,
      long parameters,
      int contextLength,
      Optional<String> promptFormat,
      Map<String, Blob> files) {
    this(variant, architecture, parameters, contextLength, promptFormat, Optional.empty(), files);
  }
}
