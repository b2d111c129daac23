package dev.bantam.runtime.swap;

import dev.bantam.models.ModelException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why a swap does not go on. The message is for people, {@link #code} for programs. */
final class SwapFailure extends Exception {

  private static final long serialVersionUID = 1L;

  private final String code;

  /**
   * @param code in snake_case, see runtime/docs/hot-swap.md
   */
  SwapFailure(String code, String message) {
    this(code, message, null);
  }

  SwapFailure(String code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  static SwapFailure of(ModelException e) {
    return new SwapFailure(
        e.kind().name().toLowerCase(Locale.ROOT), String.valueOf(e.getMessage()), e);
  }

  String code() {
    return code;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
