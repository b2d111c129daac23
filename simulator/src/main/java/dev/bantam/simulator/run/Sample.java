package dev.bantam.simulator.run;

import dev.bantam.simulator.app.Latencies;
import dev.bantam.simulator.app.RequestCounts;
import dev.bantam.simulator.swap.Swaps;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A run at one time: how far its counters are, and what came since the sample before.
 *
 * @param atSeconds since the run's start, by the wall
 * @param messages what became of all until now
 * @param requests what became of all until now
 * @param latency of the requests that were answered since the sample before
 * @param lag of the messages that went out since the sample before
 * @param cpuSeconds that the simulator's process has used until now
 * @param residentBytes memory of each watched process by its name; without those that are gone
 * @param ownBytes what of it, and of what is swapped out, belongs to the process alone
 * @param swaps that ended since the sample before
 */
public record Sample(
    double atSeconds,
    MessageCounts messages,
    RequestCounts requests,
    Latencies.Figures latency,
    LagFigures lag,
    double cpuSeconds,
    Map<String, Long> residentBytes,
    Map<String, Long> ownBytes,
    Swaps.Recent swaps) {

  public Sample {
    residentBytes = Collections.unmodifiableMap(new TreeMap<>(residentBytes));
    ownBytes = Collections.unmodifiableMap(new TreeMap<>(ownBytes));
  }
}
