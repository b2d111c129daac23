package dev.bantam.documents;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times and sizes as users write them: {@code 30s}, {@code 1MiB}. */
public final class Quantities {

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})(B|kB|KiB|MB|MiB|GB|GiB)?");

  private Quantities() {}

  /**
   * A whole number with {@code ms}, {@code s}, {@code m}, {@code h} or {@code d}.
   *
   * @throws IllegalArgumentException if {@code text} is not of this form
   */
  public static Duration duration(String text) {
    Matcher matcher = match(DURATION, text, "a time such as 500ms, 30s, 10m or 1h");
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }

  /**
   * Bytes: a whole number with {@code kB}, {@code MB}, {@code GB} (powers of 1000) or {@code KiB},
   * {@code MiB}, {@code GiB} (powers of 1024), or none.
   *
   * @throws IllegalArgumentException if {@code text} is not of this form
   */
  public static long bytes(String text) {
    Matcher matcher = match(SIZE, text, "a size such as 1MiB, 512KiB or 2GB");
    long number = Long.parseLong(matcher.group(1));
    String unit = matcher.group(2) == null ? "B" : matcher.group(2);
    return number
        * switch (unit) {
          case "kB" -> 1000L;
          case "KiB" -> 1024L;
          case "MB" -> 1000L * 1000;
          case "MiB" -> 1024L * 1024;
          case "GB" -> 1000L * 1000 * 1000;
          case "GiB" -> 1024L * 1024 * 1024;
          default -> 1L;
        };
  }

  /** Bytes for people, with one decimal: {@code 7.5 GiB}. */
  public static String show(long bytes) {
    if (bytes < 1024L * 1024) {
      return bytes / 1024 + " KiB";
    }
    boolean giga = bytes >= 1024L * 1024 * 1024;
    double unit = giga ? 1024.0 * 1024 * 1024 : 1024.0 * 1024;
    return String.format(Locale.ROOT, "%.1f %s", bytes / unit, giga ? "GiB" : "MiB");
  }

  private static Matcher match(Pattern pattern, String text, String form) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("\"%s\" is not %s".formatted(text, form));
    }
    return matcher;
  }
}
