package dev.bantam.inference.generation;

import dev.bantam.inference.session.Sequence;
import dev.bantam.inference.tokenizer.Tokenizer;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.EventSink;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskResult.FinishReason;

/**
 * The generation loop: prefill the prompt, then sample a token, give out its text and decode it,
 * until something ends the answer. Where the last tokens stood in prompt or answer before, those
 * that followed them there are decoded with it, and kept as far as they are the ones that are
 * sampled. Blocking; runs on the caller's thread.
 */
public final class Generator {

  private Generator() {}

  /**
   * Generates one answer.
   *
   * <p>It ends with {@link FinishReason#STOP} at one of the model's stop tokens or at a stop
   * string, neither of which is given out, and with {@link FinishReason#LENGTH} after {@code
   * maxTokens} tokens or, unless the parameters have it slide, at the context's end.
   *
   * @param sequence where the prompt is appended; empty for a fresh request. Afterwards it holds
   *     the prompt and the answer but for its last token, as far as they were not dropped.
   * @param prompt token ids, begin-of-text included where the model wants one; at least one
   * @param sink receives the text as it is made, whole characters only
   * @param cancellation watched between prefill chunks and before each token
   * @throws TaskException with {@link ErrorCode#PROMPT_TOO_LONG} if the prompt does not fit the
   *     context, {@link ErrorCode#INVALID_REQUEST} if it is empty, {@link ErrorCode#CANCELLED}, and
   *     as {@link Sequence#evaluate(int[], int, CancellationToken)}
   */
  public static GenerationResult generate(
      Sequence sequence,
      Tokenizer tokenizer,
      int[] prompt,
      GenerationParameters parameters,
      EventSink sink,
      CancellationToken cancellation)
      throws TaskException {
    Generation generation =
        new Generation(
            prompt,
            sequence.position(),
            sequence.model(),
            tokenizer,
            parameters,
            sink,
            cancellation);
    while (!generation.isOver()) {
      if (generation.isPrompt()) {
        generation.prefill(sequence, Integer.MAX_VALUE);
      } else {
        generation.step(sequence);
      }
    }
    return generation.finish();
  }
}
