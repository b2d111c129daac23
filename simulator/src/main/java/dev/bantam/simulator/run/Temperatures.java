package dev.bantam.simulator.run;

import dev.bantam.simulator.device.Devices;
import dev.bantam.simulator.scenario.DeviceSpec;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.signal.Seed;
import dev.bantam.simulator.signal.SignalContext;
import dev.bantam.simulator.signal.Source;
import java.io.IOException;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets devices warm up and cool down by their curves, on a thread of its own. */
final class Temperatures implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Temperatures.class);
  private static final long EVERY_MILLIS = 500;

  private final Devices devices;
  private final Map<String, Source> curves = new LinkedHashMap<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread started = new Thread(work, "bantam-sim-temperatures");
            started.setDaemon(true);
            return started;
          });

  Temperatures(Scenario scenario, Devices devices) {
    this.devices = devices;
    Seed root = new Seed(scenario.seed());
    for (DeviceSpec spec : scenario.setup().devices()) {
      SignalContext context =
          new SignalContext(
              root.of("temperature").of(spec.id()),
              root,
              scenario.starts().atOffset(ZoneOffset.UTC).toLocalTime(),
              scenario.groups());
      spec.temperature().ifPresent(curve -> curves.put(spec.id(), curve.start(context)));
    }
    set(0);
  }

  private void set(long nanos) {
    curves.forEach(
        (device, curve) -> {
          double celsius = curve.at(nanos);
          try {
            if (!Source.isMissing(celsius)) {
              devices.setTemperature(device, celsius);
            }
          } catch (IOException e) {
            LOG.debug("the temperature of {} cannot be set", device, e);
          }
        });
  }

  /**
   * Begins.
   *
   * @param start by {@code System.nanoTime}
   * @param speed seconds of the scenario in a second
   */
  void start(long start, double speed) {
    if (!curves.isEmpty()) {
      thread.scheduleAtFixedRate(
          () -> set(Math.max(0, Math.round((System.nanoTime() - start) * speed))),
          EVERY_MILLIS,
          EVERY_MILLIS,
          TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
