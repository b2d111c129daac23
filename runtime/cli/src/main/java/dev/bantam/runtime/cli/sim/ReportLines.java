package dev.bantam.runtime.cli.sim;

import dev.bantam.simulator.app.ApplicationReport;
import dev.bantam.simulator.app.Latencies;
import dev.bantam.simulator.app.RequestCounts;
import dev.bantam.simulator.fault.FaultRecord;
import dev.bantam.simulator.run.DetectionReport;
import dev.bantam.simulator.run.LagFigures;
import dev.bantam.simulator.run.MessageCounts;
import dev.bantam.simulator.run.OrderReport;
import dev.bantam.simulator.run.RunReport;
import dev.bantam.simulator.run.Verdict;
import dev.bantam.simulator.swap.PhaseReport;
import dev.bantam.simulator.swap.SlotReport;
import dev.bantam.simulator.swap.SwapsReport;
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
    report
        .devices()
        .forEach(
            device ->
                lines.add(
                    format(
                        "device     %s: started %d times, %s",
                        device.id(), device.starts(), device.limits())));
    report.faults().forEach(fault -> lines.add(of(fault)));
    report.applications().forEach(application -> lines.addAll(of(application)));
    lines.addAll(of(report.swaps()));
    lines.add(
        format(
            "late       median %.2f ms, 99 %% %.2f ms, at most %.2f ms",
            lag.medianMs(), lag.p99Ms(), lag.maxMs()));
    lines.add(
        format("own CPU    %.2f s, %.0f %% of a core", cpu, 100 * cpu / Math.max(wall, 1e-3)));
    lines.add("schedule   sha256 " + report.scheduleSha256());
    report.detections().forEach(each -> lines.add(of(each)));
    report.orders().forEach(each -> lines.add(of(each)));
    report.verdicts().forEach(verdict -> lines.add(of(verdict)));
    return lines;
  }

  private static List<String> of(ApplicationReport application) {
    RequestCounts requests = application.total();
    Latencies.Figures latency = application.latency();
    List<String> lines = new ArrayList<>();
    lines.add(
        format(
            "%-10s %d requests = %d answered + %d refused + %d expired + %d lost",
            application.application(),
            requests.sent(),
            requests.answered(),
            requests.refused(),
            requests.expired(),
            requests.lost()));
    if (latency.count() > 0) {
      lines.add(times("answered after", latency));
    }
    application
        .failures()
        .forEach((code, count) -> lines.add(format("           %s: %d", code, count)));
    return lines;
  }

  private static List<String> of(SwapsReport swaps) {
    List<String> lines = new ArrayList<>();
    for (SlotReport slot : swaps.slots()) {
      lines.add(format("%-10s %d swaps = %s", slot.id(), slot.count(), slot.words()));
      lines.add(times("outcome after", slot.outcome()));
      lines.add(times("first answer by the new version after", slot.firstAnswer()));
      slot.problems().forEach(problem -> lines.add("           " + problem));
    }
    swaps
        .versions()
        .forEach((model, count) -> lines.add(format("version    %s: %d answers", model, count)));
    swaps.mixedExamples().forEach(example -> lines.add("mixed      " + example));
    for (PhaseReport phase : swaps.phases()) {
      lines.add(
          format(
              "phase      %s, %.0f to %.0f s",
              phase.name(), phase.fromSeconds(), phase.toSeconds()));
      lines.add(times("answered after", phase.latency()));
    }
    lines.removeIf(String::isEmpty);
    return lines;
  }

  /** Empty where there was nothing. */
  private static String times(String what, Latencies.Figures figures) {
    return figures.count() == 0
        ? ""
        : format(
            "           %s: median %.1f ms, 99 %% %.1f ms, at most %.1f ms",
            what, figures.p50(), figures.p99(), figures.max());
  }

  private static String of(DetectionReport detections) {
    return format(
        "%-10s %d of %d anomalies found, %d of %d detections right",
        detections.id(),
        detections.found(),
        detections.anomalies(),
        detections.right(),
        detections.detections());
  }

  private static String of(OrderReport order) {
    return format(
        "%-10s %d messages, %d of them out of order, %d not to be ordered",
        order.id(), order.messages(), order.outOfOrder(), order.without());
  }

  private static String of(FaultRecord fault) {
    return format(
        "fault      %s at %.1f s%s%s",
        fault.title(),
        fault.beganSeconds(),
        fault.mendedSeconds().map(seconds -> format(", mended at %.1f s", seconds)).orElse(""),
        fault.problem().map(why -> ": " + why).orElse(""));
  }

  private static String of(Verdict verdict) {
    return format(
        "%-11s %s is %s, expected %s %s",
        verdict.ok() ? "as expected" : "NOT SO",
        verdict.name(),
        verdict.found().map(ReportLines::number).orElse("not measured"),
        verdict.atMost() ? "at most" : "at least",
        number(verdict.bound()));
  }

  private static String number(double value) {
    return value == Math.rint(value) ? format("%.0f", value) : format("%.3f", value);
  }

  private static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }
}
