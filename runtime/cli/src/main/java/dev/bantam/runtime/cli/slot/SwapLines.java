package dev.bantam.runtime.cli.slot;

import java.util.Map;

/** Swaps in words, one line each. */
final class SwapLines {

  private SwapLines() {}

  /** Of an {@code outcome} as devices report it. */
  static String outcome(Map<?, ?> outcome) {
    String reason = outcome.containsKey("reason") ? ": " + SlotStatus.text(outcome, "reason") : "";
    return "%s %s (generation %s%s)%s"
        .formatted(
            SlotStatus.text(outcome, "result"),
            SlotStatus.text(outcome, "wanted"),
            SlotStatus.text(outcome, "generation"),
            outcome.containsKey("mode") ? ", " + SlotStatus.text(outcome, "mode") : "",
            reason);
  }

  /** Of a {@code progress} as devices report it. */
  static String progress(Map<?, ?> progress) {
    StringBuilder line = new StringBuilder(SlotStatus.text(progress, "phase"));
    for (String more : new String[] {"mode", "step", "until", "why"}) {
      if (progress.containsKey(more)) {
        line.append(' ').append(more).append('=').append(SlotStatus.text(progress, more));
      }
    }
    if (progress.get("total") instanceof Number total
        && progress.get("done") instanceof Number done
        && total.longValue() > 0) {
      line.append(" %d %%".formatted(100 * done.longValue() / total.longValue()));
    }
    return line.toString();
  }
}
