package dev.bantam.models;

import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.ImportedVariant;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.models.store.BlobSink;
import java.nio.file.Path;

/** Turns a published file into the files that inference reads. */
@FunctionalInterface
interface VariantImporter {

  ImportedVariant importModel(
      Path source, Quantization quantization, BlobSink blobs, ImportListener listener)
      throws ModelException;
}
