package dev.bantam.runtime.swap;

import java.util.Locale;

/** How a model is replaced. */
public enum SwapMode {
  /** As the memory allows: overlap where both models fit, else exclusive. */
  AUTO,
  /** The new model is loaded and probed while the old one serves. */
  OVERLAP,
  /** The old model goes before the new one is loaded; requests wait meanwhile. */
  EXCLUSIVE;

  /** The word in messages. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  static SwapMode of(String wireName) {
    return valueOf(wireName.toUpperCase(Locale.ROOT));
  }
}
