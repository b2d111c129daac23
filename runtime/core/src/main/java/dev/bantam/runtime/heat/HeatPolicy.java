package dev.bantam.runtime.heat;

import java.time.Duration;
import java.util.Optional;

/**
 * What a temperature means. It gets worse at once, and better step by step: each step down takes
 * {@code hold}, and a temperature below the limit of the step under it, so that a device does not
 * leave and join its fleets all the time.
 *
 * @param warm in °C; a hot device is cool again below it
 * @param hot in °C
 * @param critical in °C; empty for never
 * @param hold the shortest time in a state before a cooler one
 */
public record HeatPolicy(double warm, double hot, Optional<Double> critical, Duration hold) {

  /** How far below {@code warm} a warm device must be, in °C, to be said to be no longer warm. */
  private static final double BAND = 2;

  /**
   * The state that follows. A function of nothing but its arguments.
   *
   * @param now the state until now
   * @param celsius the temperature in °C
   * @param since how long that state has lasted
   */
  public HeatState next(HeatState now, double celsius, Duration since) {
    HeatState reached = reached(celsius);
    if (reached.compareTo(now) >= 0) {
      return reached;
    }
    return since.compareTo(hold) < 0 ? now : cooler(now, celsius);
  }

  private HeatState reached(double celsius) {
    if (critical.isPresent() && celsius >= critical.get()) {
      return HeatState.CRITICAL;
    }
    if (celsius >= hot) {
      return HeatState.HOT;
    }
    return celsius >= warm ? HeatState.WARM : HeatState.NORMAL;
  }

  private HeatState cooler(HeatState now, double celsius) {
    return switch (now) {
      case CRITICAL -> celsius < hot ? HeatState.HOT : now;
      case HOT -> celsius < warm ? HeatState.NORMAL : now;
      case WARM -> celsius < warm - BAND ? HeatState.NORMAL : now;
      case NORMAL -> now;
    };
  }
}
