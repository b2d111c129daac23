package dev.bantam.simulator.schedule;

/** A scenario cannot be played on, because a file that it names has changed or cannot be read. */
public final class ScheduleException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public ScheduleException(String message, Throwable cause) {
    super(message, cause);
  }
}
