package dev.bantam.models.importer;

import dev.bantam.format.PromptFormats;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The prompt format that a model without a chat template was trained with, where its name says so.
 */
public final class NamedPromptFormat {

  /** A word of names like {@code dolly-v2-3b} and {@code Dolly V2 3B}. */
  private static final Pattern DOLLY = Pattern.compile("(?i)(?:.*[^a-z])?dolly(?:[^a-z].*)?");

  private NamedPromptFormat() {}

  /**
   * @param architecture as GGUF or {@code config.json} name it
   * @param name of the model, {@code general.name} or {@code _name_or_path}
   */
  public static Optional<String> of(String architecture, Optional<String> name) {
    boolean isNeox = architecture.equals("gptneox") || architecture.equals("gpt_neox");
    return isNeox && name.filter(text -> DOLLY.matcher(lastPart(text)).matches()).isPresent()
        ? Optional.of(PromptFormats.DOLLY)
        : Optional.empty();
  }

  private static String lastPart(String name) {
    String[] parts = name.split("[/\\\\]");
    return parts.length == 0 ? "" : parts[parts.length - 1];
  }
}
