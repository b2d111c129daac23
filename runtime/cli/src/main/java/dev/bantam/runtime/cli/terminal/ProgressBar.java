package dev.bantam.runtime.cli.terminal;

import java.util.Locale;

/**
 * How far something is that is counted in bytes.
 *
 * @param done bytes
 * @param total bytes; 0 where not known
 * @param bytesPerSecond 0 where not known
 */
public record ProgressBar(long done, long total, double bytesPerSecond) {

  private static final int BAR = 24;
  private static final double MEGA = 1e6;

  /** What shows as 0.1 MB/s. A slower start says nothing yet about how long it will take. */
  private static final double LEAST_RATE = MEGA / 20;

  /** Whether all is done. */
  public boolean complete() {
    return total > 0 && done >= total;
  }

  /**
   * One line: name, bar, percent, bytes, rate, time left.
   *
   * @param width most characters; 0 for any number of them and no bar
   */
  public String render(String name, int width) {
    StringBuilder line = new StringBuilder("      ").append(name);
    String figures = figures();
    if (width > line.length() + figures.length() + BAR + 4) {
      line.append("  ").append(bar());
    }
    line.append("  ").append(figures);
    return width > 0 && line.length() > width ? line.substring(0, width) : line.toString();
  }

  private String bar() {
    int filled = total <= 0 ? 0 : (int) (Math.min(done, total) * BAR / total);
    return "[" + "#".repeat(filled) + ".".repeat(BAR - filled) + "]";
  }

  private String figures() {
    StringBuilder text = new StringBuilder();
    if (total > 0) {
      text.append("%3d %%  ".formatted(Math.min(100, done * 100 / total)));
      text.append("%s of %s MB".formatted(megabytes(done), megabytes(total)));
    } else {
      text.append(megabytes(done)).append(" MB");
    }
    if (bytesPerSecond > 0) {
      text.append(String.format(Locale.ROOT, "  %.1f MB/s", bytesPerSecond / MEGA));
      if (total > done && bytesPerSecond >= LEAST_RATE) {
        text.append("  ").append(duration((total - done) / bytesPerSecond)).append(" left");
      }
    }
    return text.toString();
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f", bytes / MEGA);
  }

  private static String duration(double seconds) {
    long whole = (long) Math.ceil(seconds);
    return whole >= 3600
        ? "%d:%02d:%02d".formatted(whole / 3600, whole / 60 % 60, whole % 60)
        : "%d:%02d".formatted(whole / 60, whole % 60);
  }
}
