package dev.bantam.inference.session;

import ai.onnxruntime.OnnxJavaType;
import dev.bantam.format.DecoderConfig;
import dev.bantam.spi.TaskException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds out how large a decoder's keys and values get, by evaluating texts and looking at what is
 * cached. Not thread-safe.
 */
public final class CacheSurvey {

  /** Tokens a run, which bounds the copy that is looked at. */
  private static final int RUN = 64;

  private final DecoderModel model;
  private final List<float[]> greatest = new ArrayList<>();

  /**
   * @param model with a cache of floats that a graph writes in place
   * @throws IllegalArgumentException if its cache is another
   */
  public CacheSurvey(DecoderModel model) {
    GraphLayout layout = model.layout();
    if (!layout.sharedCache() || layout.cacheType() != OnnxJavaType.FLOAT) {
      throw new IllegalArgumentException("the cache is not of floats, or not written in place");
    }
    this.model = model;
    DecoderConfig config = model.config();
    for (int part = 0; part < config.layers() * KvCache.PARTS.size(); part++) {
      greatest.add(new float[config.kvHeads() * config.headSize()]);
    }
  }

  /**
   * Evaluates a text from its beginning, as far as the context reaches.
   *
   * @throws TaskException as {@link Sequence#evaluate(int[], int)}
   */
  public void add(int[] text) throws TaskException {
    int length = Math.min(text.length, model.contextLength());
    int positionBytes = greatest.size() * greatest.get(0).length * Float.BYTES;
    try (Sequence sequence = model.newSequence();
        NativeBuffer copy = NativeBuffer.allocate((long) RUN * positionBytes)) {
      for (int from = 0; from < length; from += RUN) {
        int to = Math.min(from + RUN, length);
        FloatBuffer unused = sequence.evaluate(Arrays.copyOfRange(text, from, to), 1);
        sequence.copy(from, to - from, copy.bytes());
        look(copy.floats(), to - from);
      }
    } catch (OutOfMemoryError e) {
      throw Sequence.outOfMemory(e);
    }
  }

  /** At positions of all parts, {@code [part, kv_heads, count, head_size]}. */
  private void look(FloatBuffer cached, int count) {
    int head = model.config().headSize();
    int at = 0;
    for (float[] part : greatest) {
      for (int start = 0; start < part.length; start += head) {
        for (int i = 0; i < count * head; i++) {
          int element = start + i % head;
          part[element] = Math.max(part[element], Math.abs(cached.get(at++)));
        }
      }
    }
  }

  /**
   * Greatest absolute values so far, layers in order, keys before values; each {@code [kv_heads *
   * head_size]}.
   */
  public List<float[]> greatest() {
    return greatest.stream().map(float[]::clone).toList();
  }

  /** Whether all that was seen is a finite number. */
  public boolean isFinite() {
    for (float[] part : greatest) {
      for (float value : part) {
        if (!Float.isFinite(value)) {
          return false;
        }
      }
    }
    return true;
  }
}
