package dev.bantam.inference.generation;

/**
 * What a generation could not keep in its context.
 *
 * @param leftOut tokens of the prompt's middle that the model was never given
 * @param slides how often the context was full and slid
 * @param dropped tokens of prompt and answer that were dropped by that
 */
public record ContextUse(int leftOut, int slides, int dropped) {

  /** Of a generation that fits its context. */
  public static final ContextUse WHOLE = new ContextUse(0, 0, 0);
}
