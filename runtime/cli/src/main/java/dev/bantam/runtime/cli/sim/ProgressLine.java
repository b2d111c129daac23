package dev.bantam.runtime.cli.sim;

import dev.bantam.runtime.cli.terminal.Terminal;
import dev.bantam.simulator.run.RunProgress;
import dev.bantam.simulator.swap.SwapProgress;
import java.util.Locale;

/** Shows how far a run is. Methods exclude each other. */
final class ProgressLine {

  private final Terminal terminal;
  private final String name;
  private boolean ended;

  ProgressLine(Terminal terminal, String name) {
    this.terminal = terminal;
    this.name = name;
  }

  synchronized void show(RunProgress progress) {
    if (!ended) {
      terminal.progress(
          String.format(
              Locale.ROOT,
              "      %s  %s  %d messages, %d lost, %d requests, %d wait%s  late: median %.1f ms, 99 %% %.1f ms",
              name,
              stage(progress),
              progress.messages().scheduled(),
              progress.messages().dropped(),
              progress.requests().sent(),
              progress.requests().waiting(),
              swaps(progress.swaps()),
              progress.lag().medianMs(),
              progress.lag().p99Ms()));
    }
  }

  private static String swaps(SwapProgress swaps) {
    return swaps.count() == 0 ? "" : ", %d of %d swaps".formatted(swaps.ended(), swaps.count());
  }

  private static String stage(RunProgress progress) {
    if (progress.preparing().isPresent()) {
      return progress.preparing().get();
    }
    return progress.played().compareTo(progress.duration()) < 0
        ? "%d of %d s".formatted(progress.played().toSeconds(), progress.duration().toSeconds())
        : "played, waits for answers";
  }

  synchronized void end() {
    ended = true;
    terminal.endProgress();
  }
}
