package dev.bantam.inference.generation;

import dev.bantam.spi.TaskResult;
import dev.bantam.spi.TaskResult.FinishReason;
import dev.bantam.spi.TaskResult.Timings;
import dev.bantam.spi.TaskResult.Usage;

/**
 * One generated answer.
 *
 * @param text the pieces given to the sink, in one
 * @param finishReason why it ended
 * @param usage tokens in and out; the token that ended the answer is not counted
 * @param timings measured from the call of {@link Generator#generate}
 */
public record GenerationResult(
    String text, FinishReason finishReason, Usage usage, Timings timings) {

  /** As the answer of a task. */
  public TaskResult toTaskResult() {
    return TaskResult.generated(text, finishReason, usage, timings);
  }
}
