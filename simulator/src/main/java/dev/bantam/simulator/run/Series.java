package dev.bantam.simulator.run;

import dev.bantam.simulator.app.Latencies;
import dev.bantam.simulator.app.RequestCounts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A timeline as columns: a number for each sample, of what came since the sample before it or of
 * what there was at its time; null where there was nothing to measure.
 *
 * @param timeline of the run
 */
record Series(Timeline timeline) {

  private static final double MIB = 1024.0 * 1024;

  /** As JSON's maps and values. */
  Map<String, @Nullable Object> fields() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("interval_s", timeline.interval().toMillis() / 1000.0);
    fields.put("at_s", each(sample -> round(sample.atSeconds())));
    fields.put("messages", messages());
    fields.put("requests", requests());
    fields.put("latency_ms", latency());
    fields.put("lag_ms", lag());
    fields.put("cpu_cores", cpu());
    fields.put("memory_mib", memory());
    fields.put("swaps", swaps());
    return fields;
  }

  private Map<String, Object> messages() {
    Map<String, Object> columns = new LinkedHashMap<>();
    columns.put("scheduled", more(sample -> sample.messages().scheduled()));
    columns.put("sent", more(sample -> sample.messages().sent()));
    columns.put("acknowledged", more(sample -> sample.messages().acknowledged()));
    columns.put("dropped", more(sample -> sample.messages().dropped()));
    columns.put("unacknowledged", each(sample -> sample.messages().unacknowledged()));
    return columns;
  }

  private Map<String, Object> requests() {
    Map<String, Object> columns = new LinkedHashMap<>();
    columns.put("sent", more(sample -> sample.requests().sent()));
    columns.put("answered", more(sample -> sample.requests().answered()));
    columns.put("refused", more(sample -> sample.requests().refused()));
    columns.put("expired", more(sample -> sample.requests().expired()));
    columns.put("lost", more(sample -> sample.requests().lost()));
    columns.put("waiting", each(sample -> waiting(sample.requests())));
    return columns;
  }

  private static long waiting(RequestCounts requests) {
    return requests.waiting();
  }

  private Map<String, Object> latency() {
    Map<String, Object> columns = new LinkedHashMap<>();
    columns.put("p50", times(sample -> sample.latency().p50()));
    columns.put("p90", times(sample -> sample.latency().p90()));
    columns.put("p99", times(sample -> sample.latency().p99()));
    columns.put("max", times(sample -> sample.latency().max()));
    return columns;
  }

  private List<@Nullable Object> times(ToDoubleFunction<Sample> value) {
    return each(
        sample -> sample.latency().count() == 0 ? null : round(value.applyAsDouble(sample)));
  }

  private Map<String, Object> lag() {
    Map<String, Object> columns = new LinkedHashMap<>();
    columns.put("median", each(sample -> round(sample.lag().medianMs())));
    columns.put("p99", each(sample -> round(sample.lag().p99Ms())));
    columns.put("max", each(sample -> round(sample.lag().maxMs())));
    return columns;
  }

  private List<@Nullable Object> cpu() {
    List<@Nullable Object> cores = new ArrayList<>();
    double used = 0;
    double at = 0;
    for (Sample sample : timeline.samples()) {
      double time = Math.max(timeline.interval().toMillis() / 2000.0, sample.atSeconds() - at);
      cores.add(round((sample.cpuSeconds() - used) / time));
      used = sample.cpuSeconds();
      at = sample.atSeconds();
    }
    return cores;
  }

  private Map<String, Object> memory() {
    TreeSet<String> names = new TreeSet<>();
    timeline.samples().forEach(sample -> names.addAll(sample.residentBytes().keySet()));
    Map<String, Object> columns = new LinkedHashMap<>();
    for (String name : names) {
      columns.put(
          name,
          each(
              sample -> {
                Long bytes = sample.residentBytes().get(name);
                return bytes == null ? null : round(bytes / MIB);
              }));
    }
    return columns;
  }

  private Map<String, Object> swaps() {
    Map<String, Object> columns = new LinkedHashMap<>();
    columns.put("ended", each(sample -> sample.swaps().outcome().count()));
    columns.put("outcome_ms", each(sample -> latest(sample.swaps().outcome())));
    columns.put("first_answer_ms", each(sample -> latest(sample.swaps().firstAnswer())));
    return columns;
  }

  private static @Nullable Object latest(Latencies.Figures figures) {
    return figures.count() == 0 ? null : round(figures.max());
  }

  private List<@Nullable Object> each(Function<Sample, @Nullable Object> value) {
    List<@Nullable Object> column = new ArrayList<>();
    timeline.samples().forEach(sample -> column.add(value.apply(sample)));
    return column;
  }

  /** What a counter rose by since the sample before. */
  private List<Long> more(ToLongFunction<Sample> counter) {
    List<Long> column = new ArrayList<>();
    long before = 0;
    for (Sample sample : timeline.samples()) {
      long now = counter.applyAsLong(sample);
      column.add(now - before);
      before = now;
    }
    return column;
  }

  private static double round(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
