package dev.bantam.runtime.dispatch;

import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskResult;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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
  private static final double NANOS_PER_MS = 1_000_000;
  private static final double MS_PER_SECOND = 1_000;

  /** Is told of each answer. */
  @FunctionalInterface
  public interface Follower {

    /**
     * @param time from the request's admission to its answer
     * @param firstToken from its admission to the first piece of text; empty if nothing was
     *     generated
     */
    void answered(Duration time, Optional<Duration> firstToken);
  }

  private final Histogram latencies = new Histogram(MOST_MICROS, DIGITS);
  private final Histogram firstTokens = new Histogram(MOST_MICROS, DIGITS);
  private Follower follower = (time, firstToken) -> {};
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
  private long allDecoded;
  private double allPrefillMs;
  private double allDecodeMs;

  /** From now on tells this one of each answer. */
  public void tell(Follower other) {
    follower = other;
  }

  /**
   * A request was answered.
   *
   * @param queueMs from its admission to its begin
   * @param nanos from its admission
   */
  void answered(TaskResult result, double queueMs, long nanos) {
    answered++;
    record(latencies, nanos);
    Optional<Duration> firstToken =
        result
            .timings()
            .filter(timings -> result.usage().isPresent())
            .map(timings -> Duration.ofNanos((long) ((queueMs + timings.ttftMs()) * NANOS_PER_MS)));
    firstToken.ifPresent(time -> record(firstTokens, time.toNanos()));
    result
        .usage()
        .ifPresent(
            usage -> {
              promptTokens += usage.promptTokens();
              completionTokens += usage.completionTokens();
              result.timings().ifPresent(timings -> took(usage, timings));
            });
    follower.answered(Duration.ofNanos(nanos), firstToken);
  }

  private static void record(Histogram times, long nanos) {
    times.recordValue(Math.min(MOST_MICROS, nanos / 1_000));
  }

  private void took(TaskResult.Usage usage, TaskResult.Timings timings) {
    long made = Math.max(0, usage.completionTokens() - 1);
    prefilled += usage.promptTokens();
    prefillMs += timings.prefillMs();
    decoded += made;
    decodeMs += timings.decodeMs();
    allDecoded += made;
    allPrefillMs += timings.prefillMs();
    allDecodeMs += timings.decodeMs();
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

  /** Counts since the start; {@code tokens} only where the slot generates. */
  public Map<String, Object> counts() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("answered", answered);
    fields.put("refused", refused);
    fields.put("expired", expired);
    fields.put("cancelled", cancelled);
    fields.put("failed", failed);
    if (promptTokens + completionTokens > 0) {
      fields.put("tokens", tokens());
    }
    return fields;
  }

  /**
   * Counts since the start, and times and tokens a second since this was last called.
   *
   * @return {@link #counts} with {@code latency_ms} and, in {@code tokens}, {@code ttft_ms}, {@code
   *     prefill_per_second} and {@code decode_per_second}
   */
  public Map<String, Object> take() {
    Map<String, Object> fields = counts();
    fields.put("latency_ms", taken(latencies));
    if (promptTokens + completionTokens > 0) {
      Map<String, Object> tokens = tokens();
      tokens.put("ttft_ms", taken(firstTokens));
      rate(tokens, "prefill_per_second", prefilled, prefillMs);
      rate(tokens, "decode_per_second", decoded, decodeMs);
      fields.put("tokens", tokens);
    }
    prefilled = 0;
    decoded = 0;
    prefillMs = 0;
    decodeMs = 0;
    return fields;
  }

  private static Map<String, Object> taken(Histogram times) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("count", times.getTotalCount());
    if (times.getTotalCount() > 0) {
      fields.put("p50", times.getValueAtPercentile(50) / MICROS_PER_MS);
      fields.put("p90", times.getValueAtPercentile(90) / MICROS_PER_MS);
      fields.put("p99", times.getValueAtPercentile(99) / MICROS_PER_MS);
      fields.put("max", times.getMaxValue() / MICROS_PER_MS);
    }
    times.reset();
    return fields;
  }

  private Map<String, Object> tokens() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("prompt", promptTokens);
    fields.put("completion", completionTokens);
    fields.put("decoded", allDecoded);
    fields.put("prefill_seconds", allPrefillMs / MS_PER_SECOND);
    fields.put("decode_seconds", allDecodeMs / MS_PER_SECOND);
    return fields;
  }

  private static void rate(Map<String, Object> fields, String name, long tokens, double ms) {
    if (ms > 0) {
      fields.put(name, rounded(tokens * MS_PER_SECOND / ms));
    }
  }

  private static double rounded(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
