package dev.bantam.runtime.swap;

import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;

/**
 * Hours of each day, by the device's clock and time zone, in which no swap begins.
 *
 * @param from the first minute of quiet
 * @param to the first minute behind; before {@code from} where the night is between
 */
public record QuietHours(LocalTime from, LocalTime to) {

  /**
   * Reads {@code 08:00-18:30}.
   *
   * @throws IllegalArgumentException if {@code text} is not of this form, or both are the same
   */
  public static QuietHours parse(String text) {
    String[] ends = text.split("-", -1);
    try {
      if (ends.length == 2) {
        QuietHours hours = new QuietHours(LocalTime.parse(ends[0]), LocalTime.parse(ends[1]));
        if (!hours.from.equals(hours.to)) {
          return hours;
        }
      }
    } catch (DateTimeParseException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "\"%s\" are no quiet hours; write them as 08:00-18:30".formatted(text));
  }

  /** Whether it is quiet then. */
  public boolean contains(LocalTime time) {
    boolean overMidnight = to.isBefore(from);
    boolean behindStart = !time.isBefore(from);
    boolean beforeEnd = time.isBefore(to);
    return overMidnight ? behindStart || beforeEnd : behindStart && beforeEnd;
  }

  /** When the quiet hours that contain {@code now} end. */
  public ZonedDateTime endAfter(ZonedDateTime now) {
    ZonedDateTime end = now.with(to);
    return end.isAfter(now) ? end : end.plusDays(1);
  }

  @Override
  public String toString() {
    return from + "-" + to;
  }
}
