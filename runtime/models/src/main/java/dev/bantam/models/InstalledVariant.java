package dev.bantam.models;

import dev.bantam.models.importer.ImportedVariant;
import dev.bantam.models.store.Blob;
import java.util.Map;
import java.util.TreeMap;

/**
 * One quantization of an installed model.
 *
 * @param variant its name, after the weights' type, e.g. {@code q4_1}
 * @param architecture e.g. {@code llama}
 * @param parameters number of weights
 * @param contextLength tokens the model was trained for
 * @param madeFrom digest and size of the file that was imported
 * @param files blobs by role, see {@link dev.bantam.spi.ModelFiles}
 */
public record InstalledVariant(
    String variant,
    String architecture,
    long parameters,
    int contextLength,
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
        madeFrom,
        imported.files());
  }

  /** Bytes of all its files. */
  public long size() {
    return files.values().stream().mapToLong(Blob::size).sum();
  }
}
