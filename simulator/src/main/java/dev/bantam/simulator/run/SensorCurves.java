package dev.bantam.simulator.run;

import dev.bantam.simulator.device.Devices;
import dev.bantam.simulator.scenario.DeviceSpec;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.signal.NumberReading;
import dev.bantam.simulator.signal.Seed;
import dev.bantam.simulator.signal.SignalContext;
import dev.bantam.simulator.signal.Source;
import java.io.IOException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets what sensors of devices show, by their curves, on a thread of its own. */
final class SensorCurves implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SensorCurves.class);
  private static final long EVERY_MILLIS = 500;

  private final List<Curve> curves = new ArrayList<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread started = new Thread(work, "bantam-sim-sensors");
            started.setDaemon(true);
            return started;
          });

  /** Where a sensor's value goes. */
  @FunctionalInterface
  private interface Sink {
    void set(String device, double value) throws IOException;
  }

  private record Curve(String device, Source source, Sink sink) {

    void set(long nanos) {
      double value = source.at(nanos);
      try {
        sink.set(device, Source.isMissing(value) ? Double.NaN : value);
      } catch (IOException e) {
        LOG.debug("a sensor of {} cannot be set", device, e);
      }
    }
  }

  SensorCurves(Scenario scenario, Devices devices) {
    for (DeviceSpec spec : scenario.setup().devices()) {
      add(scenario, spec, "temperature", spec.temperature(), devices::setTemperature);
      add(scenario, spec, "memory_pressure", spec.memoryPressure(), devices::setMemoryPressure);
    }
    set(0);
  }

  private void add(
      Scenario scenario, DeviceSpec spec, String name, Optional<NumberReading> curve, Sink sink) {
    Seed root = new Seed(scenario.seed());
    SignalContext context =
        new SignalContext(
            root.of(name).of(spec.id()),
            root,
            scenario.starts().atOffset(ZoneOffset.UTC).toLocalTime(),
            scenario.groups());
    curve.ifPresent(found -> curves.add(new Curve(spec.id(), found.start(context), sink)));
  }

  private void set(long nanos) {
    curves.forEach(curve -> curve.set(nanos));
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
