package dev.bantam.inference.session;

import dev.bantam.spi.TaskException;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Tries whether a model's kernels give the same bits for a token whether it is evaluated alone or
 * with others. Many do not: a product with one row often has a kernel of its own, which adds up in
 * another order. Where activations are rounded to 8 bits, the last bit of a sum decides roundings,
 * and those decide between tokens that are about equally likely (decision 0120).
 */
final class RowsTrial {

  private static final int BEFORE = 12;
  private static final int ROWS = 5;

  private RowsTrial() {}

  /** Evaluates a few tokens of the vocabulary both ways. */
  static boolean succeeds(DecoderModel model) throws TaskException {
    if (model.contextLength() < BEFORE + ROWS) {
      return false;
    }
    int vocab = model.config().vocabSize();
    int[] tokens = new int[BEFORE + ROWS];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = (i + 1) * (vocab / (tokens.length + 1));
    }
    int[] tried = Arrays.copyOfRange(tokens, BEFORE, tokens.length);
    float[] alone = new float[ROWS * vocab];
    try (Sequence sequence = model.newSequence()) {
      sequence.evaluate(Arrays.copyOf(tokens, BEFORE), 1);
      for (int i = 0; i < ROWS; i++) {
        sequence.evaluate(new int[] {tried[i]}, 1).get(0, alone, i * vocab, vocab);
      }
      sequence.rewind(BEFORE);
      float[] together = new float[ROWS * vocab];
      FloatBuffer rows = sequence.evaluate(tried, ROWS);
      rows.get(0, together);
      return Arrays.equals(alone, together);
    }
  }
}
