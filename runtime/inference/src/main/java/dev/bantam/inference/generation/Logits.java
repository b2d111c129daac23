package dev.bantam.inference.generation;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Order among logits: the highest first, of equal ones the lowest id. */
public final class Logits {

  private Logits() {}

  /** The id of the highest logit. */
  public static int argMax(float[] logits) {
    int best = 0;
    for (int id = 1; id < logits.length; id++) {
      if (logits[id] > logits[best]) {
        best = id;
      }
    }
    return best;
  }

  /** The {@code count} highest, or all if there are fewer. */
  static List<TokenLogit> top(float[] logits, int count) {
    long[] best = new long[Math.min(count, logits.length)];
    Arrays.fill(best, Long.MAX_VALUE);
    for (int id = 0; id < logits.length; id++) {
      long key = key(logits[id], id);
      if (key < best[best.length - 1]) {
        insert(best, key);
      }
    }
    return IntStream.range(0, best.length)
        .mapToObj(i -> new TokenLogit((int) best[i], logits[(int) best[i]]))
        .toList();
  }

  private static void insert(long[] sorted, long key) {
    int at = sorted.length - 1;
    while (at > 0 && sorted[at - 1] > key) {
      sorted[at] = sorted[at - 1];
      at--;
    }
    sorted[at] = key;
  }

  /** A number whose ascending order is descending by value, then ascending by id. */
  static long key(float value, int id) {
    int bits = Float.floatToIntBits(value + 0.0f);
    int ascending = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    return ((long) ~ascending << Integer.SIZE) | id;
  }
}
