package dev.bantam.simulator.run;

import dev.bantam.simulator.app.ApplicationReport;
import dev.bantam.simulator.app.Latencies.Figures;
import dev.bantam.simulator.app.RequestCounts;
import dev.bantam.simulator.fault.FaultRecord;
import dev.bantam.simulator.scenario.Expectations.Metric;
import dev.bantam.simulator.schedule.Request.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reports of runs that never were. */
public final class ReportExamples {

  private static final int SAMPLES = 60;

  private ReportExamples() {}

  /**
   * With something of everything, and an expectation that does not hold.
   *
   * @param text stands wherever a user's text can stand
   */
  public static RunReport full(String text) {
    RequestCounts total = new RequestCounts(60 * 20, 60 * 18, 60, 30, 30);
    Figures latency = new Figures(total.answered(), 21.5, 40, 180, 400, 731);
    List<Sample> samples = new ArrayList<>();
    for (int i = 1; i <= SAMPLES; i++) {
      samples.add(
          new Sample(
              i,
              new MessageCounts(i * 100L, i * 60L, i * 40L, 0, 0),
              new RequestCounts(i * 20L, i * 18L, i, i / 2, i / 2),
              new Figures(i % 9 == 0 ? 0 : 18, 20 + i % 5, 35 + i % 7, 150 + 20 * (i % 11), 0, 700),
              new LagFigures(0.2, 3 + i % 4, 9),
              i * 0.2,
              Map.of(text, (300L + i) << 20, "other", (200L + i % 3) << 20)));
    }
    List<Mark> marks =
        List.of(
            new Mark(12.5, Mark.Kind.FAULT, "kill -9 of the broker"),
            new Mark(14, Mark.Kind.DEVICE, "pi is offline"),
            new Mark(16, Mark.Kind.DEVICE, "pi is online"),
            new Mark(40, Mark.Kind.SWAP, "pi, slot triage has other:2"),
            new Mark(44, Mark.Kind.EVENT, text));
    ApplicationReport application =
        new ApplicationReport(
            text,
            Map.of(Kind.PLAIN, total, Kind.WRONG, new RequestCounts(0, 0, 0, 0, 0)),
            Map.of("unknown_task", 40L, text, 20L),
            latency,
            new Figures(0, 0, 0, 0, 0, 0),
            1,
            2,
            3,
            0);
    return report(
        text,
        new MessageCounts(6000, 3600, 2400, 0, 0),
        Map.of(text, 12L, "leak", 30L),
        List.of(application),
        latency,
        new Timeline(Duration.ofSeconds(1), samples, marks));
  }

  /** Of sensors that nobody asked anything about. */
  public static RunReport messagesOnly() {
    List<Sample> samples = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      samples.add(
          new Sample(
              i,
              new MessageCounts(i * 100L, i * 100L, 0, 0, 0),
              RequestCounts.NONE,
              new Figures(0, 0, 0, 0, 0, 0),
              new LagFigures(0.2, 3, 9),
              i * 0.2,
              Map.of()));
    }
    return report(
        "quiet",
        new MessageCounts(500, 500, 0, 0, 0),
        Map.of(),
        List.of(),
        new Figures(0, 0, 0, 0, 0, 0),
        new Timeline(Duration.ofSeconds(1), samples, List.of()));
  }

  private static RunReport report(
      String text,
      MessageCounts messages,
      Map<String, Long> labels,
      List<ApplicationReport> applications,
      Figures latency,
      Timeline timeline) {
    return new RunReport(
        text,
        "what " + text + " shows",
        7,
        1,
        true,
        "0123456789abcdef".repeat(4),
        Instant.parse("2026-01-05T06:00:00Z"),
        Duration.ofSeconds(timeline.samples().size()),
        messages,
        labels,
        applications,
        latency,
        applications.isEmpty() ? List.of() : List.of(new DetectionReport(text, 5, 4, 6, 5)),
        applications.isEmpty() ? List.of() : List.of(new OrderReport(text, 600, 3, 1)),
        List.of(
            new Verdict(Metric.LOST_MESSAGES, true, 0, Optional.of(0.0)),
            new Verdict(Metric.LATENCY_P99, true, 100, Optional.of(180.0)),
            new Verdict(Metric.MEMORY_GROWTH, true, 20, Optional.empty())),
        Duration.ofSeconds(12),
        new LagFigures(0.2, 4, 9),
        List.of(new DeviceReport("gateway-1", "cgroup v1: 256 MiB", 2, true)),
        List.of(
            new FaultRecord(
                "broker-kill", Optional.empty(), 2.5, Optional.of(3.5), Optional.empty()),
            new FaultRecord(
                "network-drop", Optional.of("panel"), 4, Optional.empty(), Optional.of(text))),
        timeline);
  }
}
