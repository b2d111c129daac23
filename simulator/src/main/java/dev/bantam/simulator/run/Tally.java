package dev.bantam.simulator.run;

import dev.bantam.simulator.app.ApplicationReport;
import dev.bantam.simulator.app.Latencies;
import dev.bantam.simulator.scenario.DetectionSpec;
import dev.bantam.simulator.swap.SwapsReport;
import java.util.List;
import java.util.Map;

/**
 * All that was counted in a run, at one time.
 *
 * @param messages of sensors, logs and replays
 * @param applications what became of their requests
 * @param latency of all applications together
 * @param lag of the simulator itself
 * @param detections of anomalies, which are not compared with those that there were yet
 * @param orders of messages
 * @param events of devices
 * @param swaps of models
 */
record Tally(
    MessageCounts messages,
    List<ApplicationReport> applications,
    Latencies.Figures latency,
    LagFigures lag,
    Map<DetectionSpec, List<Detection>> detections,
    List<OrderReport> orders,
    List<EventReport> events,
    SwapsReport swaps) {}
