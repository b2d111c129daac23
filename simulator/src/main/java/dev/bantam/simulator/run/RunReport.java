package dev.bantam.simulator.run;

import dev.bantam.simulator.app.ApplicationReport;
import dev.bantam.simulator.app.Latencies;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a run came to.
 *
 * @param scenario its name
 * @param seed of what was drawn
 * @param speed seconds of the scenario in a second
 * @param complete whether it was played to its end
 * @param scheduleSha256 over all messages that were due and their times
 * @param wall how long it took
 * @param messages what became of them
 * @param labels messages that an anomaly was part of, by the anomaly's label
 * @param applications what became of their requests
 * @param latency of the answered requests of all applications
 * @param verdicts whether what was expected holds
 * @param cpu that this process used meanwhile
 * @param lag of the messages
 */
public record RunReport(
    String scenario,
    long seed,
    double speed,
    boolean complete,
    String scheduleSha256,
    Duration wall,
    MessageCounts messages,
    Map<String, Long> labels,
    List<ApplicationReport> applications,
    Latencies.Figures latency,
    List<Verdict> verdicts,
    Duration cpu,
    LagFigures lag) {

  public RunReport {
    applications = List.copyOf(applications);
    verdicts = List.copyOf(verdicts);
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
  }

  /** Whether it was played to its end and everything that was expected holds. */
  public boolean ok() {
    return complete && verdicts.stream().allMatch(Verdict::ok);
  }

  /** As JSON's maps and values. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("scenario", scenario);
    fields.put("seed", seed);
    fields.put("speed", speed);
    fields.put("complete", complete);
    fields.put("schedule_sha256", scheduleSha256);
    fields.put("wall_s", seconds(wall));
    Map<String, Object> counts = new LinkedHashMap<>();
    counts.put("scheduled", messages.scheduled());
    counts.put("sent", messages.sent());
    counts.put("acknowledged", messages.acknowledged());
    counts.put("dropped", messages.dropped());
    counts.put("unacknowledged", messages.unacknowledged());
    fields.put("messages", counts);
    fields.put("labels", labels);
    fields.put("applications", applications.stream().map(ApplicationReport::fields).toList());
    fields.put("expectations", verdicts.stream().map(Verdict::fields).toList());
    fields.put("cpu_s", seconds(cpu));
    Map<String, Object> late = new LinkedHashMap<>();
    late.put("median", lag.medianMs());
    late.put("p99", lag.p99Ms());
    late.put("max", lag.maxMs());
    fields.put("lag_ms", late);
    fields.put("ok", ok());
    return fields;
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1000.0;
  }
}
