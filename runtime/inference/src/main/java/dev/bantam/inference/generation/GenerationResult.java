package dev.bantam.inference.generation;

import dev.bantam.spi.TaskResult.FinishReason;
import dev.bantam.spi.TaskResult.Timings;
import dev.bantam.spi.TaskResult.Usage;
import java.util.List;

/**
 * One generated answer.
 *
 * @param text the pieces given to the sink, in one
 * @param finishReason why it ended
 * @param usage tokens in and out; the token that ended the answer is not counted, nor are tokens of
 *     the prompt that were left out
 * @param timings measured from the call of {@link Generator#generate}
 * @param context what its context could not keep
 * @param logprobs how likely each token was, one for each that is counted; empty unless asked for
 */
public record GenerationResult(
    String text,
    FinishReason finishReason,
    Usage usage,
    Timings timings,
    ContextUse context,
    List<TokenLogprob> logprobs) {

  public GenerationResult {
    logprobs = List.copyOf(logprobs);
  }
}
