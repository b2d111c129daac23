package dev.bantam.models.importer.safetensors;

import dev.bantam.models.ModelException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads stored matrices with rows and columns exchanged. A row of the result is a column of the
 * file, so many are read at once, one piece of each stored row, and kept: one band of one matrix at
 * a time, for matrices are read from beginning to end.
 */
final class TransposedBands {

  private static final int BAND_BYTES = 4 << 20;

  private @Nullable TensorView matrix;
  private long firstRow;
  private byte[] band = {};

  /**
   * As {@link TensorView.Reader#read}.
   *
   * @param stored {@code [columns, rows]} as it lies in the file
   * @param rows of the result
   * @param columns of the result
   */
  void read(TensorView stored, long rows, long columns, long from, ByteBuffer target)
      throws ModelException {
    long rowBytes = columns * stored.type().blockBytes();
    for (long at = from; target.hasRemaining(); ) {
      long row = at / rowBytes;
      if (stored != matrix || row < firstRow || (row - firstRow + 1) * rowBytes > band.length) {
        load(stored, rows, columns, row);
      }
      int start = (int) (at - firstRow * rowBytes);
      int count = Math.min(target.remaining(), band.length - start);
      target.put(band, start, count);
      at += count;
    }
  }

  private void load(TensorView stored, long rows, long columns, long row) throws ModelException {
    int width = stored.type().blockBytes();
    int count = (int) Math.max(1, Math.min(rows - row, BAND_BYTES / (columns * width)));
    byte[] loaded = new byte[Math.toIntExact(count * columns * width)];
    ByteBuffer piece = ByteBuffer.allocate(count * width);
    for (int column = 0; column < columns; column++) {
      stored.reader().read((column * rows + row) * width, piece.clear());
      for (int i = 0; i < count; i++) {
        System.arraycopy(
            piece.array(), i * width, loaded, (int) (i * columns + column) * width, width);
      }
    }
    band = loaded;
    matrix = stored;
    firstRow = row;
  }
}
