package dev.bantam.runtime.http;

import dev.bantam.runtime.dispatch.SlotFigures;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * A device's figures in Prometheus' text format. Making one blocks for a moment, for it loads
 * Micrometer; {@link #page} excludes itself.
 */
public final class Metrics {

  /** The media type of {@link #page}. */
  static final String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /** Seconds; from an encoder's answer to that of a decoder on a small board. */
  private static final double[] BOUNDS = {
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Meters meters = new Meters(registry);

  /**
   * Takes the times of a slot's answers from now on.
   *
   * @return to be told of each answer, by any thread
   */
  public SlotFigures.Follower of(String slot) {
    Timer whole = timer("bantam.request", "From admission to the answer.", slot);
    Timer first = timer("bantam.first.token", "From admission to the first piece of text.", slot);
    return new SlotFigures.Follower() {
      @Override
      public void answered(Duration time, Optional<Duration> firstToken) {
        whole.record(time);
        firstToken.ifPresent(first::record);
      }
    };
  }

  private Timer timer(String name, String help, String slot) {
    return Timer.builder(name)
        .description(help)
        .tag("slot", slot)
        .serviceLevelObjectives(
            Arrays.stream(BOUNDS).mapToObj(Metrics::seconds).toArray(Duration[]::new))
        .register(registry);
  }

  private static Duration seconds(double seconds) {
    return Duration.ofMillis(Math.round(seconds * 1_000));
  }

  /** How many connections were not served, for a reason. */
  Counter refused(String reason) {
    return Counter.builder("bantam.http.refused")
        .description("HTTP connections and requests that were not served.")
        .tag("reason", reason)
        .register(registry);
  }

  /** The figures of a device, and the times so far. Takes some milliseconds. */
  synchronized String page(Snapshot snapshot) {
    meters.show(Samples.of(snapshot));
    return registry.scrape();
  }
}
