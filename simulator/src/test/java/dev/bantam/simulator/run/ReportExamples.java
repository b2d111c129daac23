package dev.bantam.simulator.run;

import dev.bantam.simulator.app.ApplicationReport;
import dev.bantam.simulator.app.Latencies.Figures;
import dev.bantam.simulator.app.RequestCounts;
import dev.bantam.simulator.fault.FaultRecord;
import dev.bantam.simulator.scenario.Expectations.Metric;
import dev.bantam.simulator.schedule.Request.Kind;
import dev.bantam.simulator.swap.PhaseReport;
import dev.bantam.simulator.swap.SlotReport;
import dev.bantam.simulator.swap.SwapResult;
import dev.bantam.simulator.swap.Swaps;
import dev.bantam.simulator.swap.SwapsReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reports of runs that never were. */
public final class ReportExamples {

  private static final int SAMPLES = 60;
  private static final Swaps.Recent NO_SWAPS = new Swaps.Recent(figures(0, 0), figures(0, 0));
  private static final SwapsReport NOTHING_SWAPPED =
      new SwapsReport(
          List.of(),
          figures(0, 0),
          Map.of(),
          0,
          List.of(),
          List.of(),
          Optional.empty(),
          Optional.empty());

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
              Map.of(text, (300L + i) << 20, "other", (200L + i % 3) << 20),
              Map.of(text, (250L + i) << 20),
              i < 20 ? NO_SWAPS : new Swaps.Recent(figures(1, 400 + i), figures(1, 500 + i))));
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
            figures(0, 0),
            1,
            2,
            3,
            0,
            4,
            5,
            6);
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
              Map.of(),
              Map.of(),
              NO_SWAPS));
    }
    return report(
        "quiet",
        new MessageCounts(500, 500, 0, 0, 0),
        Map.of(),
        List.of(),
        new Figures(0, 0, 0, 0, 0, 0),
        new Timeline(Duration.ofSeconds(1), samples, List.of()));
  }

  private static Figures figures(long count, double millis) {
    return new Figures(count, millis, millis, millis, millis, millis);
  }

  private static SwapsReport swaps(String text) {
    return new SwapsReport(
        List.of(
            new SlotReport(
                text,
                "pi",
                "triage",
                43,
                Map.of(SwapResult.SUCCESSFUL, 40L, SwapResult.REJECTED, 3L),
                figures(40, 420),
                figures(40, 520),
                List.of("swap 3 to " + text + ": REJECTED"))),
        figures(40, 520),
        Map.of(text, 300L, "other:2@q8", 310L),
        1,
        List.of("panel-7 was answered " + text),
        List.of(
            new PhaseReport("quiet", 5, 20, figures(300, 21), Map.of(text, figures(300, 21))),
            new PhaseReport("swaps", 20, 60, figures(900, 40), Map.of(text, figures(900, 40)))),
        Optional.of(1.02),
        Optional.of(3.5));
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
        applications.isEmpty()
            ? List.of()
            : List.of(new EventReport(text, List.of("device_hot"), List.of(text))),
        applications.isEmpty() ? NOTHING_SWAPPED : swaps(text),
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
