package dev.bantam.inference.generation;

import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.session.Sequence;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.nio.FloatBuffer;

/** Has a decoder generate a few tokens, and looks whether its logits can be right. Blocking. */
public final class DecoderTrial {

  private static final int PROMPT = 4;
  private static final int STEPS = 12;

  /** Even a busy machine is given so many. */
  private static final int LEAST_STEPS = 4;

  /** Then a trial that takes longer ends, for another model may be waiting for the processors. */
  private static final long ENOUGH_NANOS = 100_000_000;

  private static final double NANOS_PER_SECOND = 1e9;

  private DecoderTrial() {}

  /**
   * Decodes greedily from some tokens of the vocabulary.
   *
   * @return tokens a second
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} if a logit is not finite, or all
   *     logits of a step are the same
   */
  public static double tokensPerSecond(DecoderModel model) throws TaskException {
    int prompt = Math.min(PROMPT, Math.max(1, model.contextLength() - 1));
    int most = Math.min(STEPS, model.contextLength() - prompt);
    float[] logits = new float[model.config().vocabSize()];
    int[] input = new int[prompt];
    for (int i = 0; i < prompt; i++) {
      input[i] = (i + 1) * (logits.length / (PROMPT + 1));
    }
    try (Sequence sequence = model.newSequence()) {
      int next = best(sequence.evaluate(input, 1, CancellationToken.NONE), logits);
      long begin = System.nanoTime();
      long taken = 0;
      int steps = 0;
      while (steps < most && (steps < LEAST_STEPS || taken < ENOUGH_NANOS)) {
        next = best(sequence.evaluate(new int[] {next}, 1, CancellationToken.NONE), logits);
        steps++;
        taken = System.nanoTime() - begin;
      }
      return steps * NANOS_PER_SECOND / Math.max(1, taken);
    }
  }

  private static int best(FloatBuffer row, float[] logits) throws TaskException {
    row.get(0, logits);
    int best = 0;
    float least = logits[0];
    for (int i = 0; i < logits.length; i++) {
      if (!Float.isFinite(logits[i])) {
        throw new TaskException(
            ErrorCode.MODEL_UNUSABLE,
            "the model's logits are not finite (token %d: %s); its weights are damaged, or its graph is wrong"
                .formatted(i, logits[i]));
      }
      least = Math.min(least, logits[i]);
      best = logits[i] > logits[best] ? i : best;
    }
    if (logits.length > 1 && least == logits[best]) {
      throw new TaskException(
          ErrorCode.MODEL_UNUSABLE,
          "all logits of the model are %s; its weights are damaged, or its graph is wrong"
              .formatted(least));
    }
    return best;
  }
}
