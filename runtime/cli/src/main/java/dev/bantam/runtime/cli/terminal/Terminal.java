package dev.bantam.runtime.cli.terminal;

import java.io.PrintStream;
import java.util.Map;

/**
 * Standard error. On a real terminal a progress line is drawn over itself; elsewhere progress is
 * plain lines, seldom, without control characters.
 */
public final class Terminal {

  private static final long REDRAW_NANOS = 100_000_000L;
  private static final long PLAIN_NANOS = 5_000_000_000L;
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintStream stream;
  private final boolean interactive;
  private final int columns;
  private boolean drawn;
  private long drawnNanos;
  private String drawnStep = "";

  public Terminal(PrintStream stream, boolean interactive, int columns) {
    this.stream = stream;
    this.interactive = interactive;
    this.columns = columns;
  }

  /** The launcher says by {@code BANTAM_TERMINAL_COLUMNS} that standard error is a terminal. */
  public static Terminal of(PrintStream stream, Map<String, String> environment) {
    String columns = environment.getOrDefault("BANTAM_TERMINAL_COLUMNS", "");
    boolean interactive = columns.matches("[1-9][0-9]{0,3}");
    boolean dumb = environment.getOrDefault("TERM", "").equals("dumb");
    return new Terminal(
        stream, interactive && !dumb, interactive ? Integer.parseInt(columns) : 100);
  }

  public PrintStream stream() {
    return stream;
  }

  /** Characters in a line. */
  public int columns() {
    return columns;
  }

  /** Prints a line; what progress is drawn goes first. */
  public void line(String text) {
    endProgress();
    stream.println(text);
    stream.flush();
  }

  /** Prints the head of a phase: {@code [number/5] name: text}. */
  public void phase(int number, String name, String text) {
    line("[%d/5] %s: %s".formatted(number, name, text));
  }

  /**
   * Shows how far a step is. Cheap to call often.
   *
   * @param step what is done; a new one is shown at once
   * @param progress how far it is
   */
  public void progress(String step, ProgressBar progress) {
    long now = System.nanoTime();
    boolean due = now - drawnNanos >= (interactive ? REDRAW_NANOS : PLAIN_NANOS);
    boolean changed = !step.equals(drawnStep);
    if (!due && !changed && !progress.complete()) {
      return;
    }
    if (progress.complete() && !changed && !drawn && !interactive) {
      return;
    }
    drawnStep = step;
    drawnNanos = now;
    draw(progress.render(step, interactive ? columns - 1 : 0), progress.complete());
  }

  /**
   * Shows where something stands that has no bytes to count. Cheap to call often.
   *
   * @param text one line
   */
  public void progress(String text) {
    long now = System.nanoTime();
    if (now - drawnNanos >= (interactive ? REDRAW_NANOS : PLAIN_NANOS)) {
      drawnNanos = now;
      boolean fits = !interactive || text.length() < columns;
      draw(fits ? text : text.substring(0, columns - 1), false);
    }
  }

  private void draw(String text, boolean complete) {
    if (!interactive) {
      stream.println(text);
      drawn = !complete;
    } else {
      stream.print(CLEAR_LINE + text);
      drawn = true;
    }
    stream.flush();
  }

  /** Leaves the progress line as it stands. */
  public void endProgress() {
    if (drawn && interactive) {
      stream.println();
    }
    drawn = false;
    drawnStep = "";
    drawnNanos = 0;
  }
}
