package dev.bantam.runtime.http;

import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Samples as they are collected out of figures. What the figures do not have is left out. */
final class SampleList {

  private final List<Sample> samples = new ArrayList<>();

  List<Sample> all() {
    return List.copyOf(samples);
  }

  /** What is done with each count of a section. */
  interface Counted {
    void take(String name, double count);
  }

  /** A section of figures; empty where there is none. */
  static Map<?, ?> section(@Nullable Object figures, String... path) {
    Object found = figures;
    for (String key : path) {
      found = found instanceof Map<?, ?> map ? map.get(key) : null;
    }
    return found instanceof Map<?, ?> map ? map : Map.of();
  }

  static void each(Map<?, ?> counts, Counted counted) {
    counts.forEach(
        (name, count) -> {
          if (count instanceof Number number) {
            counted.take(String.valueOf(name), number.doubleValue());
          }
        });
  }

  void gauge(
      String name, @Nullable String unit, String help, Tags tags, Map<?, ?> figures, String key) {
    if (figures.get(key) instanceof Number number) {
      gauge(name, unit, help, tags, number.doubleValue());
    }
  }

  void gauge(String name, @Nullable String unit, String help, Tags tags, double value) {
    samples.add(new Sample(Sample.Kind.GAUGE, name, unit, help, tags, value));
  }

  void counter(
      String name, @Nullable String unit, String help, Tags tags, Map<?, ?> figures, String key) {
    if (figures.get(key) instanceof Number number) {
      counter(name, unit, help, tags, number.doubleValue());
    }
  }

  void counter(String name, @Nullable String unit, String help, Tags tags, double value) {
    samples.add(new Sample(Sample.Kind.COUNTER, name, unit, help, tags, value));
  }
}
