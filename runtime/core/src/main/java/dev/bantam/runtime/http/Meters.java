package dev.bantam.runtime.http;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps the meters of a registry as a list of samples has them: what is new is registered, what is
 * gone is removed. For one thread at a time.
 */
final class Meters {

  private record Key(String name, Tags tags) {}

  /** A registered meter, and the value that it shows. */
  private static final class Shown {
    private final Meter.Id id;
    private final double[] value;

    Shown(Meter.Id id, double[] value) {
      this.id = id;
      this.value = value;
    }
  }

  private final MeterRegistry registry;
  private final Map<Key, Shown> shown = new HashMap<>();

  Meters(MeterRegistry registry) {
    this.registry = registry;
  }

  void show(List<Sample> samples) {
    Set<Key> seen = new HashSet<>();
    for (Sample sample : samples) {
      Key key = new Key(sample.name(), sample.tags());
      seen.add(key);
      shown.computeIfAbsent(key, first -> register(sample)).value[0] = sample.value();
    }
    shown
        .entrySet()
        .removeIf(
            entry -> {
              boolean isGone = !seen.contains(entry.getKey());
              if (isGone) {
                registry.remove(entry.getValue().id);
              }
              return isGone;
            });
  }

  /** Micrometer keeps what a meter reads by a weak reference only; {@link #shown} keeps it. */
  private Shown register(Sample sample) {
    double[] value = new double[1];
    Meter meter =
        switch (sample.kind()) {
          case GAUGE ->
              Gauge.builder(sample.name(), value, now -> now[0])
                  .baseUnit(sample.unit())
                  .description(sample.help())
                  .tags(sample.tags())
                  .register(registry);
          case COUNTER ->
              FunctionCounter.builder(sample.name(), value, now -> now[0])
                  .baseUnit(sample.unit())
                  .description(sample.help())
                  .tags(sample.tags())
                  .register(registry);
        };
    return new Shown(meter.getId(), value);
  }
}
