package dev.bantam.runtime.swap;

import dev.bantam.documents.Quantities;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Optional;

/** What a swap does next. Pure functions of what is known; the tests read as truth tables. */
public final class SwapPolicy {

  /** A plugin that asks for time gets this much in all. */
  static final Duration LONGEST_DEFERRAL = Duration.ofMinutes(10);

  /** Fewer failures than this may be chance. */
  private static final long LEAST_FAILURES = 3;

  /** What the budget is exceeded by without harm: it is kept by prediction, and pages come late. */
  private static final double SLACK = 1.05;

  private SwapPolicy() {}

  /**
   * Memory that models take, in bytes, as predicted.
   *
   * @param budget for all models of the device
   * @param others models in the other slots
   * @param active the model in this slot; 0 if there is none
   * @param candidate the wanted model
   */
  public record Memory(long budget, long others, long active, long candidate) {

    boolean holdsBoth() {
      return others + active + candidate <= budget;
    }

    /** A device that is over its budget already may change to what is no larger. */
    boolean holdsCandidate() {
      return others + candidate <= budget || candidate <= active;
    }
  }

  /** How to go on with a model that is here. */
  public sealed interface Decision {

    /**
     * Load it.
     *
     * @param mode overlap or exclusive
     */
    record Load(SwapMode mode) implements Decision {}

    /** Do not try. */
    record Reject(String code, String reason) implements Decision {}
  }

  /** Whether there is room for both models, for one at a time, or for neither. */
  public static Decision mode(SwapMode wanted, Memory memory) {
    if (!memory.holdsCandidate()) {
      return new Decision.Reject(
          "over_budget",
          "the model needs %s; the memory budget of %s leaves %s for it beside the other slots. Take a smaller model or variant, or raise memory_budget"
              .formatted(
                  Quantities.show(memory.candidate()),
                  Quantities.show(memory.budget()),
                  Quantities.show(Math.max(0, memory.budget() - memory.others()))));
    }
    return switch (wanted) {
      case EXCLUSIVE -> new Decision.Load(SwapMode.EXCLUSIVE);
      case AUTO -> new Decision.Load(memory.holdsBoth() ? SwapMode.OVERLAP : SwapMode.EXCLUSIVE);
      case OVERLAP ->
          memory.holdsBoth()
              ? new Decision.Load(SwapMode.OVERLAP)
              : new Decision.Reject(
                  "no_room_for_both",
                  "old and new model need %s together; the memory budget of %s leaves %s beside the other slots. Leave mode open, or choose exclusive"
                      .formatted(
                          Quantities.show(memory.active() + memory.candidate()),
                          Quantities.show(memory.budget()),
                          Quantities.show(Math.max(0, memory.budget() - memory.others()))));
    };
  }

  /** A time to wait for, and why. */
  public record Wait(Instant until, String why) {}

  /**
   * Whether a swap waits.
   *
   * @param now by the device's clock and zone
   * @param asked how long the model in use asks to be left alone; empty if it does not
   * @param waited how long it was left alone already
   */
  public static Optional<Wait> deferral(
      SwapSettings settings, ZonedDateTime now, Optional<Duration> asked, Duration waited) {
    if (settings.notBefore().filter(begin -> begin.isAfter(now.toInstant())).isPresent()) {
      return Optional.of(new Wait(settings.notBefore().get(), "not_before"));
    }
    Optional<QuietHours> quiet =
        settings.quietHours().filter(hours -> hours.contains(now.toLocalTime()));
    if (quiet.isPresent()) {
      return Optional.of(new Wait(quiet.get().endAfter(now).toInstant(), "quiet_hours"));
    }
    Duration left = LONGEST_DEFERRAL.minus(waited);
    return asked
        .filter(
            time -> !time.isNegative() && !time.isZero() && !left.isNegative() && !left.isZero())
        .map(time -> time.compareTo(left) < 0 ? time : left)
        .map(time -> new Wait(now.toInstant().plus(time), "plugin"));
  }

  /**
   * What is known of a model in probation.
   *
   * @param left time until it counts as good
   * @param answered requests that it has answered
   * @param failed requests that failed by its fault
   * @param memory what the models of the process take, in bytes, as measured
   * @param memoryBefore the same with the old model
   * @param budget for all models of the device
   */
  public record Watch(
      Duration left, long answered, long failed, long memory, long memoryBefore, long budget) {}

  /** How to go on with a model in probation. */
  public enum Verdict {
    WATCH,
    COMMIT,
    TOO_MANY_ERRORS,
    TOO_MUCH_MEMORY
  }

  /** Whether models take more than the budget that did not before; in bytes, as measured. */
  static boolean outgrows(long memory, long before, long budget) {
    double most = budget * SLACK;
    return memory > most && before <= most;
  }

  /**
   * @param maxErrorRate share of requests that may fail, 0 to 1
   */
  public static Verdict probation(Watch watch, double maxErrorRate) {
    long all = watch.answered() + watch.failed();
    if (watch.failed() >= LEAST_FAILURES && watch.failed() > maxErrorRate * all) {
      return Verdict.TOO_MANY_ERRORS;
    }
    if (outgrows(watch.memory(), watch.memoryBefore(), watch.budget())) {
      return Verdict.TOO_MUCH_MEMORY;
    }
    return watch.left().isNegative() || watch.left().isZero() ? Verdict.COMMIT : Verdict.WATCH;
  }
}
