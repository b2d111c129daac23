package dev.bantam.inference.generation;

import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Logits processors, then a sampler: what the parameters of one generation come down to. */
final class TokenPicker {

  private final List<LogitsProcessor> processors;
  private final Sampler sampler;
  private final float[] logits;

  private TokenPicker(int vocab, List<LogitsProcessor> processors, Sampler sampler) {
    this.logits = new float[vocab];
    this.processors = processors;
    this.sampler = sampler;
  }

  /**
   * @throws TaskException with {@link ErrorCode#INVALID_REQUEST} if the parameters name a token
   *     that the model does not have
   */
  static TokenPicker of(GenerationParameters parameters, int[] prompt, int vocab)
      throws TaskException {
    return new TokenPicker(
        vocab, processors(parameters, prompt, vocab), sampler(parameters, vocab));
  }

  private static List<LogitsProcessor> processors(
      GenerationParameters parameters, int[] prompt, int vocab) throws TaskException {
    List<LogitsProcessor> processors = new ArrayList<>();
    if (parameters.repetitionPenalty() != 1) {
      processors.add(new RepetitionPenalty(parameters.repetitionPenalty(), prompt));
    }
    if (parameters.frequencyPenalty() != 0 || parameters.presencePenalty() != 0) {
      processors.add(new CountPenalty(parameters.frequencyPenalty(), parameters.presencePenalty()));
    }
    if (!parameters.logitBias().isEmpty()) {
      for (int token : parameters.logitBias().keySet()) {
        if (token < 0 || token >= vocab) {
          throw new TaskException(
              ErrorCode.INVALID_REQUEST,
              "logit_bias names token %d; ids are 0 to %d".formatted(token, vocab - 1));
        }
      }
      processors.add(new LogitBias(parameters.logitBias()));
    }
    return List.copyOf(processors);
  }

  private static Sampler sampler(GenerationParameters parameters, int vocab) {
    if (parameters.temperature() == 0) {
      return Sampler.GREEDY;
    }
    List<CandidateFilter> filters = new ArrayList<>();
    if (parameters.topK() > 0) {
      filters.add(CandidateFilter.topK(parameters.topK()));
    }
    if (parameters.topP() < 1) {
      filters.add(CandidateFilter.topP(parameters.topP()));
    }
    if (parameters.minP() > 0) {
      filters.add(CandidateFilter.minP(parameters.minP()));
    }
    return new DistributionSampler(
        vocab, parameters.temperature(), filters, new SplittableRandom(parameters.seed()));
  }

  /**
   * Picks the next token.
   *
   * @param row one row of logits, by token id; not changed
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} if the logits are no numbers
   */
  int pick(FloatBuffer row) throws TaskException {
    row.get(0, logits);
    for (LogitsProcessor processor : processors) {
      processor.process(logits);
    }
    int token = sampler.sample(logits);
    if (Float.isNaN(logits[token])) {
      throw new TaskException(
          ErrorCode.MODEL_UNUSABLE,
          "the model computed logits that are no numbers; verify its files, or import it again");
    }
    for (LogitsProcessor processor : processors) {
      processor.accept(token);
    }
    return token;
  }
}
