package dev.bantam.models.importer.tensor;

import dev.bantam.models.importer.source.SourceTensor;
import java.nio.ByteBuffer;
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
      String name, ElementType type, List<Long> shape, List<SourceTensor> sources, BlockCodec codec)
      implements WeightPart {

    public Converted {
      shape = List.copyOf(shape);
      sources = List.copyOf(sources);
    }
  }

  /**
   * A part of dense tensors of the source that are quantized to 8 bits with a scale for each row.
   */
  record ByChannel(String name, Content content, List<Long> shape, List<SourceTensor> sources)
      implements WeightPart {

    public ByChannel {
      shape = List.copyOf(shape);
      sources = List.copyOf(sources);
    }

    @Override
    public ElementType type() {
      return content.type;
    }

    /** What of them. */
    public enum Content {
      /** Rows and columns exchanged: {@code [columns, rows]}. */
      QUANTA(ElementType.INT8),
      /** {@code [rows]}. */
      SCALES(ElementType.FLOAT),
      /** Of each row's quanta times its scale: {@code [1, rows]}. */
      SUMS(ElementType.FLOAT);

      private final ElementType type;

      Content(ElementType type) {
        this.type = type;
      }
    }
  }

  /** A table that is computed, row by row of its first dimension. */
  record Computed(String name, ElementType type, List<Long> shape, Row row) implements WeightPart {

    public Computed {
      shape = List.copyOf(shape);
    }

    /** A table of floats, {@code [rows, columns]}. */
    public static Computed floats(String name, int rows, int columns, FloatRow row) {
      float[] values = new float[columns];
      return new Computed(
          name,
          ElementType.FLOAT,
          List.of((long) rows, (long) columns),
          (number, bytes) -> {
            row.fill(number, values);
            bytes.asFloatBuffer().put(values);
          });
    }

    public int rows() {
      return Math.toIntExact(shape.get(0));
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

  /** Computes one row of a table: fills {@code bytes}, little-endian, from its beginning. */
  @FunctionalInterface
  interface Row {
    void fill(int row, ByteBuffer bytes);
  }

  /** Computes one row of a table of floats: all of {@code columns}. */
  @FunctionalInterface
  interface FloatRow {
    void fill(int row, float[] columns);
  }
}
