package dev.bantam.inference.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a benchmark measured.
 *
 * @param options what was asked for
 * @param loadSeconds from files to a model ready to run, ONNX Runtime's own start not counted
 * @param rounds the counted rounds, in order
 * @param memoryBefore before the model was loaded, ONNX Runtime already started; empty off Linux
 * @param memoryLoaded after it was loaded, before the first round; empty off Linux
 * @param memoryAfter after the last round, its KV cache still held; empty off Linux
 */
public record BenchResult(
    BenchOptions options,
    double loadSeconds,
    List<Round> rounds,
    Optional<ProcessMemory> memoryBefore,
    Optional<ProcessMemory> memoryLoaded,
    Optional<ProcessMemory> memoryAfter) {

  public BenchResult {
    rounds = List.copyOf(rounds);
  }

  /**
   * One round.
   *
   * @param prefillTokensPerSecond the prompt's tokens by the time to its last logits
   * @param decodeTokensPerSecond the new tokens by the time for all of them, picking included
   */
  public record Round(double prefillTokensPerSecond, double decodeTokensPerSecond) {}

  /** Median of the rounds. */
  public double prefillTokensPerSecond() {
    return median(rounds.stream().mapToDouble(Round::prefillTokensPerSecond).sorted().toArray());
  }

  /** Median of the rounds. */
  public double decodeTokensPerSecond() {
    return median(rounds.stream().mapToDouble(Round::decodeTokensPerSecond).sorted().toArray());
  }

  /**
   * The fields of {@code bantam bench --json}, in order. {@code rss_anon_bytes}, {@code
   * rss_file_bytes} and {@code swap_bytes} are the process's after the last round, {@code
   * model_rss_anon_bytes} what loading the model added to the first (swapped pages included); null
   * off Linux.
   */
  public Map<String, @Nullable Object> toFields() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("prefill_tokens_per_second", prefillTokensPerSecond());
    fields.put("decode_tokens_per_second", decodeTokensPerSecond());
    fields.put("load_seconds", loadSeconds);
    fields.put("rss_anon_bytes", memoryAfter.map(ProcessMemory::anonymous).orElse(null));
    fields.put("rss_file_bytes", memoryAfter.map(ProcessMemory::file).orElse(null));
    fields.put("swap_bytes", memoryAfter.map(ProcessMemory::swap).orElse(null));
    fields.put("model_rss_anon_bytes", modelBytes().orElse(null));
    fields.put("prompt_tokens", options.promptTokens());
    fields.put("new_tokens", options.newTokens());
    fields.put("threads", options.threads());
    fields.put("rounds", rounds.size());
    return fields;
  }

  private Optional<Long> modelBytes() {
    return memoryBefore.flatMap(
        before ->
            memoryLoaded.map(
                loaded -> loaded.anonymous() + loaded.swap() - before.anonymous() - before.swap()));
  }

  private static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
