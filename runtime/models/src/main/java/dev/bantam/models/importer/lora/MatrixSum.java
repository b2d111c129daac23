package dev.bantam.models.importer.lora;

import dev.bantam.models.ModelException;
import dev.bantam.models.importer.source.ModelSource;
import dev.bantam.models.importer.source.SourceTensor;
import dev.bantam.models.importer.tensor.WeightFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** A matrix plus what an adapter adds to it, {@code W + scale * B A}, row by row as floats. */
final class MatrixSum {

  private final ModelSource base;
  private final SourceTensor matrix;
  private final WeightFormat format;
  private final LowRank part;
  private final RowOrder order;
  private LowRank.@Nullable Factors factors;
  private float @Nullable [] row;
  private int rowNumber = -1;

  MatrixSum(ModelSource base, SourceTensor matrix, LowRank part, RowOrder order)
      throws ModelException {
    this.base = base;
    this.matrix = matrix;
    this.part = part;
    this.order = order;
    this.format =
        WeightFormat.of(matrix.type())
            .orElseThrow(
                () ->
                    base.unsupported(
                        matrix,
                        "no adapter can be merged into type %s; supported are %s"
                            .formatted(matrix.type(), WeightFormat.types())));
  }

  /** As {@link ModelSource#read}: the sum is of type F32. */
  void read(long from, ByteBuffer target) throws ModelException {
    long element = from / Float.BYTES;
    while (target.hasRemaining()) {
      float[] values = row((int) (element / part.columns()));
      int column = (int) (element % part.columns());
      int count = Math.min(target.remaining() / Float.BYTES, part.columns() - column);
      for (int i = 0; i < count; i++) {
        target.putFloat(values[column + i]);
      }
      element += count;
    }
  }

  /** Gives the factors' memory back; they are loaded again when needed. */
  void forget() {
    factors = null;
    row = null;
    rowNumber = -1;
  }

  private float[] row(int number) throws ModelException {
    float[] values = row;
    if (values == null || number != rowNumber) {
      values = values == null ? new float[part.columns()] : values;
      readBase(number, values);
      add(order.adapterRow(number), values);
      row = values;
      rowNumber = number;
    }
    return values;
  }

  private void readBase(int number, float[] values) throws ModelException {
    int rowBytes = part.columns() / matrix.type().blockElements() * matrix.type().blockBytes();
    ByteBuffer stored = ByteBuffer.allocate(rowBytes).order(ByteOrder.LITTLE_ENDIAN);
    base.read(matrix, (long) number * rowBytes, stored);
    format.dequantize(stored.flip(), values);
  }

  private void add(int number, float[] values) throws ModelException {
    LowRank.Factors both = factors;
    if (both == null) {
      both = part.loader().load();
      factors = both;
    }
    for (int k = 0; k < part.rank(); k++) {
      float weight = part.scale() * both.b()[number * part.rank() + k];
      int at = k * part.columns();
      for (int i = 0; i < values.length; i++) {
        values[i] += weight * both.a()[at + i];
      }
    }
  }
}
