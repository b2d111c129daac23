package dev.bantam.runtime.cli.sim;

import dev.bantam.runtime.cli.terminal.Terminal;
import dev.bantam.simulator.run.RunProgress;
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
              "      %s  %d of %d s  %d messages, %d lost, %d requests, %d wait  late: median %.1f ms, 99 %% %.1f ms",
              name,
              progress.played().toSeconds(),
              progress.duration().toSeconds(),
              progress.messages().scheduled(),
              progress.messages().dropped(),
              progress.requests().sent(),
              progress.requests().waiting(),
              progress.lag().medianMs(),
              progress.lag().p99Ms()));
    }
  }

  synchronized void end() {
    ended = true;
    terminal.endProgress();
  }
}
