package dev.bantam.inference.session;

import ai.onnxruntime.OnnxJavaType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** What trials of kernels put into a cache: numbers as good as any others, always the same. */
final class Noise {

  private static final int SEED = 5;

  /** Prime, so that no two rows of a cache begin alike. */
  private static final int ELEMENTS = 16_381;

  private Noise() {}

  /** Whether a graph has a cache that noise can be put into. */
  static boolean fits(GraphLayout layout) {
    return layout.sharedCache() && layout.cacheType() != OnnxJavaType.FLOAT16;
  }

  /** Elements of the cache's type, one after the other. */
  static byte[] of(GraphLayout layout) {
    Random random = new Random(SEED);
    byte[] bytes = new byte[ELEMENTS * layout.cacheType().size];
    if (layout.cacheType() == OnnxJavaType.INT8) {
      random.nextBytes(bytes);
      return bytes;
    }
    ByteBuffer floats = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    while (floats.hasRemaining()) {
      floats.putFloat((float) random.nextGaussian());
    }
    return bytes;
  }
}
