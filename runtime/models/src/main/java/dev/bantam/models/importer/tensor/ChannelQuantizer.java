package dev.bantam.models.importer.tensor;

import dev.bantam.models.ModelException;
import dev.bantam.models.importer.source.ModelSource;
import dev.bantam.models.importer.source.SourceTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Quantizes rows of floats to 8 bits, each row with a scale of its own: {@code w = scale * q}, q
 * from -127 to 127. Reads one row at a time; quanta are written with rows and columns exchanged, so
 * one band of columns at a time is kept.
 */
final class ChannelQuantizer {

  private static final int BAND_BYTES = 4 << 20;
  private static final float LARGEST = 127;

  private final ModelSource source;

  ChannelQuantizer(ModelSource source) {
    this.source = source;
  }

  /** Takes bytes to be written. */
  interface Target {
    void write(ByteBuffer bytes) throws ModelException;
  }

  /** One float a row, all tensors one after the other. */
  void scales(List<SourceTensor> tensors, Target target) throws ModelException {
    for (SourceTensor tensor : tensors) {
      float[] scales = scales(tensor);
      ByteBuffer out =
          ByteBuffer.allocate(scales.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      out.asFloatBuffer().put(scales);
      target.write(out);
    }
  }

  private float[] scales(SourceTensor tensor) throws ModelException {
    int columns = columns(tensor);
    float[] row = new float[columns];
    float[] scales = new float[rows(tensor)];
    for (int r = 0; r < scales.length; r++) {
      read(tensor, r, 0, columns, row);
      float largest = 0;
      for (float weight : row) {
        if (!Float.isFinite(weight)) {
          throw source.wrong(tensor, "row %d holds numbers that are not finite".formatted(r));
        }
        largest = Math.max(largest, Math.abs(weight));
      }
      scales[r] = largest == 0 ? 1 : largest / LARGEST;
    }
    return scales;
  }

  /** One byte a weight: {@code [columns, rows of all tensors]}. */
  void quanta(List<SourceTensor> tensors, Target target) throws ModelException {
    int columns = columns(tensors.get(0));
    int all = tensors.stream().mapToInt(ChannelQuantizer::rows).sum();
    float[][] scales = new float[tensors.size()][];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = scales(tensors.get(i));
    }
    int width = Math.max(1, Math.min(columns, BAND_BYTES / all));
    byte[] band = new byte[width * all];
    float[] piece = new float[width];
    for (int from = 0; from < columns; from += width) {
      int count = Math.min(width, columns - from);
      int place = 0;
      for (int i = 0; i < scales.length; i++) {
        for (int r = 0; r < scales[i].length; r++) {
          read(tensors.get(i), r, from, count, piece);
          for (int c = 0; c < count; c++) {
            band[c * all + place] = (byte) Math.rint(piece[c] / scales[i][r]);
          }
          place++;
        }
      }
      target.write(ByteBuffer.wrap(band, 0, count * all));
    }
  }

  private void read(SourceTensor tensor, int row, int from, int count, float[] floats)
      throws ModelException {
    int width = tensor.type().blockBytes();
    ByteBuffer bytes = ByteBuffer.allocate(count * width).order(ByteOrder.LITTLE_ENDIAN);
    source.read(tensor, ((long) row * columns(tensor) + from) * width, bytes);
    WeightFormat.of(tensor.type()).orElseThrow().dequantize(bytes.flip(), floats);
  }

  private static int columns(SourceTensor tensor) {
    return Math.toIntExact(tensor.shape().get(0));
  }

  private static int rows(SourceTensor tensor) {
    return tensor.shape().size() == 1 ? 1 : Math.toIntExact(tensor.shape().get(1));
  }
}
