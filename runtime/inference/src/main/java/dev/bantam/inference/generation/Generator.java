package dev.bantam.inference.generation;

import dev.bantam.inference.session.Sequence;
import dev.bantam.inference.tokenizer.Tokenizer;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.EventSink;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskResult.FinishReason;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.OptionalInt;

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
   * maxTokens} tokens or at the context's end.
   *
   * @param sequence where the prompt is appended; empty for a fresh request. Afterwards it holds
   *     the prompt and the answer but for its last token.
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
    Answer answer =
        Answer.to(prompt, sequence.position(), sequence.model(), tokenizer, parameters, sink);
    int reused = sequence.reuse(prompt);
    answer.reused(reused);
    int[] rest = Arrays.copyOfRange(prompt, reused, prompt.length);
    FloatBuffer logits = sequence.evaluate(rest, 1, cancellation);
    if (sequence.position() == prompt.length) {
      sequence.keep(prompt);
    }
    answer.prefilled();
    cancellation.throwIfCancelled();
    OptionalInt token = answer.next(logits);
    while (token.isPresent()) {
      token = answer.decode(sequence, token.getAsInt(), cancellation);
    }
    return answer.finish();
  }
}
