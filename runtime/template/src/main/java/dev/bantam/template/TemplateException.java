package dev.bantam.template;

/** A template that cannot be read, or that failed or went over its limits while it ran. */
public final class TemplateException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int line;

  /** A failure whose line the caller adds. */
  TemplateException(String message) {
    this(0, message);
  }

  TemplateException(int line, String message) {
    super(message);
    this.line = line;
  }

  /** The template's line that failed, from 1. */
  public int line() {
    return line;
  }

  /** What went wrong, without the line. */
  public String reason() {
    return String.valueOf(super.getMessage());
  }

  @Override
  public String getMessage() {
    return line == 0 ? reason() : "line %d: %s".formatted(line, reason());
  }
}
