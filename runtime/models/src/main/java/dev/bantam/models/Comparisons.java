package dev.bantam.models;

import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.ImportedVariant;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.models.store.Blob;
import dev.bantam.models.store.BlobSink;
import dev.bantam.models.store.BlobStore;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Has variants compared with the floats that they were made of. */
final class Comparisons {

  private final VariantComparison comparison;
  private final VariantImporter importer;
  private final BlobStore blobs;

  Comparisons(VariantComparison comparison, VariantImporter importer, BlobStore blobs) {
    this.comparison = comparison;
    this.importer = importer;
    this.blobs = blobs;
  }

  /**
   * The variant with its error. Where the floats are not installed they are made for this alone;
   * nobody names these blobs, so the next sweep takes them.
   *
   * @param imported what the variant was made of
   * @param others variants of the same model that are there
   */
  InstalledVariant compared(
      Release release,
      Path file,
      ImportedVariant imported,
      InstalledVariant variant,
      List<InstalledVariant> others,
      BlobSink work)
      throws ModelException {
    Optional<String> floats = imported.comparedWith();
    if (comparison == VariantComparison.NONE || floats.isEmpty()) {
      return variant;
    }
    Optional<Map<String, Blob>> installed =
        others.stream()
            .filter(other -> other.variant().equals(floats.get()))
            .map(InstalledVariant::files)
            .findFirst();
    Map<String, Blob> reference =
        installed.isPresent()
            ? installed.get()
            : importer.importModel(file, Quantization.NONE, work, ImportListener.NONE).files();
    return variant.withError(
        comparison.compare(
            files(release, floats.get(), reference),
            files(release, variant.variant(), variant.files())));
  }

  private ModelFiles files(Release release, String variant, Map<String, Blob> files) {
    Map<String, Path> paths = new HashMap<>();
    files.forEach((role, blob) -> paths.put(role, blobs.path(blob.sha256())));
    return new ModelFiles(ModelReference.of(release.name(), release.version(), variant), paths);
  }
}
