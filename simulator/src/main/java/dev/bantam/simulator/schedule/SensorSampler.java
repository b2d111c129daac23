package dev.bantam.simulator.schedule;

import dev.bantam.simulator.payload.Reading;
import dev.bantam.simulator.payload.SensorFace;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.scenario.SensorSpec;
import dev.bantam.simulator.signal.NumberReading;
import dev.bantam.simulator.signal.ReadingSpec;
import dev.bantam.simulator.signal.Seed;
import dev.bantam.simulator.signal.SignalContext;
import dev.bantam.simulator.signal.Source;
import dev.bantam.simulator.signal.WordReading;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One sensor: each call of {@link #next} is its next sample, without end. Confined to one thread.
 */
public final class SensorSampler {

  private final SensorFace face;
  private final PaceClock clock;
  private final List<Gauge> gauges = new ArrayList<>();
  private final List<AnomalyWindow> anomalies;

  /** Measures one reading. */
  private interface Gauge {

    /** Adds the reading, unless it is missing. */
    void read(long nanos, Map<String, Reading> into);
  }

  private SensorSampler(Scenario scenario, SensorSpec spec, int number) {
    Seed root = new Seed(scenario.seed());
    Seed seed = root.of("sensor").of(spec.id()).of(number);
    this.face = face(spec, number);
    this.clock = new PaceClock(spec.pace(), seed, spec.count() > 1);
    this.anomalies =
        spec.anomalies().stream()
            .filter(anomaly -> number < anomaly.count())
            .map(anomaly -> new AnomalyWindow(anomaly, seed.of("anomaly " + anomaly.label())))
            .toList();
    SignalContext context =
        new SignalContext(
            seed,
            root,
            scenario.starts().atOffset(ZoneOffset.UTC).toLocalTime(),
            scenario.groups());
    spec.readings().forEach((name, reading) -> gauges.add(gauge(name, reading, context.of(name))));
  }

  /** All sensors of a kind, in their order. */
  public static List<SensorSampler> all(Scenario scenario, SensorSpec spec) {
    List<SensorSampler> samplers = new ArrayList<>();
    for (int number = 0; number < spec.count(); number++) {
      samplers.add(new SensorSampler(scenario, spec, number));
    }
    return samplers;
  }

  private static SensorFace face(SensorSpec spec, int number) {
    Map<String, String> units = new LinkedHashMap<>();
    spec.readings()
        .forEach(
            (name, reading) ->
                units.put(name, reading instanceof NumberReading of ? of.unit() : ""));
    int digits = Integer.toString(spec.count()).length();
    String suffix = spec.count() == 1 ? "" : ("-%0" + digits + "d").formatted(number + 1);
    return new SensorFace(spec.id() + suffix, spec.title() + suffix, spec.model(), units);
  }

  private Gauge gauge(String name, ReadingSpec reading, SignalContext context) {
    if (reading instanceof WordReading words) {
      Supplier<String> series = words.start(context);
      return (nanos, into) -> into.put(name, Reading.of(series.get()));
    }
    NumberReading number = (NumberReading) reading;
    Source source = number.start(context);
    List<AnomalyWindow> mine =
        anomalies.stream().filter(anomaly -> anomaly.reading().equals(name)).toList();
    return (nanos, into) -> {
      double value = source.at(nanos);
      for (AnomalyWindow anomaly : mine) {
        value = anomaly.covers(nanos) ? anomaly.distort(value, nanos) : value;
      }
      if (!Source.isMissing(value)) {
        into.put(name, Reading.of(value, number.decimals(), number.unit()));
      }
    };
  }

  /** The sensor as its messages show it. */
  public SensorFace face() {
    return face;
  }

  /** The next sample; without readings if all of them are missing. */
  public SensorSample next() {
    long nanos = clock.next();
    Map<String, Reading> readings = new LinkedHashMap<>();
    gauges.forEach(gauge -> gauge.read(nanos, readings));
    Optional<String> label =
        anomalies.stream()
            .filter(anomaly -> anomaly.covers(nanos))
            .map(AnomalyWindow::label)
            .findFirst();
    return new SensorSample(nanos, readings, label);
  }
}
