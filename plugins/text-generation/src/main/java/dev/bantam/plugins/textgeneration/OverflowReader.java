package dev.bantam.plugins.textgeneration;

import dev.bantam.inference.generation.ContextOverflow.Kind;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads what is to become of text that does not fit the context: {@code context_overflow}, and
 * {@code num_keep} by Ollama's name.
 */
final class OverflowReader {

  static final String OVERFLOW = "context_overflow";
  static final String KEEP = "num_keep";
  static final String VALID = "refuse, middle or slide";
  static final int MOST_KEPT = 1_000_000;

  private OverflowReader() {}

  static Kind kind(RequestBody body, Settings settings) throws TaskException {
    Optional<String> name = body.optionalText(OVERFLOW);
    if (name.isEmpty()) {
      return settings.overflow();
    }
    return kind(name.get())
        .orElseThrow(
            () ->
                new TaskException(
                    ErrorCode.INVALID_REQUEST,
                    "\"%s\" is \"%s\"; it must be %s".formatted(OVERFLOW, name.get(), VALID)));
  }

  static OptionalInt keep(RequestBody body, Settings settings) throws TaskException {
    OptionalInt asked = body.optionalInt(KEEP, 0, MOST_KEPT);
    return asked.isPresent() ? asked : settings.keep();
  }

  /** Empty for what is none. */
  static Optional<Kind> kind(String name) {
    for (Kind kind : Kind.values()) {
      if (kind.name().toLowerCase(Locale.ROOT).equals(name)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
