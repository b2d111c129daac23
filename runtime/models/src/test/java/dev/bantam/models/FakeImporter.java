package dev.bantam.models;

import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.ImportedVariant;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.models.store.Blob;
import dev.bantam.models.store.BlobSink;
import dev.bantam.models.store.BlobWriter;
import dev.bantam.spi.ModelFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes any file for a model: its text goes into the weights, the graph is one and the same for
 * all. Only what is quantized to int8 can be compared.
 */
final class FakeImporter implements VariantImporter {

  final AtomicInteger imports = new AtomicInteger();

  @Override
  public ImportedVariant importModel(
      Path source, Quantization quantization, BlobSink blobs, ImportListener listener)
      throws ModelException {
    imports.incrementAndGet();
    if (content(source).startsWith("bad")) {
      write(blobs, "half of it");
      throw new ModelException(ModelException.Kind.MALFORMED, source + " is no model");
    }
    listener.progress("weights", 0, 1);
    Blob weights =
        write(blobs, "weights of " + content(source) + quantization.variant().orElse(""));
    Blob graph = write(blobs, "graph");
    listener.progress("weights", 1, 1);
    return new ImportedVariant(
        quantization.variant().orElse("q4_1"),
        "llama",
        7,
        2048,
        Optional.empty(),
        quantization == Quantization.INT8 ? Optional.of("fp32") : Optional.empty(),
        Map.of(ModelFiles.WEIGHTS, weights, ModelFiles.GRAPH, graph));
  }

  private static String content(Path source) {
    try {
      return Files.readString(source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Blob write(BlobSink blobs, String text) throws ModelException {
    try (BlobWriter writer = blobs.open()) {
      writer.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      return writer.commit();
    }
  }
}
