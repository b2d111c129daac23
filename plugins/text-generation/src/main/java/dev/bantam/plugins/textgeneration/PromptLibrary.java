package dev.bantam.plugins.textgeneration;

import dev.bantam.format.DecoderConfig;
import dev.bantam.format.PromptFormats;
import dev.bantam.inference.tokenizer.Tokenizer;
import dev.bantam.spi.TaskException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** All prompts, by format. Immutable. */
final class PromptLibrary {

  /** Ends an answer of Dolly's. No other vocabulary has it as one token. */
  private static final String DOLLY_END = "### End";

  private final Map<String, Prompts> formats;

  private PromptLibrary(Map<String, Prompts> formats) {
    this.formats = formats;
  }

  /**
   * Reads all prompt files, so that a bad one is found before a model is loaded.
   *
   * @param overrides a folder whose files replace the built-in ones of the same name, and whose
   *     folders add formats or change them
   * @throws TaskException naming file and line, if a file cannot be used
   */
  static PromptLibrary load(Optional<Path> overrides) throws TaskException {
    PromptFiles files = new PromptFiles(overrides);
    Map<String, Prompts> formats = new TreeMap<>();
    for (String name : files.formats()) {
      formats.put(name, Prompts.forFormat(files, name));
    }
    formats.put(PromptFormats.TEMPLATE, Prompts.forTemplate(files));
    return new PromptLibrary(formats);
  }

  /**
   * Prompts as one model wants them.
   *
   * @param isTemplate whether they go into the model's own chat template
   */
  record Choice(boolean isTemplate, Prompts prompts) {}

  /**
   * Chooses a model's format: the slot's setting, else its configuration's, else its own chat
   * template, else by its family.
   *
   * @throws TaskException if a format is named that is not there
   */
  Choice choose(Optional<String> setting, DecoderConfig config, Tokenizer tokenizer)
      throws TaskException {
    String name =
        setting
            .or(config::promptFormat)
            .orElseGet(
                () ->
                    config.chatTemplate().isPresent()
                        ? PromptFormats.TEMPLATE
                        : ofFamily(config, tokenizer));
    Prompts prompts = formats.get(name);
    if (prompts == null
        || (name.equals(PromptFormats.TEMPLATE) && config.chatTemplate().isEmpty())) {
      TreeSet<String> valid = new TreeSet<>(formats.keySet());
      if (config.chatTemplate().isEmpty()) {
        valid.remove(PromptFormats.TEMPLATE);
      }
      throw PromptFiles.unusable(
          "the prompt format \"%s\" (%s) is none that this model can have; valid formats are: %s"
              .formatted(
                  name,
                  setting.isPresent()
                      ? "the slot's setting prompt_format"
                      : "the model's configuration",
                  String.join(", ", valid)),
          null);
    }
    return new Choice(name.equals(PromptFormats.TEMPLATE), prompts);
  }

  private static String ofFamily(DecoderConfig config, Tokenizer tokenizer) {
    if (tokenizer.encodePrompt(DOLLY_END).length == 1) {
      return PromptFormats.DOLLY;
    }
    return switch (config.architecture()) {
      case "gpt2", "gptneox" -> PromptFormats.PLAIN;
      default -> PromptFormats.CONVERSATION;
    };
  }
}
