package dev.bantam.models.importer.quantize;

import dev.bantam.models.ModelException;
import dev.bantam.models.gguf.GgufMetadata;
import dev.bantam.models.gguf.TensorType;
import dev.bantam.models.importer.lora.AdaptedSource;
import dev.bantam.models.importer.source.ModelSource;
import dev.bantam.models.importer.source.SourceTensor;
import dev.bantam.models.importer.source.SourceTokenizer;
import dev.bantam.models.importer.tensor.WeightFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * A source whose matrices are another's, re-quantized as they are read. Holds a few kilobytes of
 * weights at a time, and the scales of the tensors that are being read.
 */
public final class RequantizedSource implements ModelSource {

  /** Weights worked on at a time: whole blocks of every type. */
  private static final int PIECE = 1 << 14;

  /** Of a float, the widest element. */
  private static final int PIECE_BYTES = (PIECE + 256) * Float.BYTES;

  private final ModelSource origin;
  private final Map<String, SourceTensor> tensors = new LinkedHashMap<>();
  private final Map<String, FittedBlocks> fits = new HashMap<>();
  private final ByteBuffer in =
      ByteBuffer.allocateDirect(PIECE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final float[] weights = new float[PIECE + 256];

  /**
   * @param origin is closed with this
   */
  public RequantizedSource(ModelSource origin, Quantization quantization) {
    this(origin, quantization::target);
  }

  private RequantizedSource(
      ModelSource origin, Function<SourceTensor, Optional<TensorType>> targets) {
    this.origin = origin;
    origin
        .tensors()
        .forEach(
            (name, tensor) ->
                tensors.put(
                    name,
                    targets.apply(tensor).map(type -> inBlocksOf(type, tensor)).orElse(tensor)));
  }

  /** Quantizes the matrices that an adapter changes in as many bits as they had before. */
  public static RequantizedSource likeBefore(AdaptedSource adapted) {
    return new RequantizedSource(
        adapted,
        tensor ->
            adapted
                .typeBefore(tensor.name())
                .flatMap(WeightFormat::of)
                .filter(format -> !format.isDense())
                .map(format -> format.bits() == 8 ? TensorType.S8_32 : TensorType.S4_32));
  }

  private static SourceTensor inBlocksOf(TensorType type, SourceTensor tensor) {
    long bytes = tensor.elements() / type.blockElements() * type.blockBytes();
    return new SourceTensor(tensor.name(), type, tensor.shape(), bytes);
  }

  /**
   * How far a tensor is from the origin's: the norm of the difference as part of the norm. Known
   * once the tensor has been read; 0 for one that is as it was.
   */
  public double relativeError(String tensor) {
    return Optional.ofNullable(fits.get(tensor)).map(FittedBlocks::relativeError).orElse(0.0);
  }

  @Override
  public Map<String, SourceTensor> tensors() {
    return Collections.unmodifiableMap(tensors);
  }

  @Override
  public void read(SourceTensor tensor, long from, ByteBuffer target) throws ModelException {
    SourceTensor source = original(tensor.name());
    if (tensor.type() == source.type()) {
      origin.read(source, from, target);
      return;
    }
    TensorType type = tensor.type();
    FittedBlocks fit =
        fits.computeIfAbsent(tensor.name(), name -> new FittedBlocks(type, tensor.elements()));
    long block = from / type.blockBytes();
    long end = (from + target.remaining()) / type.blockBytes();
    while (block < end) {
      block = piece(source, type, fit, block, end, target);
    }
    if (end * type.blockBytes() == tensor.bytes()) {
      fit.endPass();
    }
  }

  /** Writes blocks from {@code block} on, as many as fit into one piece; the next block. */
  private long piece(
      SourceTensor source,
      TensorType type,
      FittedBlocks fit,
      long block,
      long end,
      ByteBuffer target)
      throws ModelException {
    int size = type.blockElements();
    long begin = sourceBlockAt(source, block * size);
    long last = Math.min(end, (begin + PIECE) / size);
    load(source, begin, last * size);
    for (long i = block; i < last; i++) {
      fit.write(i, weights, Math.toIntExact(i * size - begin), target);
    }
    return last;
  }

  /** The first element of the source's block that holds an element. */
  private static long sourceBlockAt(SourceTensor source, long element) {
    int size = source.type().blockElements();
    return element / size * size;
  }

  /** Reads the elements from {@code begin} to at least {@code end} as floats. */
  private void load(SourceTensor source, long begin, long end) throws ModelException {
    TensorType type = source.type();
    int size = type.blockElements();
    int blocks = Math.toIntExact((end - begin + size - 1) / size);
    in.clear().limit(blocks * type.blockBytes());
    origin.read(source, begin / size * type.blockBytes(), in);
    WeightFormat.of(type).orElseThrow().dequantize(in.flip(), weights);
  }

  @Override
  public GgufMetadata metadata() {
    return origin.metadata();
  }

  @Override
  public SourceTokenizer tokenizer() throws ModelException {
    return origin.tokenizer();
  }

  @Override
  public boolean hasNeighbouringPairs() {
    return origin.hasNeighbouringPairs();
  }

  @Override
  public ModelException wrong(SourceTensor tensor, String problem) {
    return origin.wrong(original(tensor.name()), problem);
  }

  @Override
  public ModelException unsupported(SourceTensor tensor, String problem) {
    return origin.unsupported(original(tensor.name()), problem);
  }

  @Override
  public ModelException missing(String name, String problem) {
    return origin.missing(name, problem);
  }

  @Override
  public void close() throws ModelException {
    origin.close();
  }

  private SourceTensor original(String name) {
    return Objects.requireNonNull(origin.tensors().get(name));
  }
}
