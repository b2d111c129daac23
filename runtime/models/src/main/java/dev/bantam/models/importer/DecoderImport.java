package dev.bantam.models.importer;

import dev.bantam.format.DecoderConfig;
import dev.bantam.models.ModelException;
import dev.bantam.models.importer.architecture.Architecture;
import dev.bantam.models.importer.architecture.Architectures;
import dev.bantam.models.importer.architecture.DecoderBlocks;
import dev.bantam.models.importer.architecture.DecoderShape;
import dev.bantam.models.importer.architecture.Hyperparameters;
import dev.bantam.models.importer.graph.GraphBuilder;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.models.importer.quantize.RequantizedSource;
import dev.bantam.models.importer.source.ModelSource;
import dev.bantam.models.importer.source.SourceTensor;
import dev.bantam.models.importer.source.SourceTokenizer;
import dev.bantam.models.importer.tensor.ChannelErrors;
import dev.bantam.models.importer.tensor.SourceTensors;
import dev.bantam.models.importer.tensor.WeightsFile;
import dev.bantam.models.store.Blob;
import dev.bantam.models.store.BlobSink;
import dev.bantam.models.store.BlobWriter;
import dev.bantam.spi.ModelFiles;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/**
 * Imports a decoder-only model. All that can be wrong with its header, its shapes and its tokenizer
 * is found before the first weight is written; the weights come before the graph, which names their
 * file.
 */
final class DecoderImport {

  private final BlobSink blobs;
  private final ImportListener listener;

  DecoderImport(BlobSink blobs, ImportListener listener) {
    this.blobs = blobs;
    this.listener = listener;
  }

  /**
   * @param published what is to be imported; left open
   */
  ImportedVariant run(ModelSource published, Quantization quantization) throws ModelException {
    RequantizedSource source = new RequantizedSource(published, quantization);
    Architecture architecture = Architectures.of(source.metadata());
    Hyperparameters keys = new Hyperparameters(source.metadata(), architecture.name());
    DecoderShape shape = architecture.shape(keys);
    SourceTensors tensors = new SourceTensors(source);
    GraphBuilder graph = new GraphBuilder();
    architecture.build(shape, keys, new DecoderBlocks(shape, tensors, graph));
    tensors.checkAllUsed(architecture.name());
    SourceTokenizer tokenizer = source.tokenizer();
    DecoderConfig config = config(architecture.name(), shape, tokenizer, name(source));
    Blob weights = writeWeights(source, graph);
    Map<String, Blob> files =
        Map.of(
            ModelFiles.WEIGHTS,
            weights,
            ModelFiles.GRAPH,
            write(bytes(graph.build(weights.sha256()).toByteArray())),
            ModelFiles.TOKENIZER,
            write(tokenizer.json()),
            ModelFiles.CONFIG,
            write(bytes(ConfigJson.write(config))));
    listener.converted(TensorReports.of(published, source, tensors.used(), new ChannelErrors()));
    return new ImportedVariant(
        quantization.variant().orElseGet(() -> Quantization.ownVariant(tensors.used())),
        architecture.name(),
        tensors.used().stream().mapToLong(SourceTensor::elements).sum(),
        shape.contextLength(),
        config.promptFormat(),
        files);
  }

  private static Optional<String> name(ModelSource source) throws ModelException {
    return source.metadata().text("general.name");
  }

  private static DecoderConfig config(
      String architecture, DecoderShape shape, SourceTokenizer tokenizer, Optional<String> name) {
    return new DecoderConfig(
        DecoderConfig.FORMAT,
        architecture,
        shape.layers(),
        shape.heads(),
        shape.kvHeads(),
        shape.headSize(),
        shape.hiddenSize(),
        shape.vocabSize(),
        shape.contextLength(),
        shape.shortContext(),
        tokenizer.bos(),
        tokenizer.addBos(),
        tokenizer.stops(),
        tokenizer.bosToken(),
        tokenizer.eosToken(),
        tokenizer.chatTemplate(),
        tokenizer.chatTemplate().isPresent()
            ? Optional.empty()
            : NamedPromptFormat.of(architecture, name));
  }

  private Blob writeWeights(ModelSource source, GraphBuilder graph) throws ModelException {
    try (BlobWriter writer = blobs.open()) {
      return WeightsFile.write(source, graph.weights(), writer, listener);
    }
  }

  private Blob write(SourceTokenizer.Content content) throws ModelException {
    try (BlobWriter writer = blobs.open()) {
      content.writeTo(writer);
      return writer.commit();
    }
  }

  private static SourceTokenizer.Content bytes(byte[] bytes) {
    return target -> target.write(ByteBuffer.wrap(bytes));
  }
}
