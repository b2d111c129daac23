package dev.bantam.plugins.textencoding;

import dev.bantam.spi.TaskResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts answers together. */
final class Answers {

  private Answers() {}

  /**
   * An answer about a list of texts.
   *
   * @param text what a plain-text client gets
   * @param tokens that the model read
   * @param truncated indexes of texts that were too long; said where there are any
   */
  static TaskResult of(
      String text, int tokens, List<Integer> truncated, Map<String, @Nullable Object> fields) {
    Map<String, @Nullable Object> all = new LinkedHashMap<>(fields);
    if (!truncated.isEmpty()) {
      all.put("truncated", truncated);
    }
    return new TaskResult(
        text,
        Optional.empty(),
        Optional.of(new TaskResult.Usage(tokens, 0)),
        Optional.empty(),
        all);
  }
}
