package dev.bantam.runtime.governor;

import java.time.Duration;
import java.util.Optional;

/**
 * What a temperature means. It gets worse at once, and better step by step: each step takes {@code
 * hold} without a break below the limit of the state under it, so that a device does not leave and
 * join its fleets all the time.
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
   * @param cool how long it has been cool enough for a cooler state, without a break
   */
  public Level next(Level now, double celsius, Duration cool) {
    Level reached = reached(celsius);
    if (reached.isAtLeast(now)) {
      return reached;
    }
    return cool.compareTo(hold) < 0 ? now : cooler(now, celsius);
  }

  /** Whether it is cool enough for a cooler state than this one, if it stays so. */
  boolean isCool(Level now, double celsius) {
    return !reached(celsius).isAtLeast(now) && cooler(now, celsius) != now;
  }

  private Level reached(double celsius) {
    if (critical.isPresent() && celsius >= critical.get()) {
      return Level.CRITICAL;
    }
    if (celsius >= hot) {
      return Level.HIGH;
    }
    return celsius >= warm ? Level.RAISED : Level.NORMAL;
  }

  private Level cooler(Level now, double celsius) {
    return switch (now) {
      case CRITICAL -> celsius < hot ? Level.HIGH : now;
      case HIGH -> celsius < warm ? Level.NORMAL : now;
      case RAISED -> celsius < warm - BAND ? Level.NORMAL : now;
      case NORMAL -> now;
    };
  }
}
