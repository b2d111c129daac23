package dev.bantam.inference.generation;

import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.session.Sequence;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Raw token ids in, greedy tokens and their logits out: no template, no tokenizer, no stop at end
 * of text. By this anyone compares Bantam with another engine.
 */
public final class GreedyDecode {

  /** Tokens that are listed for each step. */
  public static final int TOP = 5;

  private GreedyDecode() {}

  /**
   * One generated token.
   *
   * @param token the id with the highest logit; of equal ones the lowest
   * @param top the five highest logits, the highest first
   */
  public record Step(int token, List<TokenLogit> top) {

    public Step {
      top = List.copyOf(top);
    }
  }

  /**
   * Decodes {@code newTokens} steps after {@code tokens}.
   *
   * @throws TaskException with {@link ErrorCode#INVALID_REQUEST} if there is no token, an id is not
   *     the model's, or {@code newTokens} is below 1; with {@link ErrorCode#PROMPT_TOO_LONG} if
   *     tokens and new tokens do not fit the context together
   */
  public static List<Step> run(DecoderModel model, int[] tokens, int newTokens)
      throws TaskException {
    check(model, tokens, newTokens);
    List<Step> steps = new ArrayList<>();
    try (Sequence sequence = model.newSequence()) {
      float[] logits = new float[model.config().vocabSize()];
      int[] input = tokens;
      for (int i = 0; i < newTokens; i++) {
        FloatBuffer row = sequence.evaluate(input, 1);
        row.get(0, logits);
        List<TokenLogit> top = Logits.top(logits, TOP);
        steps.add(new Step(top.get(0).token(), top));
        input = new int[] {top.get(0).token()};
      }
    }
    return steps;
  }

  private static void check(DecoderModel model, int[] tokens, int newTokens) throws TaskException {
    if (tokens.length == 0) {
      throw new TaskException(
          ErrorCode.INVALID_REQUEST, "there is no token to start from; give at least one token id");
    }
    if (newTokens < 1) {
      throw new TaskException(
          ErrorCode.INVALID_REQUEST,
          "%d new tokens were asked for; it must be at least 1".formatted(newTokens));
    }
    if ((long) tokens.length + newTokens > model.contextLength()) {
      throw new TaskException(
          ErrorCode.PROMPT_TOO_LONG,
          "%d tokens and %d new ones do not fit the context of %d; give fewer tokens, or ask for fewer"
              .formatted(tokens.length, newTokens, model.contextLength()));
    }
  }
}
