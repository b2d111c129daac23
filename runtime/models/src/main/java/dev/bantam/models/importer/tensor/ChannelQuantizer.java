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
 *
 * <p>x86 processors without VNNI add the products of two neighbouring columns in 16 bits, which
 * hold 255 times 128. So quanta of one sign in two neighbouring columns are never more than that
 * together: the scale is a fifth to a third larger for it, and the sums are the same on every
 * processor (decision 0071).
 */
final class ChannelQuantizer {

  private static final int BAND_BYTES = 4 << 20;
  private static final float LARGEST = 127;

  private final ModelSource source;
  private final ChannelErrors errors;

  /**
   * @param errors is told how far the quanta are from the source
   */
  ChannelQuantizer(ModelSource source, ChannelErrors errors) {
    this.source = source;
    this.errors = errors;
  }

  /** Takes bytes to be written. */
  interface Target {
    void write(ByteBuffer bytes) throws ModelException;
  }

  /** One float a row, all tensors one after the other. */
  void scales(List<SourceTensor> tensors, Target target) throws ModelException {
    for (SourceTensor tensor : tensors) {
      write(scales(tensor), target);
    }
  }

  /**
   * The sum of a row's quanta times its scale, one float a row, all tensors one after the other.
   */
  void sums(List<SourceTensor> tensors, Target target) throws ModelException {
    for (SourceTensor tensor : tensors) {
      float[] scales = scales(tensor);
      float[] row = new float[columns(tensor)];
      float[] sums = new float[scales.length];
      for (int r = 0; r < sums.length; r++) {
        read(tensor, r, 0, row.length, row);
        int sum = 0;
        for (float weight : row) {
          sum += quantum(weight, scales[r]);
        }
        sums[r] = sum * scales[r];
      }
      write(sums, target);
    }
  }

  private static void write(float[] floats, Target target) throws ModelException {
    ByteBuffer out =
        ByteBuffer.allocate(floats.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.asFloatBuffer().put(floats);
    target.write(out);
  }

  private static byte quantum(float weight, float scale) {
    return (byte) Math.rint(weight / scale);
  }

  private float[] scales(SourceTensor tensor) throws ModelException {
    int columns = columns(tensor);
    float[] row = new float[columns];
    float[] scales = new float[rows(tensor)];
    for (int r = 0; r < scales.length; r++) {
      read(tensor, r, 0, columns, row);
      for (float weight : row) {
        if (!Float.isFinite(weight)) {
          throw source.wrong(tensor, "row %d holds numbers that are not finite".formatted(r));
        }
      }
      float largest = largestOfPairs(row);
      scales[r] = largest == 0 ? 1 : largest / LARGEST;
    }
    return scales;
  }

  /** The largest sum of the weights of one sign, of two neighbouring columns, without the sign. */
  private static float largestOfPairs(float[] row) {
    float largest = 0;
    for (int c = 0; c < row.length; c += 2) {
      float first = row[c];
      float second = c + 1 < row.length ? row[c + 1] : 0;
      float positive = Math.max(first, 0) + Math.max(second, 0);
      float negative = Math.max(-first, 0) + Math.max(-second, 0);
      largest = Math.max(largest, Math.max(positive, negative));
    }
    return largest;
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
    double[] difference = new double[scales.length];
    double[] squares = new double[scales.length];
    for (int from = 0; from < columns; from += width) {
      int count = Math.min(width, columns - from);
      int place = 0;
      for (int i = 0; i < scales.length; i++) {
        for (int r = 0; r < scales[i].length; r++) {
          read(tensors.get(i), r, from, count, piece);
          for (int c = 0; c < count; c++) {
            byte quantum = quantum(piece[c], scales[i][r]);
            double lost = piece[c] - (double) scales[i][r] * quantum;
            band[c * all + place] = quantum;
            difference[i] += lost * lost;
            squares[i] += (double) piece[c] * piece[c];
          }
          place++;
        }
      }
      target.write(ByteBuffer.wrap(band, 0, count * all));
    }
    for (int i = 0; i < scales.length; i++) {
      errors.put(tensors.get(i).name(), difference[i], squares[i]);
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
