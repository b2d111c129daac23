package dev.bantam.models;

import java.time.Duration;

/**
 * What garbage is.
 *
 * @param keep how many versions of each model are kept, the newest; what an alias or a holder names
 *     is kept besides, and does not count
 * @param downloadAge how long an unfinished download waits to be taken up again
 * @param dryRun whether nothing is removed, only said
 */
public record GarbageRule(int keep, Duration downloadAge, boolean dryRun) {

  /** Versions of a model that are kept where nobody says. */
  public static final int KEEP = 2;

  /** How long unfinished downloads are kept where nobody says. */
  public static final Duration DOWNLOAD_AGE = Duration.ofDays(7);

  public GarbageRule {
    if (keep < 0) {
      throw new IllegalArgumentException("cannot keep %d versions".formatted(keep));
    }
  }
}
