package dev.bantam.runtime.route;

import org.jspecify.annotations.Nullable;

/** A message cannot go on. The text is for whoever reads the error topic. */
final class RouteFailure extends Exception {

  private static final long serialVersionUID = 1L;

  private final String code;

  /**
   * @param code in lower case: one of this package's, or an {@link dev.bantam.spi.ErrorCode}'s
   */
  RouteFailure(String code, String text, @Nullable Throwable cause) {
    super(text, cause);
    this.code = code;
  }

  RouteFailure(String code, String text) {
    this(code, text, null);
  }

  String code() {
    return code;
  }

  String text() {
    return String.valueOf(getMessage());
  }
}
