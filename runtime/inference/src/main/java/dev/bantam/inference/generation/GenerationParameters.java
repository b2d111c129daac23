package dev.bantam.inference.generation;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * How one answer is generated. Start from {@link #greedy} and change what differs.
 *
 * @param maxTokens most tokens to generate, at least 1
 * @param temperature 0 picks the likeliest token always; higher is more varied; at most 100
 * @param topK sample from the so many likeliest tokens only; 0 for all
 * @param topP sample from the likeliest tokens that together have this probability, in (0, 1]; 1
 *     for all
 * @param minP sample from tokens with at least this share of the likeliest one's probability, in
 *     [0, 1]; 0 for all
 * @param repetitionPenalty divides the positive and multiplies the negative logits of tokens that
 *     prompt or answer hold; positive, 1 for none (Keskar et al. 2019, CTRL)
 * @param frequencyPenalty taken from a token's logit for each time the answer holds it; 0 for none
 *     (OpenAI)
 * @param presencePenalty taken from a token's logit once if the answer holds it; 0 for none
 *     (OpenAI)
 * @param logitBias added to the logits of these token ids
 * @param seed the same seed, prompt and parameters give the same answer
 * @param stop texts that end the answer and are not part of it; none empty
 * @param drafts most tokens to look up in prompt and answer and to check in one run of the graph,
 *     at most {@link #MOST_DRAFTS}; 0 for none; empty for {@link #MOST_DRAFTS} where that cannot
 *     change an answer, and none elsewhere
 * @param overflow what becomes of text that does not fit the context
 * @param mostContext most tokens of prompt and answer together, where that is less than the model's
 *     context, at least 1; empty for all of it
 * @param topLogprobs likeliest tokens to note for each place, from 0 to {@link #MOST_TOP_LOGPROBS},
 *     beside how likely each picked token was; empty to note nothing
 */
public record GenerationParameters(
    int maxTokens,
    double temperature,
    int topK,
    double topP,
    double minP,
    double repetitionPenalty,
    double frequencyPenalty,
    double presencePenalty,
    Map<Integer, Double> logitBias,
    long seed,
    List<String> stop,
    OptionalInt drafts,
    ContextOverflow overflow,
    OptionalInt mostContext,
    OptionalInt topLogprobs) {

  /** Most tokens that one run of the graph checks. */
  public static final int MOST_DRAFTS = 15;

  /** Most likeliest tokens that are noted for each place (OpenAI). */
  public static final int MOST_TOP_LOGPROBS = 20;

  private static final double HOTTEST = 100;

  public GenerationParameters {
    require(maxTokens >= 1, "max_tokens", maxTokens, "at least 1");
    require(temperature >= 0 && temperature <= HOTTEST, "temperature", temperature, "0 to 100");
    require(topK >= 0, "top_k", topK, "0 (all) or more");
    require(topP > 0 && topP <= 1, "top_p", topP, "above 0 and at most 1");
    require(minP >= 0 && minP <= 1, "min_p", minP, "0 to 1");
    require(
        repetitionPenalty > 0 && Double.isFinite(repetitionPenalty),
        "repetition_penalty",
        repetitionPenalty,
        "above 0");
    require(Double.isFinite(frequencyPenalty), "frequency_penalty", frequencyPenalty, "finite");
    require(Double.isFinite(presencePenalty), "presence_penalty", presencePenalty, "finite");
    logitBias = Map.copyOf(logitBias);
    logitBias.forEach(
        (id, bias) -> require(Double.isFinite(bias), "logit_bias of token " + id, bias, "finite"));
    stop = List.copyOf(stop);
    stop.forEach(text -> require(!text.isEmpty(), "stop", "\"\"", "some text"));
    drafts.ifPresent(
        most ->
            require(most >= 0 && most <= MOST_DRAFTS, "speculation", most, "0 to " + MOST_DRAFTS));
    mostContext.ifPresent(most -> require(most >= 1, "context", most, "at least 1"));
    topLogprobs.ifPresent(
        top ->
            require(
                top >= 0 && top <= MOST_TOP_LOGPROBS,
                "top_logprobs",
                top,
                "0 to " + MOST_TOP_LOGPROBS));
  }

  /** Always the likeliest token, no penalties, no stop strings. */
  public static GenerationParameters greedy(int maxTokens) {
    return new GenerationParameters(
        maxTokens,
        0,
        0,
        1,
        0,
        1,
        0,
        0,
        Map.of(),
        0,
        List.of(),
        OptionalInt.of(0),
        ContextOverflow.REFUSE,
        OptionalInt.empty(),
        OptionalInt.empty());
  }

  /** These parameters with temperature sampling. */
  public GenerationParameters withSampling(
      double temperature, int topK, double topP, double minP, long seed) {
    return with(
        values -> {
          values.temperature = temperature;
          values.topK = topK;
          values.topP = topP;
          values.minP = minP;
          values.seed = seed;
        });
  }

  /** These parameters with penalties. */
  public GenerationParameters withPenalties(double repetition, double frequency, double presence) {
    return with(
        values -> {
          values.repetitionPenalty = repetition;
          values.frequencyPenalty = frequency;
          values.presencePenalty = presence;
        });
  }

  /** These parameters with a bias on some tokens. */
  public GenerationParameters withLogitBias(Map<Integer, Double> bias) {
    return with(values -> values.logitBias = bias);
  }

  /** These parameters with stop strings. */
  public GenerationParameters withStop(List<String> texts) {
    return with(values -> values.stop = texts);
  }

  /** These parameters with so many tokens looked up and checked at a time at most. */
  public GenerationParameters withDrafts(OptionalInt most) {
    return with(values -> values.drafts = most);
  }

  /** These parameters with another way to treat text that does not fit the context. */
  public GenerationParameters withOverflow(ContextOverflow treatment) {
    return with(values -> values.overflow = treatment);
  }

  /** These parameters with a context of so many tokens at most. */
  public GenerationParameters withMostContext(int tokens) {
    return with(values -> values.mostContext = OptionalInt.of(tokens));
  }

  /** These parameters with an answer of so many tokens at most. */
  public GenerationParameters withMaxTokens(int most) {
    return with(values -> values.maxTokens = most);
  }

  /** These parameters with log-probabilities, and so many of the likeliest tokens at each place. */
  public GenerationParameters withLogprobs(int top) {
    return with(values -> values.topLogprobs = OptionalInt.of(top));
  }

  private GenerationParameters with(Consumer<Values> change) {
    Values values = new Values(this);
    change.accept(values);
    return values.parameters();
  }

  /** The components while some of them change. */
  private static final class Values {
    private int maxTokens;
    private double temperature;
    private int topK;
    private double topP;
    private double minP;
    private double repetitionPenalty;
    private double frequencyPenalty;
    private double presencePenalty;
    private Map<Integer, Double> logitBias;
    private long seed;
    private List<String> stop;
    private OptionalInt drafts;
    private ContextOverflow overflow;
    private OptionalInt mostContext;
    private OptionalInt topLogprobs;

    Values(GenerationParameters from) {
      maxTokens = from.maxTokens;
      temperature = from.temperature;
      topK = from.topK;
      topP = from.topP;
      minP = from.minP;
      repetitionPenalty = from.repetitionPenalty;
      frequencyPenalty = from.frequencyPenalty;
      presencePenalty = from.presencePenalty;
      logitBias = from.logitBias;
      seed = from.seed;
      stop = from.stop;
      drafts = from.drafts;
      overflow = from.overflow;
      mostContext = from.mostContext;
      topLogprobs = from.topLogprobs;
    }

    GenerationParameters parameters() {
      return new GenerationParameters(
          maxTokens,
          temperature,
          topK,
          topP,
          minP,
          repetitionPenalty,
          frequencyPenalty,
          presencePenalty,
          logitBias,
          seed,
          stop,
          drafts,
          overflow,
          mostContext,
          topLogprobs);
    }
  }

  private static void require(boolean holds, String name, Object value, String allowed) {
    if (!holds) {
      throw new IllegalArgumentException("%s is %s; it must be %s".formatted(name, value, allowed));
    }
  }
}
