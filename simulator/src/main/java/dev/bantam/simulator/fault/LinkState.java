package dev.bantam.simulator.fault;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with one link right now: all faults that hit it, together. For one context. */
final class LinkState {

  /** One of the two ways that bytes go. */
  enum Direction {
    TO_BROKER,
    FROM_BROKER
  }

  /**
   * One fault's part.
   *
   * @param cut whether nothing passes
   * @param delayNanos what is added to everything
   * @param chance of a piece to stall
   * @param stallNanos for how long
   * @param toBroker bytes a second; 0 for no limit
   * @param fromBroker likewise
   */
  record Effect(
      boolean cut, long delayNanos, double chance, long stallNanos, int toBroker, int fromBroker) {

    static Effect ofCut() {
      return new Effect(true, 0, 0, 0, 0, 0);
    }

    static Effect ofDelay(long nanos) {
      return new Effect(false, nanos, 0, 0, 0, 0);
    }

    static Effect ofLoss(double chance, long stallNanos) {
      return new Effect(false, 0, chance, stallNanos, 0, 0);
    }

    static Effect ofThrottle(int bytesPerSecond) {
      return new Effect(false, 0, 0, 0, bytesPerSecond, bytesPerSecond);
    }

    static Effect ofSlowConsumer(int bytesPerSecond) {
      return new Effect(false, 0, 0, 0, 0, bytesPerSecond);
    }

    private int rate(Direction direction) {
      return direction == Direction.TO_BROKER ? toBroker : fromBroker;
    }
  }

  private final List<Effect> effects = new ArrayList<>();

  void add(Effect effect) {
    effects.add(effect);
  }

  void remove(Effect effect) {
    effects.remove(effect);
  }

  boolean isCut() {
    return effects.stream().anyMatch(Effect::cut);
  }

  long delayNanos() {
    return effects.stream().mapToLong(Effect::delayNanos).sum();
  }

  /** Bytes a second; 0 for no limit. */
  int rate(Direction direction) {
    return effects.stream()
        .mapToInt(effect -> effect.rate(direction))
        .filter(rate -> rate > 0)
        .min()
        .orElse(0);
  }

  /**
   * How long the next piece stalls.
   *
   * @param drawn from 0 to 1
   */
  long stallNanos(double drawn) {
    return effects.stream()
        .filter(effect -> drawn < effect.chance())
        .mapToLong(Effect::stallNanos)
        .sum();
  }
}
