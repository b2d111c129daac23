package dev.bantam.plugins.textencoding;

import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a slot's settings say.
 *
 * @param labels setting {@code labels}, parted by commas: of a {@code classify} that brings none
 * @param template setting {@code template}: what a label is put into before it is embedded; {@code
 *     {}} stands for the label
 * @param noAnswer setting {@code no_answer}: whether {@code answer-span} may say that there is none
 */
record Settings(List<String> labels, Optional<String> template, boolean noAnswer) {

  static Settings of(Map<String, String> settings) throws TaskException {
    List<String> labels =
        Arrays.stream(settings.getOrDefault("labels", "").split(",", -1))
            .map(String::strip)
            .filter(label -> !label.isEmpty())
            .toList();
    return new Settings(
        labels,
        Optional.ofNullable(settings.get("template")),
        flag(settings.getOrDefault("no_answer", "true")));
  }

  private static boolean flag(String text) throws TaskException {
    if (!text.equals("true") && !text.equals("false")) {
      throw new TaskException(
          ErrorCode.MODEL_UNUSABLE,
          "the slot's setting \"no_answer\" is \"%s\"; it must be \"true\" or \"false\""
              .formatted(text));
    }
    return text.equals("true");
  }
}
