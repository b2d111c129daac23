package dev.bantam.plugins.textgeneration;

import dev.bantam.format.PrefixMemory;
import dev.bantam.inference.generation.ContextOverflow;
import dev.bantam.inference.generation.GenerationParameters;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a slot's settings say.
 *
 * @param maxTokens setting {@code max_tokens}: most tokens of an answer whose request does not say
 * @param temperature setting {@code temperature}: of a request that does not say; 0 is greedy, so
 *     that answers can be repeated
 * @param promptFormat setting {@code prompt_format}: how prompts are written, whatever the model's
 *     import and its family say
 * @param speculation setting {@code speculation}: most tokens that are looked up in prompt and
 *     answer and checked at a time, of a request that does not say; {@code false} is 0. Empty for
 *     {@code auto}: where that cannot change an answer
 * @param prefixBytes setting {@code prefix_cache_mb}: memory for what is kept of beginnings of
 *     prompts, in bytes
 * @param diskBytes setting {@code prefix_disk_mb}: disk space for those beginnings that have been
 *     of use more than once, in bytes
 * @param overflow setting {@code context_overflow}: what becomes of text that does not fit the
 *     context, of a request that does not say
 * @param keep setting {@code num_keep}: tokens of a prompt's beginning that are never dropped, of a
 *     request that does not say; empty for its instructions
 */
record Settings(
    int maxTokens,
    double temperature,
    Optional<String> promptFormat,
    OptionalInt speculation,
    long prefixBytes,
    long diskBytes,
    ContextOverflow.Kind overflow,
    OptionalInt keep) {

  private static final int DEFAULT_MAX_TOKENS = 256;
  private static final double HOTTEST = 2;

  private static final int MOST_MEBIBYTES = 1 << 20;
  private static final int MEBIBYTE = 20;

  static Settings of(Map<String, String> settings) throws TaskException {
    double maxTokens = number(settings, "max_tokens", DEFAULT_MAX_TOKENS);
    double temperature = number(settings, "temperature", 0);
    if (!(maxTokens >= 1 && maxTokens <= Integer.MAX_VALUE && maxTokens == Math.rint(maxTokens))) {
      throw invalid("max_tokens", settings.get("max_tokens"), "a whole number from 1");
    }
    if (!(temperature >= 0 && temperature <= HOTTEST)) {
      throw invalid("temperature", settings.get("temperature"), "a number from 0 to 2");
    }
    return new Settings(
        (int) maxTokens,
        temperature,
        Optional.ofNullable(settings.get("prompt_format")).map(String::strip),
        speculation(settings),
        PrefixMemory.bytes(settings),
        (long) whole(settings, "prefix_disk_mb", MOST_MEBIBYTES).orElse(0) << MEBIBYTE,
        overflow(settings),
        whole(settings, OverflowReader.KEEP, OverflowReader.MOST_KEPT));
  }

  private static ContextOverflow.Kind overflow(Map<String, String> settings) throws TaskException {
    String text = settings.getOrDefault(OverflowReader.OVERFLOW, "refuse").strip();
    return OverflowReader.kind(text)
        .orElseThrow(() -> invalid(OverflowReader.OVERFLOW, text, OverflowReader.VALID));
  }

  private static OptionalInt whole(Map<String, String> settings, String key, int most)
      throws TaskException {
    if (!settings.containsKey(key)) {
      return OptionalInt.empty();
    }
    double number = number(settings, key, 0);
    if (!(number >= 0 && number <= most && number == Math.rint(number))) {
      throw invalid(key, settings.get(key), "a whole number from 0 to " + most);
    }
    return OptionalInt.of((int) number);
  }

  private static OptionalInt speculation(Map<String, String> settings) throws TaskException {
    String text = settings.getOrDefault("speculation", "auto").strip();
    int most = GenerationParameters.MOST_DRAFTS;
    return switch (text) {
      case "auto" -> OptionalInt.empty();
      case "true" -> OptionalInt.of(most);
      case "false" -> OptionalInt.of(0);
      default -> {
        if (!text.matches("[0-9]{1,2}") || Integer.parseInt(text) > most) {
          throw invalid(
              "speculation", text, "auto, true, false or a whole number from 0 to " + most);
        }
        yield OptionalInt.of(Integer.parseInt(text));
      }
    };
  }

  private static double number(Map<String, String> settings, String key, double fallback)
      throws TaskException {
    String text = settings.get(key);
    try {
      return text == null ? fallback : Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      throw invalid(key, text, "a number");
    }
  }

  private static TaskException invalid(String key, @Nullable String found, String wanted) {
    return new TaskException(
        ErrorCode.MODEL_UNUSABLE,
        "the slot's setting \"%s\" is \"%s\"; it must be %s".formatted(key, found, wanted));
  }
}
