package dev.bantam.inference.bench;

import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.session.Sequence;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * How well a model foresees a text: the measure by which variants of one model are compared.
 *
 * <p>The text's tokens are cut into windows of equal length; what is left over is not used. Each
 * window is evaluated by itself, and the tokens of its second half are scored, so that each scored
 * token has at least half a window in front of it. The perplexity is {@code exp} of the mean of
 * {@code -ln p(token)}. llama.cpp's perplexity tool cuts and scores in the same way.
 */
public final class Perplexity {

  /** Rows of logits that one run makes at most: with 256,000 tokens a row has a megabyte. */
  private static final int ROWS = 32;

  private final DecoderModel model;
  private final int window;
  private final float[] row;

  private Perplexity(DecoderModel model, int window) {
    this.model = model;
    this.window = window;
    this.row = new float[model.config().vocabSize()];
  }

  /**
   * @param perplexity {@code exp} of the mean negative logarithm of the scored tokens'
   *     probabilities
   * @param tokens number of scored tokens
   * @param windows number of windows
   */
  public record Result(double perplexity, int tokens, int windows) {}

  /** Called after each window. */
  @FunctionalInterface
  public interface Listener {
    void window(int window, int total, double perplexitySoFar);
  }

  /**
   * Scores a text.
   *
   * @param tokens the text; where the model begins a prompt with a token of its own, each window's
   *     first token is replaced by it
   * @param window tokens a window, at least 4 and at most the model's context
   * @throws TaskException with {@link ErrorCode#INVALID_REQUEST} if the text is shorter than a
   *     window or the window does not suit the model
   */
  public static Result of(DecoderModel model, int[] tokens, int window, Listener listener)
      throws TaskException {
    check(model, tokens, window);
    Perplexity measure = new Perplexity(model, window);
    int windows = tokens.length / window;
    double sum = 0;
    int scored = 0;
    try (Sequence sequence = model.newSequence()) {
      for (int i = 0; i < windows; i++) {
        sum += measure.score(sequence, measure.cut(tokens, i));
        scored += window - 1 - window / 2;
        listener.window(i + 1, windows, Math.exp(sum / scored));
      }
    }
    return new Result(Math.exp(sum / scored), scored, windows);
  }

  private static void check(DecoderModel model, int[] tokens, int window) throws TaskException {
    if (window < 4 || window > model.contextLength()) {
      throw new TaskException(
          ErrorCode.INVALID_REQUEST,
          "a window of %d tokens was asked for; it must be between 4 and the model's context of %d"
              .formatted(window, model.contextLength()));
    }
    if (tokens.length < window) {
      throw new TaskException(
          ErrorCode.INVALID_REQUEST,
          "the text has %d tokens, less than one window of %d; give a longer text or a smaller window"
              .formatted(tokens.length, window));
    }
  }

  private int[] cut(int[] tokens, int number) {
    int[] part = Arrays.copyOfRange(tokens, number * window, (number + 1) * window);
    Optional<Integer> begin = model.config().bosTokenId();
    if (model.config().addBos() && begin.isPresent()) {
      part[0] = begin.get();
    }
    return part;
  }

  /** Sum of the negative logarithms over the tokens after the first of the second half. */
  private double score(Sequence sequence, int[] tokens) throws TaskException {
    sequence.rewind(0);
    int half = window / 2;
    sequence.evaluate(Arrays.copyOf(tokens, half), 1);
    double sum = 0;
    for (int from = half; from < window - 1; from += ROWS) {
      int to = Math.min(from + ROWS, window - 1);
      FloatBuffer logits = sequence.evaluate(Arrays.copyOfRange(tokens, from, to), to - from);
      for (int i = from; i < to; i++) {
        logits.get((i - from) * row.length, row);
        sum += surprise(row, tokens[i + 1]);
      }
    }
    return sum;
  }

  /** {@code -ln softmax(logits)[token]}. */
  static double surprise(float[] logits, int token) {
    double highest = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      highest = Math.max(highest, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - highest);
    }
    return Math.log(sum) + highest - logits[token];
  }
}
