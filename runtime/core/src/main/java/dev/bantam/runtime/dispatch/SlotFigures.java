package dev.bantam.runtime.dispatch;

import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskResult;
import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What became of a slot's requests since the start, and how long they took since it was last asked.
 * Belongs to the dispatcher's context.
 */
public final class SlotFigures {

  /** Two digits up to an hour, in 30 KB. */
  private static final long MOST_MICROS = 3_600_000_000L;

  private static final int DIGITS = 2;
  private static final double MICROS_PER_MS = 1_000;
  private static final double MS_PER_SECOND = 1_000;

  private final Histogram latencies = new Histogram(MOST_MICROS, DIGITS);
  private long answered;
  private long refused;
  private long expired;
  private long cancelled;
  private long failed;
  private long promptTokens;
  private long completionTokens;
  private long prefilled;
  private long decoded;
  private double prefillMs;
  private double decodeMs;

  /**
   * A request was answered.
   *
   * @param nanos from its admission
   */
  void answered(TaskResult result, long nanos) {
    answered++;
    latencies.recordValue(Math.min(MOST_MICROS, nanos / 1_000));
    result
        .usage()
        .ifPresent(
            usage -> {
              promptTokens += usage.promptTokens();
              completionTokens += usage.completionTokens();
              result.timings().ifPresent(timings -> took(usage, timings));
            });
  }

  private void took(TaskResult.Usage usage, TaskResult.Timings timings) {
    prefilled += usage.promptTokens();
    prefillMs += timings.prefillMs();
    decoded += Math.max(0, usage.completionTokens() - 1);
    decodeMs += timings.decodeMs();
  }

  /** A request was not admitted. */
  void refused() {
    refused++;
  }

  /** An admitted request ended in an error. */
  void failed(ErrorCode code) {
    if (code == ErrorCode.EXPIRED) {
      expired++;
    } else if (code == ErrorCode.CANCELLED) {
      cancelled++;
    } else {
      failed++;
    }
  }

  /**
   * Counts since the start, and {@code latency_ms} and tokens a second since this was last called;
   * {@code tokens} only where the slot generates.
   */
  public Map<String, Object> take() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("answered", answered);
    fields.put("refused", refused);
    fields.put("expired", expired);
    fields.put("cancelled", cancelled);
    fields.put("failed", failed);
    fields.put("latency_ms", latencies());
    if (promptTokens + completionTokens > 0) {
      fields.put("tokens", tokens());
    }
    latencies.reset();
    prefilled = 0;
    decoded = 0;
    prefillMs = 0;
    decodeMs = 0;
    return fields;
  }

  private Map<String, Object> latencies() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("count", latencies.getTotalCount());
    if (latencies.getTotalCount() > 0) {
      fields.put("p50", latencies.getValueAtPercentile(50) / MICROS_PER_MS);
      fields.put("p90", latencies.getValueAtPercentile(90) / MICROS_PER_MS);
      fields.put("p99", latencies.getValueAtPercentile(99) / MICROS_PER_MS);
      fields.put("max", latencies.getMaxValue() / MICROS_PER_MS);
    }
    return fields;
  }

  private Map<String, Object> tokens() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("prompt", promptTokens);
    fields.put("completion", completionTokens);
    if (prefillMs > 0) {
      fields.put("prefill_per_second", rounded(prefilled * MS_PER_SECOND / prefillMs));
    }
    if (decodeMs > 0) {
      fields.put("decode_per_second", rounded(decoded * MS_PER_SECOND / decodeMs));
    }
    return fields;
  }

  private static double rounded(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
