package dev.bantam.models.importer.encoder;

import dev.bantam.format.EncoderConfig;
import dev.bantam.format.EncoderConfig.Head;
import dev.bantam.models.ModelException;
import dev.bantam.models.importer.ConfigJson;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.ImportedVariant;
import dev.bantam.models.importer.TensorReports;
import dev.bantam.models.importer.graph.GraphBuilder;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.models.importer.quantize.RequantizedSource;
import dev.bantam.models.importer.safetensors.EncoderTokenizer;
import dev.bantam.models.importer.safetensors.SafetensorsSource;
import dev.bantam.models.importer.source.SourceTensor;
import dev.bantam.models.importer.source.SourceTokenizer.Content;
import dev.bantam.models.importer.tensor.ChannelErrors;
import dev.bantam.models.importer.tensor.SourceTensors;
import dev.bantam.models.importer.tensor.WeightPart;
import dev.bantam.models.importer.tensor.WeightsFile;
import dev.bantam.models.store.Blob;
import dev.bantam.models.store.BlobSink;
import dev.bantam.models.store.BlobWriter;
import dev.bantam.spi.ModelFiles;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Imports an encoder of a folder with safetensors. As for decoders, all that can be wrong with its
 * header, its shapes and its tokenizer is found before the first weight is written.
 */
public final class EncoderImport {

  /** The variant whose weights are as they were trained, in floats. */
  private static final String FLOATS = "fp32";

  private static final int BERT_PADDING = 0;
  private static final int ROBERTA_PADDING = 1;

  private final BlobSink blobs;
  private final ImportListener listener;

  public EncoderImport(BlobSink blobs, ImportListener listener) {
    this.blobs = blobs;
    this.listener = listener;
  }

  /**
   * @param folder what is to be imported; left open
   */
  public ImportedVariant run(SafetensorsSource folder, Quantization quantization)
      throws ModelException {
    RequantizedSource source = new RequantizedSource(folder, quantization);
    EncoderArchitecture architecture = EncoderArchitectures.of(source.metadata());
    EncoderShape shape = EncoderShape.of(source.metadata(), architecture.name());
    EncoderFolder description = new EncoderFolder(folder.folder(), folder.config());
    SourceTensors tensors = new SourceTensors(source);
    Head head = head(description.head(), tensors);
    boolean byChannel = quantization == Quantization.INT8;
    GraphBuilder graph = new GraphBuilder();
    TokenRows packing = new Packing(graph);
    architecture.build(shape, head, new EncoderBlocks(shape, tensors, graph, packing, byChannel));
    GraphBuilder single = new GraphBuilder();
    TokenRows one = new SingleText(single);
    architecture.build(shape, head, new EncoderBlocks(shape, tensors, single, one, byChannel));
    requireSameWeights(graph, single);
    tensors.checkAllUsed(architecture.name(), name -> isIdle(name, head));
    EncoderConfig config = config(architecture.name(), shape, head, tensors, description);
    Content tokenizer = EncoderTokenizer.read(folder.folder());
    ChannelErrors channels = new ChannelErrors();
    Blob weights = writeWeights(source, graph, channels);
    Map<String, Blob> files =
        Map.of(
            ModelFiles.WEIGHTS,
            weights,
            ModelFiles.GRAPH,
            write(bytes(graph.build(weights.sha256()).toByteArray())),
            ModelFiles.SINGLE_TEXT_GRAPH,
            write(bytes(single.build(weights.sha256()).toByteArray())),
            ModelFiles.TOKENIZER,
            write(tokenizer),
            ModelFiles.CONFIG,
            write(bytes(ConfigJson.write(config))));
    listener.converted(TensorReports.of(folder, source, tensors.used(), channels));
    return new ImportedVariant(
        quantization.variant().orElse(FLOATS),
        architecture.name(),
        tensors.used().stream().mapToLong(SourceTensor::elements).sum(),
        config.maxTokens(),
        Optional.empty(),
        quantization.variant().map(variant -> FLOATS),
        files);
  }

  /** They share a file, so all must stand in the same places. */
  private static void requireSameWeights(GraphBuilder graph, GraphBuilder other) {
    List<String> names = graph.weights().stream().map(WeightPart::name).toList();
    if (!names.equals(other.weights().stream().map(WeightPart::name).toList())) {
      throw new IllegalStateException("the graphs of one encoder have different weights");
    }
  }

  /** What the folder names, or what its tensors are made for. */
  private static Head head(Optional<Head> named, SourceTensors tensors) {
    if (named.isPresent()) {
      return named.get();
    }
    if (tensors.has("span.weight")) {
      return Head.SPAN;
    }
    if (!tensors.has("cls.weight")) {
      return Head.NONE;
    }
    return tensors.has("pooler.weight") ? Head.SEQUENCE : Head.TOKENS;
  }

  /** Tensors of heads that the model was saved with and does not use. */
  private static boolean isIdle(String tensor, Head head) {
    return switch (head) {
      case SEQUENCE -> tensor.startsWith("span.");
      case NONE ->
          tensor.startsWith("pooler.") || tensor.startsWith("cls.") || tensor.startsWith("span.");
      case TOKENS -> tensor.startsWith("pooler.") || tensor.startsWith("span.");
      case SPAN -> tensor.startsWith("pooler.") || tensor.startsWith("cls.");
    };
  }

  private static EncoderConfig config(
      String architecture,
      EncoderShape shape,
      Head head,
      SourceTensors tensors,
      EncoderFolder description)
      throws ModelException {
    boolean roberta = architecture.equals("roberta");
    boolean labelled = head == Head.SEQUENCE || head == Head.TOKENS;
    return new EncoderConfig(
        EncoderConfig.FORMAT,
        architecture,
        shape.layers(),
        shape.heads(),
        shape.hiddenSize(),
        shape.vocabSize(),
        description.maxTokens(shape.positions()),
        description.padTokenId(shape.vocabSize(), roberta ? ROBERTA_PADDING : BERT_PADDING),
        shape.hasTokenTypes(),
        head,
        labelled ? description.labels(tensors.rows("cls.weight")) : List.of(),
        description.pooling(),
        description.normalizes(),
        description.prefixes());
  }

  private Blob writeWeights(RequantizedSource source, GraphBuilder graph, ChannelErrors channels)
      throws ModelException {
    try (BlobWriter writer = blobs.open()) {
      return WeightsFile.write(source, graph.weights(), writer, listener, channels);
    }
  }

  private Blob write(Content content) throws ModelException {
    try (BlobWriter writer = blobs.open()) {
      content.writeTo(writer);
      return writer.commit();
    }
  }

  private static Content bytes(byte[] bytes) {
    return target -> target.write(ByteBuffer.wrap(bytes));
  }
}
