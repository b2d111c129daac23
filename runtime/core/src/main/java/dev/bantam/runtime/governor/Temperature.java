package dev.bantam.runtime.governor;

/**
 * What a thermometer shows.
 *
 * @param celsius of the hottest zone, in °C
 * @param zone the type of that zone, such as {@code cpu-thermal}
 */
public record Temperature(double celsius, String zone) {

  /** To a tenth of a degree, as it is told. */
  public double tenths() {
    return Math.round(celsius * 10) / 10.0;
  }
}
