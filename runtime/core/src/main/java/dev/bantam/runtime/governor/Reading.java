package dev.bantam.runtime.governor;

/**
 * What a sensor shows.
 *
 * @param level what that means
 * @param words what it shows, for people
 */
public record Reading(Level level, String words) {

  /** The worse of two; of two alike the first. */
  static Reading worse(Reading one, Reading other) {
    return other.level().compareTo(one.level()) > 0 ? other : one;
  }
}
