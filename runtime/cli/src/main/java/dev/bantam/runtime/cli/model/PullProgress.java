package dev.bantam.runtime.cli.model;

import dev.bantam.models.PullEvent;
import dev.bantam.models.PullListener;
import dev.bantam.runtime.cli.terminal.ProgressBar;
import dev.bantam.runtime.cli.terminal.Terminal;

/** Shows a pull as it goes. */
public final class PullProgress implements PullListener {

  private final Terminal terminal;

  public PullProgress(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void event(PullEvent event) {
    if (event instanceof PullEvent.Waiting waiting) {
      terminal.line("      waiting for another process that works on it: " + waiting.holder());
    } else if (event instanceof PullEvent.License license) {
      terminal.line(
          "      %s comes under the licence %s".formatted(license.model(), license.license()));
    } else if (event instanceof PullEvent.Trying trying) {
      terminal.line("      fetching " + trying.source());
    } else if (event instanceof PullEvent.Progress progress) {
      terminal.progress(
          "downloading",
          new ProgressBar(progress.done(), progress.total(), progress.bytesPerSecond()));
    } else if (event instanceof PullEvent.Failed failed) {
      terminal.line("      %s failed: %s".formatted(failed.source(), failed.reason()));
    } else if (event instanceof PullEvent.Verifying verifying) {
      terminal.progress("checking sha256", new ProgressBar(verifying.done(), verifying.total(), 0));
    } else if (event instanceof PullEvent.Importing importing) {
      terminal.progress("importing", new ProgressBar(importing.done(), importing.total(), 0));
    }
  }
}
