package dev.bantam.plugins.textencoding;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Embeddings of labels and examples, which come again with every request. The least used are
 * forgotten. Safe for use by many threads.
 */
final class EmbeddingCache {

  /** Numbers in all: 8 MiB. */
  private static final int MOST_NUMBERS = 2 << 20;

  private static final int LONGEST_TEXT = 1000;
  private static final float LOAD_FACTOR = 0.75f;

  private final Map<String, float[]> vectors;

  private EmbeddingCache(int most) {
    this.vectors =
        new LinkedHashMap<>(16, LOAD_FACTOR, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, float[]> eldest) {
            return size() > most;
          }
        };
  }

  /**
   * @param size numbers of one embedding
   */
  static EmbeddingCache ofSize(int size) {
    return new EmbeddingCache(Math.max(1, MOST_NUMBERS / size));
  }

  synchronized float @Nullable [] get(String text) {
    return vectors.get(text);
  }

  /** Keeps an embedding, unless the text would take more room than it. */
  synchronized void put(String text, float[] vector) {
    if (text.length() <= LONGEST_TEXT) {
      vectors.put(text, vector);
    }
  }
}
