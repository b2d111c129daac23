package dev.bantam.models.importer.tensor;

import dev.bantam.models.importer.source.SourceTensor;
import dev.bantam.models.importer.tensor.WeightPart.ByChannel.Content;
import java.util.List;
import java.util.Optional;

/**
 * A weight matrix, {@code [rows, columns]} in ONNX's order, made of one or more source tensors of
 * one format that stand one below the other. Names its parts after the first tensor, so that two
 * uses of a matrix share them.
 */
public final class Matrix {

  private final List<SourceTensor> tensors;
  private final WeightFormat format;
  private final long columns;
  private final long rows;

  private Matrix(List<SourceTensor> tensors, WeightFormat format) {
    this.tensors = tensors;
    this.format = format;
    this.columns = tensors.get(0).shape().get(0);
    this.rows = tensors.stream().mapToLong(Matrix::rowsOf).sum();
  }

  /**
   * @param tensors each {@code [columns, rows]} in ggml's order, all of one supported type
   */
  public static Matrix of(List<SourceTensor> tensors) {
    return new Matrix(List.copyOf(tensors), WeightFormat.of(tensors.get(0).type()).orElseThrow());
  }

  private static long rowsOf(SourceTensor tensor) {
    return tensor.shape().size() == 1 ? 1 : tensor.shape().get(1);
  }

  public WeightFormat format() {
    return format;
  }

  public long columns() {
    return columns;
  }

  public long rows() {
    return rows;
  }

  /** Floats, {@code [rows, columns]}, of a dense matrix. */
  public WeightPart dense() {
    return part("", ElementType.FLOAT, format.elements(), List.of(rows, columns));
  }

  /** Quanta, {@code [rows, columns / block, bytes of a block]}. */
  public WeightPart quanta() {
    List<Long> shape = List.of(rows, blocks(), blockBytes());
    return part(".quanta", ElementType.UINT8, format.elements(), shape);
  }

  /** The bytes of {@link #quanta} as {@code [rows, bytes of a row]}. */
  public WeightPart quantaRows() {
    List<Long> shape = List.of(rows, blocks() * blockBytes());
    return new WeightPart.View(tensors.get(0).name() + ".rows", shape, quanta());
  }

  /** Scales, {@code [rows, columns / block]}. */
  public WeightPart scales() {
    return blockFloats(".scales", format.scales().orElseThrow());
  }

  /** Shifts, {@code [rows, columns / block]}. */
  public WeightPart shifts() {
    return blockFloats(".shifts", format.shifts().orElseThrow());
  }

  /** Zero points of 4 bits, {@code [rows, columns / block / 2]}; empty where all are 8. */
  public Optional<WeightPart> zeros() {
    return format
        .zeros()
        .map(codec -> part(".zeros", ElementType.UINT8, codec, List.of(rows, blocks() / 2)));
  }

  /** Quanta of a dense matrix with a scale for each row, {@code [columns, rows]}. */
  public WeightPart channelQuanta() {
    String name = tensors.get(0).name() + ".quanta";
    return new WeightPart.ByChannel(name, Content.QUANTA, List.of(columns, rows), tensors);
  }

  /** Scales of {@link #channelQuanta}, {@code [rows]}. */
  public WeightPart channelScales() {
    String name = tensors.get(0).name() + ".scales";
    return new WeightPart.ByChannel(name, Content.SCALES, List.of(rows), tensors);
  }

  /** Sums over the rows that {@link #channelQuanta} stand for, {@code [1, rows]}. */
  public WeightPart channelSums() {
    String name = tensors.get(0).name() + ".sums";
    return new WeightPart.ByChannel(name, Content.SUMS, List.of(1L, rows), tensors);
  }

  private WeightPart blockFloats(String suffix, BlockCodec codec) {
    return part(suffix, ElementType.FLOAT, codec, List.of(rows, blocks()));
  }

  private WeightPart part(String suffix, ElementType type, BlockCodec codec, List<Long> shape) {
    return new WeightPart.Converted(tensors.get(0).name() + suffix, type, shape, tensors, codec);
  }

  private long blocks() {
    return columns / format.block();
  }

  private long blockBytes() {
    return format.block() * format.bits() / 8L;
  }
}
