package dev.bantam.runtime.governor;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a device gives up, and when it goes back to it: one step down for each {@code step} that it
 * is pressed hard without a break, one up for each {@code hold} in which nothing presses it. So a
 * sensor that flaps moves nothing. Beside the steps, what cannot wait is done at once: a hot device
 * leaves its fleets, and where something is critical it takes no requests. Pure.
 *
 * @param ladder what is given up, in this order
 * @param step the shortest time before a step down
 * @param hold the shortest time before a step up
 */
public record GovernorPolicy(List<Measure> ladder, Duration step, Duration hold) {

  private static final long NEVER = GovernorState.NEVER;

  /** Without steps. */
  static final GovernorPolicy NO_STEPS =
      new GovernorPolicy(List.of(), Duration.ZERO, Duration.ZERO);

  public GovernorPolicy {
    ladder = List.copyOf(ladder);
  }

  /**
   * The state that follows. A function of nothing but its arguments.
   *
   * @param levels what the sensors show; one that shows nothing is not in it, and counts for
   *     nothing
   * @param now in milliseconds, as the state has it
   */
  public GovernorState next(GovernorState before, Map<SensorKind, Level> levels, long now) {
    long strained =
        isStrained(before.rung(), levels) ? Math.min(before.strainedSince(), now) : NEVER;
    long calm = isCalm(levels) ? Math.min(before.calmSince(), now) : NEVER;
    int rung = before.rung();
    if (rung < ladder.size() && isOver(step, Math.max(strained, before.changedAt()), now)) {
      rung++;
    } else if (rung > 0 && isOver(hold, Math.max(calm, before.changedAt()), now)) {
      rung--;
    }
    return new GovernorState(
        rung, rung == before.rung() ? before.changedAt() : now, strained, calm);
  }

  private static boolean isOver(Duration time, long since, long now) {
    return since != NEVER && now - since >= time.toMillis();
  }

  /** Whether something presses the device that may have it take the next step. */
  private boolean isStrained(int rung, Map<SensorKind, Level> levels) {
    return rung < ladder.size()
        && levels.entrySet().stream()
            .anyMatch(
                each ->
                    each.getValue().isAtLeast(Level.HIGH)
                        && each.getKey().mayTake(ladder.get(rung)));
  }

  private static boolean isCalm(Map<SensorKind, Level> levels) {
    return levels.values().stream().allMatch(level -> level == Level.NORMAL);
  }

  /** All that a device has given up: the steps taken, and what is done at once. */
  public Set<Measure> measures(GovernorState state, Map<SensorKind, Level> levels) {
    EnumSet<Measure> measures = EnumSet.noneOf(Measure.class);
    measures.addAll(ladder.subList(0, state.rung()));
    if (levels.getOrDefault(SensorKind.TEMPERATURE, Level.NORMAL).isAtLeast(Level.HIGH)) {
      measures.add(Measure.NO_FLEET_WORK);
    }
    if (levels.containsValue(Level.CRITICAL)) {
      measures.add(Measure.NO_FLEET_WORK);
      measures.add(Measure.NO_REQUESTS);
    }
    return measures;
  }
}
