package dev.bantam.runtime.cli.sim;

import dev.bantam.simulator.run.LagFigures;
import dev.bantam.simulator.run.MessageCounts;
import dev.bantam.simulator.run.RunReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A report for people. */
final class ReportLines {

  private ReportLines() {}

  static List<String> of(RunReport report) {
    MessageCounts messages = report.messages();
    LagFigures lag = report.lag();
    double wall = report.wall().toMillis() / 1000.0;
    double cpu = report.cpu().toMillis() / 1000.0;
    List<String> lines = new ArrayList<>();
    lines.add(
        format(
            "%s, seed %d, %.1f s%s",
            report.scenario(), report.seed(), wall, report.complete() ? "" : ", interrupted"));
    lines.add(
        format(
            "messages   %d scheduled = %d sent + %d acknowledged + %d dropped + %d unacknowledged",
            messages.scheduled(),
            messages.sent(),
            messages.acknowledged(),
            messages.dropped(),
            messages.unacknowledged()));
    report
        .labels()
        .forEach((label, count) -> lines.add(format("anomaly    %s: %d messages", label, count)));
    lines.add(
        format(
            "late       median %.2f ms, 99 %% %.2f ms, at most %.2f ms",
            lag.medianMs(), lag.p99Ms(), lag.maxMs()));
    lines.add(
        format("own CPU    %.2f s, %.0f %% of a core", cpu, 100 * cpu / Math.max(wall, 1e-3)));
    lines.add("schedule   sha256 " + report.scheduleSha256());
    return lines;
  }

  private static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }
}
