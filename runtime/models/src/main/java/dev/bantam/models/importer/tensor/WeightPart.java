package dev.bantam.models.importer.tensor;

import dev.bantam.models.gguf.GgufTensor;
import java.util.List;

/** One tensor of the weights file, and where its elements come from. */
public sealed interface WeightPart {

  /** The initializer's name in the graph. */
  String name();

  ElementType type();

  /** In ONNX's order, the contiguous dimension last. */
  List<Long> shape();

  default long bytes() {
    long bytes = type().bytes();
    for (long dimension : shape()) {
      bytes = Math.multiplyExact(bytes, dimension);
    }
    return bytes;
  }

  /**
   * Converted tensors of the source, one after the other.
   *
   * @param codec reads the type of all of {@code sources}
   */
  record Converted(
      String name, ElementType type, List<Long> shape, List<GgufTensor> sources, BlockCodec codec)
      implements WeightPart {

    public Converted {
      shape = List.copyOf(shape);
      sources = List.copyOf(sources);
    }
  }

  /** A table of floats that is computed: {@code [rows, columns]}. */
  record Computed(String name, int rows, int columns, Row row) implements WeightPart {

    @Override
    public ElementType type() {
      return ElementType.FLOAT;
    }

    @Override
    public List<Long> shape() {
      return List.of((long) rows, (long) columns);
    }
  }

  /** Another shape of the bytes of {@code of}, which it shares. */
  record View(String name, List<Long> shape, WeightPart of) implements WeightPart {

    public View {
      shape = List.copyOf(shape);
    }

    @Override
    public ElementType type() {
      return of.type();
    }
  }

  /** Computes one row of a table. */
  @FunctionalInterface
  interface Row {
    void fill(int row, float[] columns);
  }
}
