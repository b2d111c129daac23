package dev.bantam.simulator.recording;

import org.jspecify.annotations.Nullable;

/** A recorded file cannot be read on. The message says what is wrong and what would be right. */
public final class RecordingException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int line;

  /**
   * @param line from 1
   */
  public RecordingException(int line, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.line = line;
  }

  /** Where, from 1. */
  public int line() {
    return line;
  }
}
