package dev.bantam.models;

import dev.bantam.models.importer.ImportedVariant;
import dev.bantam.models.store.Blob;
import dev.bantam.spi.ModelFiles;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One quantization of an installed model.
 *
 * @param variant its name, after the weights' type, e.g. {@code q4_1}
 * @param architecture e.g. {@code llama}
 * @param parameters number of weights
 * @param contextLength tokens the model was trained for
 * @param promptFormat how its prompts are written, where the import was told or the source says so
 * @param error how far it is from the floats, where it was compared with them
 * @param madeFrom digest and size of the file that was imported
 * @param files blobs by role, see {@link dev.bantam.spi.ModelFiles}
 */
public record InstalledVariant(
    String variant,
    String architecture,
    long parameters,
    int contextLength,
    Optional<String> promptFormat,
    Optional<VariantError> error,
    Blob madeFrom,
    Map<String, Blob> files) {

  public InstalledVariant {
    files = new TreeMap<>(files);
  }

  static InstalledVariant of(ImportedVariant imported, Blob madeFrom) {
    return new InstalledVariant(
        imported.variant(),
        imported.architecture(),
        imported.parameters(),
        imported.contextLength(),
        imported.promptFormat(),
        Optional.empty(),
        madeFrom,
        imported.files());
  }

  /** With another configuration, which has that prompt format. */
  InstalledVariant withPromptFormat(String format, Blob config) {
    Map<String, Blob> others = new TreeMap<>(files);
    others.put(ModelFiles.CONFIG, config);
    return new InstalledVariant(
        variant,
        architecture,
        parameters,
        contextLength,
        Optional.of(format),
        error,
        madeFrom,
        others);
  }

  InstalledVariant withError(Optional<VariantError> found) {
    return new InstalledVariant(
        variant, architecture, parameters, contextLength, promptFormat, found, madeFrom, files);
  }

  /** With a file more. */
  InstalledVariant withFile(String role, Blob file) {
    Map<String, Blob> more = new TreeMap<>(files);
    more.put(role, file);
    return new InstalledVariant(
        variant, architecture, parameters, contextLength, promptFormat, error, madeFrom, more);
  }

  /** Bytes of all its files. */
  public long size() {
    return files.values().stream().mapToLong(Blob::size).sum();
  }
}
