package dev.bantam.simulator.swap;

import java.util.Arrays;

/** How a swap ended. */
public enum SwapResult {
  /** The slot serves with the new model. */
  SUCCESSFUL,
  /** The old model serves on. */
  FAILED_NO_STATE_CHANGE,
  /** The old model serves again. */
  FAILED_ROLLBACK_COMPLETE,
  /** No model serves. */
  FAILED_UNABLE_TO_ROLLBACK,
  /** It was not begun. */
  REJECTED,
  /** A newer wish ended it. */
  SUPERSEDED,
  /** The device reported an outcome that the simulator does not know. */
  UNKNOWN,
  /** The device has not said how it ended in time. */
  SILENT,
  /** It was not asked for: the run was over. */
  NOT_ASKED;

  /** As a device reports it. */
  static SwapResult of(String name) {
    return Arrays.stream(values())
        .filter(result -> result.name().equals(name) && result.compareTo(UNKNOWN) < 0)
        .findFirst()
        .orElse(UNKNOWN);
  }
}
