package dev.bantam.inference.session;

import dev.bantam.spi.TaskException;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Tries whether a model's kernels give the same bits for a token whether it is evaluated alone or
 * with others. Many do not: a product with one row often has a kernel of its own, which adds up in
 * another order. Where activations are rounded to 8 bits, the last bit of a sum decides roundings,
 * and those decide between tokens that are about equally likely (decision 0120).
 *
 * <p>Attention may cut a long past into blocks, and take another way for one row then, so it is
 * tried at the ends of blocks, too. What stands in the cache there is noise: kernels do not mind.
 */
final class RowsTrial {

  private static final int BEFORE = 12;

  /** Rows that are evaluated alone, and at the least together. */
  private static final int ROWS = 5;

  /** As many rows as a run with drafts has at most. */
  private static final int MOST_ROWS = 16;

  /** A few positions before powers of two, at one of which a processor's blocks may end. */
  private static final int[] FAR = {254, 510, 1022};

  private final DecoderModel model;
  private final int vocab;
  private final int limit;

  private RowsTrial(DecoderModel model) {
    this.model = model;
    this.vocab = model.config().vocabSize();
    this.limit =
        Math.min(
            model.contextLength(), model.config().shortContextLength().orElse(Integer.MAX_VALUE));
  }

  /** Evaluates a few tokens of the vocabulary both ways. */
  static boolean succeeds(DecoderModel model) throws TaskException {
    return new RowsTrial(model).succeeds();
  }

  private boolean succeeds() throws TaskException {
    if (limit < BEFORE + ROWS) {
      return false;
    }
    try (Sequence sequence = model.newSequence()) {
      FloatBuffer unused = sequence.evaluate(tokens(BEFORE), 1);
      if (!isAlike(sequence)) {
        return false;
      }
      for (int far : FAR) {
        if (Noise.fits(model.layout()) && far + MOST_ROWS <= limit) {
          sequence.pretend(far, Noise.of(model.layout()));
          if (!isAlike(sequence)) {
            return false;
          }
        }
      }
      return true;
    }
  }

  /** Behind what the sequence holds. */
  private boolean isAlike(Sequence sequence) throws TaskException {
    int before = sequence.position();
    int[] tokens = tokens(Math.min(MOST_ROWS, limit - before));
    float[] alone = new float[ROWS * vocab];
    for (int i = 0; i < ROWS; i++) {
      sequence.evaluate(new int[] {tokens[i]}, 1).get(0, alone, i * vocab, vocab);
    }
    return Arrays.equals(alone, together(sequence, before, Arrays.copyOf(tokens, ROWS)))
        && Arrays.equals(alone, together(sequence, before, tokens));
  }

  private float[] together(Sequence sequence, int before, int[] tokens) throws TaskException {
    sequence.rewind(before);
    float[] rows = new float[ROWS * vocab];
    sequence.evaluate(tokens, tokens.length).get(0, rows);
    return rows;
  }

  private int[] tokens(int count) {
    int[] tokens = new int[count];
    for (int i = 0; i < count; i++) {
      tokens[i] = (i + 1) * (vocab / (count + 1));
    }
    return tokens;
  }
}
