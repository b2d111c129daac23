package dev.bantam.runtime.governor;

/**
 * Where a device stands on its ladder, and what it has come by. Times are milliseconds of a clock
 * that never goes back.
 *
 * @param rung steps taken, from 0
 * @param changedAt since when
 * @param strainedSince since when something has pressed it hard, without a break; {@link #NEVER} if
 *     nothing does
 * @param calmSince since when nothing has pressed it, without a break; {@link #NEVER} if something
 *     does
 */
public record GovernorState(int rung, long changedAt, long strainedSince, long calmSince) {

  static final long NEVER = Long.MAX_VALUE;

  /** At the top. */
  static GovernorState at(long now) {
    return new GovernorState(0, now, NEVER, NEVER);
  }
}
