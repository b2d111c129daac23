package dev.bantam.inference.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.inference.session.TinyDecoder;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.TaskException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkTest {

  @TempDir Path folder;

  @Test
  void shouldMeasureEachRoundAndTheMemory() throws Exception {
    // Given
    ModelFiles files = TinyDecoder.write(folder);
    List<Integer> seen = new ArrayList<>();

    // When
    BenchResult result =
        Benchmark.run(files, BenchOptions.of(40, 5, 1), (round, total, figures) -> seen.add(round));

    // Then
    assertThat(seen).containsExactly(1, 2, 3, 4);
    assertThat(result.rounds()).hasSize(3);
    assertThat(result.toFields())
        .containsKeys(
            "prefill_tokens_per_second",
            "decode_tokens_per_second",
            "load_seconds",
            "rss_anon_bytes",
            "rss_file_bytes",
            "swap_bytes",
            "model_rss_anon_bytes");
    assertThat(result.prefillTokensPerSecond()).isPositive();
    assertThat(result.decodeTokensPerSecond()).isPositive();
    assertThat(result.loadSeconds()).isPositive();
  }

  @Test
  void shouldRefuseMoreTokensThanTheContextHolds() throws Exception {
    ModelFiles files = TinyDecoder.write(folder);
    assertThatThrownBy(
            () -> Benchmark.run(files, BenchOptions.of(690, 11, 1), (r, total, figures) -> {}))
        .isInstanceOfSatisfying(
            TaskException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PROMPT_TOO_LONG))
        .hasMessageContaining("700");
  }

  @Test
  void shouldReportMedians() {
    // Given
    List<BenchResult.Round> rounds =
        List.of(
            new BenchResult.Round(3, 30),
            new BenchResult.Round(1, 10),
            new BenchResult.Round(2, 20));
    Optional<ProcessMemory> before = Optional.of(new ProcessMemory(100, 0, 10));
    Optional<ProcessMemory> loaded = Optional.of(new ProcessMemory(150, 0, 40));
    Optional<ProcessMemory> after = Optional.of(new ProcessMemory(170, 7, 50));

    // When
    BenchResult result =
        new BenchResult(BenchOptions.of(1, 1, 1), 0.5, rounds, before, loaded, after);

    // Then
    assertThat(result.toFields())
        .containsEntry("prefill_tokens_per_second", 2.0)
        .containsEntry("decode_tokens_per_second", 20.0)
        .containsEntry("load_seconds", 0.5)
        .containsEntry("rss_anon_bytes", 170L)
        .containsEntry("rss_file_bytes", 7L)
        .containsEntry("swap_bytes", 50L)
        .containsEntry("model_rss_anon_bytes", 80L);
  }

  @Test
  void shouldReadTheKernelsFigures() {
    assertThat(
            ProcessMemory.parse(
                "VmRSS:\t 9 kB\nRssAnon:\t  12 kB\nRssFile:\t 3 kB\nVmSwap:\t 0 kB\n"))
        .isEqualTo(new ProcessMemory(12 * 1024, 3 * 1024, 0));
  }
}
