package dev.bantam.simulator.run;

import dev.bantam.simulator.app.ApplicationReport;
import dev.bantam.simulator.app.Latencies;
import dev.bantam.simulator.app.RequestCounts;
import dev.bantam.simulator.fault.FaultRecord;
import dev.bantam.simulator.swap.SwapsReport;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a run came to.
 *
 * @param scenario its name
 * @param summary one line of what it shows; may be empty
 * @param seed of what was drawn
 * @param speed seconds of the scenario in a second
 * @param complete whether it was played to its end
 * @param scheduleSha256 over all messages that were due and their times
 * @param startedAt by the wall clock
 * @param wall how long it took
 * @param messages what became of them
 * @param labels messages that an anomaly was part of, by the anomaly's label
 * @param applications what became of their requests
 * @param latency of the answered requests of all applications
 * @param detections how well anomalies were found, where the scenario says by whom
 * @param orders whether messages came in their order, where the scenario names topics
 * @param events whether events of devices came as expected, where the scenario expects some
 * @param swaps of models, and answers of each version
 * @param verdicts whether what was expected holds
 * @param cpu that this process used meanwhile
 * @param lag of the messages
 * @param devices that the simulator has started
 * @param faults in the order of time
 * @param timeline how it went over time
 */
public record RunReport(
    String scenario,
    String summary,
    long seed,
    double speed,
    boolean complete,
    String scheduleSha256,
    Instant startedAt,
    Duration wall,
    MessageCounts messages,
    Map<String, Long> labels,
    List<ApplicationReport> applications,
    Latencies.Figures latency,
    List<DetectionReport> detections,
    List<OrderReport> orders,
    List<EventReport> events,
    SwapsReport swaps,
    List<Verdict> verdicts,
    Duration cpu,
    LagFigures lag,
    List<DeviceReport> devices,
    List<FaultRecord> faults,
    Timeline timeline) {

  /** The version of the form that {@link #fields} and the published schema have. */
  static final int FORMAT = 1;

  public RunReport {
    devices = List.copyOf(devices);
    faults = List.copyOf(faults);
    applications = List.copyOf(applications);
    detections = List.copyOf(detections);
    orders = List.copyOf(orders);
    events = List.copyOf(events);
    verdicts = List.copyOf(verdicts);
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
  }

  /** Whether it was played to its end and everything that was expected holds. */
  public boolean ok() {
    return complete && verdicts.stream().allMatch(Verdict::ok);
  }

  /** What became of the requests of all applications. */
  public RequestCounts requests() {
    return applications.stream()
        .map(ApplicationReport::total)
        .reduce(RequestCounts.NONE, RequestCounts::plus);
  }

  /** As JSON's maps and values, without the timeline. */
  public Map<String, @Nullable Object> fields() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("format", FORMAT);
    fields.put("scenario", scenario);
    fields.put("summary", summary);
    fields.put("seed", seed);
    fields.put("speed", speed);
    fields.put("complete", complete);
    fields.put("ok", ok());
    fields.put("schedule_sha256", scheduleSha256);
    fields.put("started_at", startedAt.truncatedTo(ChronoUnit.SECONDS).toString());
    fields.put("wall_s", seconds(wall));
    fields.put("messages", messages.fields());
    fields.put("labels", labels);
    fields.put("requests", requests().fields());
    fields.put("latency_ms", latency.fields());
    fields.put("applications", applications.stream().map(ApplicationReport::fields).toList());
    fields.put("detections", detections.stream().map(DetectionReport::fields).toList());
    fields.put("orders", orders.stream().map(OrderReport::fields).toList());
    fields.put("events", events.stream().map(EventReport::fields).toList());
    fields.put("swaps", swaps.fields());
    fields.put("expectations", verdicts.stream().map(Verdict::fields).toList());
    fields.put("cpu_s", seconds(cpu));
    fields.put("lag_ms", lag.fields());
    fields.put("devices", devices.stream().map(DeviceReport::fields).toList());
    fields.put("faults", faults.stream().map(FaultRecord::fields).toList());
    return fields;
  }

  /** The same, and how it went over time. */
  public Map<String, @Nullable Object> allFields() {
    Map<String, @Nullable Object> fields = fields();
    fields.put("marks", timeline.marks().stream().map(Mark::fields).toList());
    fields.put("series", new Series(timeline).fields());
    return fields;
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1000.0;
  }
}
