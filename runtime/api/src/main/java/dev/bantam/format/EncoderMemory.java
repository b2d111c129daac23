package dev.bantam.format;

/**
 * What an encoder takes in memory besides the process itself, as predicted before it is loaded; all
 * in bytes. Weights are there once, working memory once a run under way.
 *
 * @param config the model's sizes
 * @param weights what ONNX Runtime keeps of the weights in memory of its own, in all sessions
 */
public record EncoderMemory(EncoderConfig config, long weights) {

  /** Tokens of the texts that one run takes at most, unless a single text is longer. */
  public static final int BATCH = 256;

  /** What a run holds of hidden states at a time, in those of its tokens; as a decoder's. */
  private static final int HIDDEN_STATES = 48;

  /** What a run holds of written-out scores at a time, in matrices of one layer; measured. */
  private static final int SCORES = 2;

  /**
   * What one run needs while it lasts.
   *
   * @param context tokens of a text at most; the model's own limit may be lower
   */
  public long working(int context) {
    long text = Math.min(context, config.maxTokens());
    long tokens = Math.max(BATCH, text);
    long hidden = HIDDEN_STATES * tokens * config.hiddenSize() * Float.BYTES;
    return hidden + SCORES * config.heads() * text * text * Float.BYTES;
  }

  /** All of it, with so many runs at a time of texts that fill the context. */
  public long total(int context, int runs) {
    return weights + runs * working(context);
  }
}
