package dev.bantam.models;

import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.ImportedVariant;
import dev.bantam.models.importer.ModelImporter;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.models.store.BlobSink;
import java.nio.file.Path;
import java.util.Optional;

/** Turns a published file into the files that inference reads. */
@FunctionalInterface
interface VariantImporter {

  ImportedVariant importModel(
      Path source, Quantization quantization, BlobSink blobs, ImportListener listener)
      throws ModelException;

  /** Imports all that can be imported, with an adapter merged into it if there is one. */
  static VariantImporter of(Optional<Path> adapter) {
    return (source, quantization, blobs, listener) ->
        ModelImporter.importModel(source, adapter, quantization, blobs, listener);
  }
}
