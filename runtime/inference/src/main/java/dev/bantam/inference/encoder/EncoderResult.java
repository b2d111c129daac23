package dev.bantam.inference.encoder;

/** What an encoder makes of one {@link EncoderInput}, by its head. */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; lists would box every number
public sealed interface EncoderResult {

  /**
   * Of {@link dev.bantam.format.EncoderConfig.Head#NONE}.
   *
   * @param values pooled hidden states, {@code [hidden_size]}, of length 1 where the model's
   *     configuration says so
   */
  record Embedding(float[] values) implements EncoderResult {}

  /**
   * Of {@link dev.bantam.format.EncoderConfig.Head#SEQUENCE}.
   *
   * @param logits {@code [labels]}
   */
  record TextLogits(float[] logits) implements EncoderResult {}

  /**
   * Of {@link dev.bantam.format.EncoderConfig.Head#TOKENS}.
   *
   * @param logits {@code [tokens, labels]}, a row after the other
   */
  record TokenLogits(float[] logits) implements EncoderResult {}

  /**
   * Of {@link dev.bantam.format.EncoderConfig.Head#SPAN}.
   *
   * @param starts {@code [tokens]}
   * @param ends {@code [tokens]}
   */
  record SpanLogits(float[] starts, float[] ends) implements EncoderResult {}
}
