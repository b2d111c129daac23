package dev.bantam.runtime.route;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What became of a route's messages. Each is counted in once, and once in one of the others when it
 * ends, so that at any moment {@code in = out + filtered + dropped + errors + pending}. Belongs to
 * the context but for {@link #overflowed}.
 */
final class RouteCounters {

  private long in;
  private long out;
  private long published;
  private long pending;
  private final Map<String, Long> filtered = new TreeMap<>();
  private final Map<String, Long> dropped = new TreeMap<>();
  private final Map<String, Long> errors = new TreeMap<>();
  private final AtomicLong overflowed = new AtomicLong();

  /** A message came. */
  void arrived() {
    in++;
    pending++;
  }

  /** A message was lost before it came. Any thread. */
  void overflowed() {
    overflowed.incrementAndGet();
  }

  /** A publication was taken that was made of so many messages. */
  void out(int messages) {
    out += messages;
    pending -= messages;
    published++;
  }

  void filtered(String by) {
    filtered.merge(by, 1L, Long::sum);
    pending--;
  }

  void dropped(String why, int messages) {
    dropped.merge(why, (long) messages, Long::sum);
    pending -= messages;
  }

  void error(String code, int messages) {
    errors.merge(code, (long) messages, Long::sum);
    pending -= messages;
  }

  /** Messages dropped, those that were lost before they came included. */
  long dropped() {
    return sum(dropped) + overflowed.get();
  }

  /** Messages that have not ended. */
  long pending() {
    return pending;
  }

  /** {@code {"in","out","filtered","dropped","errors","pending","published",...}}. */
  Map<String, Object> fields() {
    long lost = overflowed.get();
    Map<String, Long> why = new TreeMap<>(dropped);
    if (lost > 0) {
      why.put("inbox", lost);
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("in", in + lost);
    fields.put("out", out);
    fields.put("filtered", sum(filtered));
    fields.put("dropped", sum(why));
    fields.put("errors", sum(errors));
    fields.put("pending", pending);
    fields.put("published", published);
    fields.put("filtered_by", Map.copyOf(filtered));
    fields.put("dropped_by", why);
    fields.put("errors_by", Map.copyOf(errors));
    return fields;
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
