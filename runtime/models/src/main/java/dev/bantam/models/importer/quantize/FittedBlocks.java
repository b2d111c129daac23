package dev.bantam.models.importer.quantize;

import dev.bantam.models.gguf.TensorType;
import dev.bantam.models.importer.tensor.WeightFormat;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes one tensor's weights as blocks of one of Bantam's own types. A tensor is read once for
 * each part that is made of it, from beginning to end. The first time the scales are searched and
 * the error is counted; scales whose search takes long are kept for the other times, outside the
 * heap: 5 bytes for each group of a tensor.
 */
final class FittedBlocks {

  private static final int REMEMBERED_BYTES = Float.BYTES + 1;

  private final WeightFormat format;
  private final int elements;
  private final BlockFit fit;
  private final byte[] quanta;
  private final float[] scales;
  private final byte[] zeros;
  private final int passes;
  private int passesDone;
  private double error;
  private double power;
  private @Nullable ByteBuffer remembered;

  /**
   * @param count elements of the tensor
   */
  FittedBlocks(TensorType type, long count) {
    this.format = WeightFormat.of(type).orElseThrow();
    this.elements = type.blockElements();
    this.fit = new BlockFit(format.bits(), format.block());
    this.quanta = new byte[elements];
    this.scales = new float[elements / format.block()];
    this.zeros = new byte[scales.length];
    this.passes = format.zeros().isPresent() ? 3 : 2;
    if (format.bits() == 4) {
      int groups = Math.toIntExact(count / format.block());
      this.remembered = ByteBuffer.allocateDirect(Math.multiplyExact(groups, REMEMBERED_BYTES));
    }
  }

  /** Says that the tensor has been read to its end. */
  void endPass() {
    passesDone++;
    if (passesDone == passes) {
      remembered = null;
    }
  }

  /** Root of the sum of squared errors, as part of that of squared weights. */
  double relativeError() {
    return power == 0 ? 0 : Math.sqrt(error / power);
  }

  /**
   * Writes one block.
   *
   * @param number of the block in its tensor
   * @param from where its weights begin
   */
  void write(long number, float[] weights, int from, ByteBuffer out) {
    int group = format.block();
    byte[] groupQuanta = new byte[group];
    for (int g = 0; g < scales.length; g++) {
      fit.load(weights, from + g * group);
      fitGroup(Math.toIntExact(number * scales.length + g));
      fit.quanta(groupQuanta);
      if (passesDone == 0) {
        error += fit.error(groupQuanta);
        power += fit.power();
      }
      System.arraycopy(groupQuanta, 0, quanta, g * group, group);
      scales[g] = fit.scale();
      zeros[g] = (byte) fit.zero();
    }
    put(out);
  }

  private void fitGroup(int number) {
    ByteBuffer known = remembered;
    int at = number * REMEMBERED_BYTES;
    if (known != null && passesDone > 0) {
      fit.use(known.getFloat(at), known.get(at + Float.BYTES));
      return;
    }
    if (format.bits() == 8) {
      fit.bytes();
    } else if (format.zeros().isPresent()) {
      fit.withZero();
    } else {
      fit.symmetric();
    }
    if (known != null) {
      known.putFloat(at, fit.scale()).put(at + Float.BYTES, (byte) fit.zero());
    }
  }

  private void put(ByteBuffer out) {
    for (float scale : scales) {
      out.putFloat(scale);
    }
    if (format.zeros().isPresent()) {
      putPairs(zeros, out);
    }
    if (format.bits() == 8) {
      out.put(quanta);
    } else {
      putPairs(quanta, out);
    }
  }

  /** Two neighbours a byte, the first in the low half. */
  private static void putPairs(byte[] nibbles, ByteBuffer out) {
    for (int i = 0; i < nibbles.length; i += 2) {
      out.put((byte) (nibbles[i] | nibbles[i + 1] << 4));
    }
  }
}
