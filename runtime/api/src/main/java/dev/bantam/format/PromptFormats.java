package dev.bantam.format;

import java.util.List;

/**
 * The prompt formats that Bantam brings: how prompts are written for a model, {@link
 * DecoderConfig#promptFormat}.
 */
public final class PromptFormats {

  /** The model's own chat template. */
  public static final String TEMPLATE = "template";

  /** Alpaca's instructions. */
  public static final String ALPACA = "alpaca";

  /** Turns that begin with {@code User:} and {@code Assistant:}. */
  public static final String CONVERSATION = "conversation";

  /** Dolly's instructions. */
  public static final String DOLLY = "dolly";

  /** Text that goes on. */
  public static final String PLAIN = "plain";

  /** Those that a model without a chat template can have. */
  public static final List<String> WITHOUT_TEMPLATE = List.of(ALPACA, CONVERSATION, DOLLY, PLAIN);

  private PromptFormats() {}

  /** Whether a format of that name comes with Bantam. */
  public static boolean isKnown(String name) {
    return name.equals(TEMPLATE) || WITHOUT_TEMPLATE.contains(name);
  }
}
