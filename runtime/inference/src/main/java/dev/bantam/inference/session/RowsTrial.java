package dev.bantam.inference.session;

import dev.bantam.spi.TaskException;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Tries whether a model's kernels give the same bits for a token in a short run as in a longer one.
 * Alone it often has others: a product with one row has a kernel of its own, which adds up in
 * another order. Where activations are rounded to 8 bits, the last bit of a sum decides roundings,
 * and those decide between tokens that are about equally likely (decision 0120).
 *
 * <p>Attention may cut a long past into blocks, and take another way for one row then, so it is
 * tried at the ends of blocks, too. What stands in the cache there is noise: kernels do not mind.
 */
final class RowsTrial {

  private static final int BEFORE = 12;

  /**
   * Rows that are compared: evaluated in short runs, in one, and at the beginning of a long one.
   */
  private static final int ROWS = 6;

  /** As many rows as a run with drafts has at most. */
  private static final int DRAFTED = 16;

  /** Rows of a long part of a prompt. */
  private static final int LONG = 64;

  /** A few positions before powers of two, at one of which a processor's blocks may end. */
  private static final int[] FAR = {254, 510, 1022};

  private final DecoderModel model;
  private final int least;
  private final int vocab;
  private final int limit;

  private RowsTrial(DecoderModel model, int least) {
    this.model = model;
    this.least = least;
    this.vocab = model.config().vocabSize();
    this.limit =
        Math.min(
            model.contextLength(), model.config().shortContextLength().orElse(Integer.MAX_VALUE));
  }

  /** Whether a token is the same alone and beside drafts. */
  static boolean ofRows(DecoderModel model) throws TaskException {
    return new RowsTrial(model, 1).succeeds(DRAFTED);
  }

  /** Whether a prompt is the same however it is cut, but for single tokens. */
  static boolean ofRuns(DecoderModel model) throws TaskException {
    return new RowsTrial(model, 2).succeeds(LONG);
  }

  /**
   * @param longest rows of the longest run
   */
  private boolean succeeds(int longest) throws TaskException {
    if (limit < BEFORE + ROWS) {
      return false;
    }
    try (Sequence sequence = model.newSequence()) {
      FloatBuffer unused = sequence.evaluate(tokens(BEFORE), 1);
      if (!isAlike(sequence, longest)) {
        return false;
      }
      for (int far : FAR) {
        if (Noise.fits(model.layout()) && far + DRAFTED <= limit) {
          sequence.pretend(far, Noise.of(model.layout()));
          if (!isAlike(sequence, DRAFTED)) {
            return false;
          }
        }
      }
      return true;
    }
  }

  /** Behind what the sequence holds. */
  private boolean isAlike(Sequence sequence, int longest) throws TaskException {
    int before = sequence.position();
    int[] tokens = tokens(Math.min(longest, limit - before));
    float[] apart = new float[ROWS * vocab];
    for (int i = 0; i < ROWS; i += least) {
      int[] run = Arrays.copyOfRange(tokens, i, i + least);
      sequence.evaluate(run, least).get(0, apart, i * vocab, least * vocab);
    }
    return Arrays.equals(apart, together(sequence, before, Arrays.copyOf(tokens, ROWS)))
        && Arrays.equals(apart, together(sequence, before, tokens));
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
