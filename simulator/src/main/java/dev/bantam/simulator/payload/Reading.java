package dev.bantam.simulator.payload;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * A value that a sensor reports.
 *
 * @param text the value; of a number, in JSON's form
 * @param number whether it is one
 * @param unit as people write it; empty if there is none
 */
public record Reading(String text, boolean number, String unit) {

  /** A number, rounded to so many digits after the point. */
  public static Reading of(double value, int decimals, String unit) {
    BigDecimal rounded = BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_EVEN);
    return new Reading(rounded.toPlainString(), true, unit);
  }

  /** A word. */
  public static Reading of(String word) {
    return new Reading(word, false, "");
  }

  /** The value as people write it. */
  public String withUnit() {
    return unit.isEmpty() ? text : text + " " + unit;
  }
}
