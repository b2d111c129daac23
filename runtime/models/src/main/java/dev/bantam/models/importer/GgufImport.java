package dev.bantam.models.importer;

import dev.bantam.format.DecoderConfig;
import dev.bantam.models.ModelException;
import dev.bantam.models.gguf.GgufFile;
import dev.bantam.models.gguf.GgufTensor;
import dev.bantam.models.gguf.TensorType;
import dev.bantam.models.importer.architecture.Architecture;
import dev.bantam.models.importer.architecture.Architectures;
import dev.bantam.models.importer.architecture.DecoderBlocks;
import dev.bantam.models.importer.architecture.DecoderShape;
import dev.bantam.models.importer.graph.GraphBuilder;
import dev.bantam.models.importer.tensor.SourceTensors;
import dev.bantam.models.importer.tensor.WeightsFile;
import dev.bantam.models.store.Blob;
import dev.bantam.models.store.BlobSink;
import dev.bantam.models.store.BlobWriter;
import dev.bantam.spi.ModelFiles;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Imports one GGUF. All that can be wrong with the header, the shapes and the tokenizer is found
 * before the first weight is written; the weights come before the graph, which names their file.
 */
final class GgufImport {

  private final BlobSink blobs;
  private final ImportListener listener;

  GgufImport(BlobSink blobs, ImportListener listener) {
    this.blobs = blobs;
    this.listener = listener;
  }

  ImportedVariant run(Path source) throws ModelException {
    try (GgufFile file = GgufFile.open(source)) {
      Architecture architecture = Architectures.of(file.metadata());
      DecoderShape shape = architecture.shape(file.metadata());
      SourceTensors tensors = new SourceTensors(file);
      GraphBuilder graph = new GraphBuilder();
      architecture.build(shape, new DecoderBlocks(shape, tensors, graph));
      tensors.checkAllUsed(architecture.name());
      GgufVocabulary vocabulary = GgufVocabularyReader.read(file.metadata());
      byte[] tokenizer = TokenizerJson.of(vocabulary);
      DecoderConfig config = GgufConfig.of(architecture.name(), shape, vocabulary, file.metadata());
      Blob weights = writeWeights(file, graph);
      Map<String, Blob> files =
          Map.of(
              ModelFiles.WEIGHTS,
              weights,
              ModelFiles.GRAPH,
              write(graph.build(weights.sha256()).toByteArray()),
              ModelFiles.TOKENIZER,
              write(tokenizer),
              ModelFiles.CONFIG,
              write(ConfigJson.write(config)));
      return new ImportedVariant(
          variant(tensors.used()),
          architecture.name(),
          tensors.used().stream().mapToLong(GgufTensor::elements).sum(),
          shape.contextLength(),
          files);
    }
  }

  private Blob writeWeights(GgufFile file, GraphBuilder graph) throws ModelException {
    try (BlobWriter writer = blobs.open()) {
      return WeightsFile.write(file, graph.weights(), writer, listener);
    }
  }

  private Blob write(byte[] bytes) throws ModelException {
    try (BlobWriter writer = blobs.open()) {
      writer.write(ByteBuffer.wrap(bytes));
      return writer.commit();
    }
  }

  /** The type that most weights of the blocks have: the embedding often has a finer one. */
  private static String variant(Collection<GgufTensor> tensors) {
    Map<TensorType, Long> elements =
        tensors.stream()
            .filter(tensor -> tensor.shape().size() > 1)
            .filter(tensor -> tensor.name().startsWith("blk."))
            .collect(
                Collectors.groupingBy(
                    GgufTensor::type, Collectors.summingLong(GgufTensor::elements)));
    return elements.entrySet().stream()
        .max(Map.Entry.comparingByValue(Comparator.naturalOrder()))
        .orElseThrow()
        .getKey()
        .name()
        .toLowerCase(Locale.ROOT);
  }
}
