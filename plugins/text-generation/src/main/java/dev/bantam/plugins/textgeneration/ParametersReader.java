package dev.bantam.plugins.textgeneration;

import dev.bantam.inference.generation.ContextOverflow;
import dev.bantam.inference.generation.GenerationParameters;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads how an answer is to be generated, by OpenAI's field names: {@code max_tokens} (or {@code
 * max_completion_tokens}), {@code temperature}, {@code top_p}, {@code stop}, {@code seed}, {@code
 * frequency_penalty}, {@code presence_penalty}, {@code logit_bias}; and by the names that local
 * engines share: {@code top_k}, {@code min_p}, {@code repetition_penalty}; and {@code speculation}.
 * {@code logprobs} and {@code top_logprobs} are those of chats, and for {@code complete} also the
 * number of OpenAI's older completions.
 */
final class ParametersReader {

  private static final int MOST_TOKENS = 1_000_000;
  private static final int MOST_LOGPROBS = 10_000;
  private static final int MOST_STOPS = 16;
  private static final double HOTTEST = 2;
  private static final double SMALLEST_TOP_P = 1e-6;
  private static final double LARGEST_BIAS = 100;

  private ParametersReader() {}

  /**
   * Reads a request.
   *
   * @param ends texts that end an answer whatever the request says
   */
  static GenerationParameters read(
      Task task, RequestBody body, Settings settings, List<String> ends) throws TaskException {
    body.optionalInt("n", 1, 1);
    int maxTokens = maxTokens(body, settings);
    double temperature =
        body.optionalDouble("temperature", 0, HOTTEST).orElse(settings.temperature());
    double topP = body.optionalDouble("top_p", 0, 1).orElse(1);
    long seed =
        body.optionalLong("seed", Long.MIN_VALUE, Long.MAX_VALUE)
            .orElseGet(() -> ThreadLocalRandom.current().nextLong());
    return new GenerationParameters(
        maxTokens,
        temperature,
        body.optionalInt("top_k", 0, Integer.MAX_VALUE).orElse(0),
        Math.max(SMALLEST_TOP_P, topP),
        body.optionalDouble("min_p", 0, 1).orElse(0),
        body.optionalDouble("repetition_penalty", 0.01, 100).orElse(1),
        body.optionalDouble("frequency_penalty", -2, 2).orElse(0),
        body.optionalDouble("presence_penalty", -2, 2).orElse(0),
        logitBias(body),
        seed,
        Stream.concat(stop(body).stream(), ends.stream()).toList(),
        speculation(body, settings),
        ContextOverflow.REFUSE,
        OptionalInt.empty(),
        topLogprobs(task, body, maxTokens));
  }

  /** Empty for none; what is listed has to fit one message. */
  private static OptionalInt topLogprobs(Task task, RequestBody body, int maxTokens)
      throws TaskException {
    int most = GenerationParameters.MOST_TOP_LOGPROBS;
    OptionalInt top = body.optionalInt("top_logprobs", 0, most);
    if (task == Task.COMPLETE && body.fields().get("logprobs") instanceof Number) {
      top = body.optionalInt("logprobs", 0, most);
    } else if (!body.flag("logprobs")) {
      if (top.isPresent()) {
        throw invalid("\"top_logprobs\" is there without \"logprobs\": true; send both");
      }
      return top;
    }
    int each = 1 + top.orElse(0);
    if ((long) each * maxTokens > MOST_LOGPROBS) {
      throw invalid(
          "%d tokens with %d log-probabilities each are too many for one message; ask for fewer by \"max_tokens\" or \"top_logprobs\", %d in all"
              .formatted(maxTokens, each, MOST_LOGPROBS));
    }
    return OptionalInt.of(each - 1);
  }

  private static OptionalInt speculation(RequestBody body, Settings settings) throws TaskException {
    OptionalInt asked = body.optionalInt("speculation", 0, GenerationParameters.MOST_DRAFTS);
    return asked.isPresent() ? asked : settings.speculation();
  }

  private static int maxTokens(RequestBody body, Settings settings) throws TaskException {
    OptionalInt newer = body.optionalInt("max_completion_tokens", 1, MOST_TOKENS);
    OptionalInt older = body.optionalInt("max_tokens", 1, MOST_TOKENS);
    return newer.isPresent() ? newer.getAsInt() : older.orElse(settings.maxTokens());
  }

  private static List<String> stop(RequestBody body) throws TaskException {
    List<String> stop = body.texts("stop");
    if (stop.size() > MOST_STOPS) {
      throw invalid("\"stop\" has %d texts; at most %d".formatted(stop.size(), MOST_STOPS));
    }
    if (stop.contains("")) {
      throw invalid("\"stop\" holds an empty text, which would end every answer; leave it out");
    }
    return stop;
  }

  private static Map<Integer, Double> logitBias(RequestBody body) throws TaskException {
    Object field = body.fields().get("logit_bias");
    if (field == null) {
      return Map.of();
    }
    if (!(field instanceof Map<?, ?> map)) {
      throw invalid("\"logit_bias\" must be an object from token id to bias");
    }
    Map<Integer, Double> bias = new HashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      bias.put(tokenId(String.valueOf(entry.getKey())), bias(entry.getValue()));
    }
    return bias;
  }

  private static int tokenId(String text) throws TaskException {
    try {
      return Integer.parseUnsignedInt(text);
    } catch (NumberFormatException e) {
      throw invalid("\"logit_bias\" has the key \"%s\", which is no token id".formatted(text));
    }
  }

  private static double bias(@Nullable Object value) throws TaskException {
    if (value instanceof Number number && Math.abs(number.doubleValue()) <= LARGEST_BIAS) {
      return number.doubleValue();
    }
    throw invalid(
        "\"logit_bias\" has the bias %s; it must be a number from -100 to 100".formatted(value));
  }

  private static TaskException invalid(String message) {
    return new TaskException(ErrorCode.INVALID_REQUEST, message);
  }
}
