package dev.bantam.template;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Filters of times: seconds or milliseconds since 1970, or texts of ISO 8601. */
final class TimeFilters {

  /** Numbers from here on are milliseconds; as seconds they would lie behind the year 5000. */
  private static final double FIRST_MILLISECONDS = 1e11;

  private TimeFilters() {}

  static Object apply(String name, Object value, Arguments arguments, Instant now) {
    Instant time = instant(value);
    return name.equals("ago") ? ago(Duration.between(time, now)) : time(time, arguments);
  }

  private static Instant instant(Object value) {
    try {
      if (Operators.isNumber(value)) {
        double number = Arithmetic.toDouble(value);
        double millis = Math.abs(number) < FIRST_MILLISECONDS ? number * 1000 : number;
        return Instant.ofEpochMilli(Math.round(millis));
      }
      if (value instanceof String text) {
        return OffsetDateTime.parse(text).toInstant();
      }
    } catch (DateTimeException e) {
      throw new TemplateException("%s is no time".formatted(Operators.describe(value)));
    }
    throw new TemplateException("%s is no time".formatted(Operators.describe(value)));
  }

  /** By {@link DateTimeFormatter}'s letters; UTC where no zone is named. */
  private static String time(Instant time, Arguments arguments) {
    String pattern = arguments.text(0, "format", "yyyy-MM-dd HH:mm:ss");
    String zone = arguments.text(1, "zone", "UTC");
    try {
      return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH)
          .withZone(ZoneId.of(zone))
          .format(time);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new TemplateException(
          "the time format \"%s\" with zone \"%s\" cannot be used: %s"
              .formatted(pattern, zone, e.getMessage()));
    }
  }

  private static String ago(Duration past) {
    Duration age = past.abs();
    String amount;
    if (age.toSeconds() < 120) {
      amount = age.toSeconds() + " s";
    } else if (age.toMinutes() < 120) {
      amount = age.toMinutes() + " min";
    } else if (age.toHours() < 48) {
      amount = age.toHours() + " h";
    } else {
      amount = age.toDays() + " days";
    }
    return past.isNegative() && !age.minusSeconds(1).isNegative()
        ? "in " + amount
        : amount + " ago";
  }
}
