package dev.bantam.runtime.cli.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.gguf.TensorType;
import dev.bantam.models.importer.TensorReport;
import dev.bantam.runtime.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImportReportTest {

  private final ImportReport report =
      new ImportReport(new Terminal(new PrintStream(new ByteArrayOutputStream()), false, 100));

  @Test
  void shouldSayWhatBecameOfEachTensor() {
    report.converted(
        List.of(
            new TensorReport(
                "blk.0.ffn_down.weight", TensorType.Q6_K, "4 bits, block 128", 2_500_000, 0.0912),
            new TensorReport("output_norm.weight", TensorType.F32, "float", 100_000, 0)));
    assertThat(report.lines()).hasSize(4);
    assertThat(report.lines().get(1))
        .contains("blk.0.ffn_down.weight", "Q6_K", "4 bits, block 128", "2.5 MB", "9.12 %");
    assertThat(report.lines().get(2)).contains("float", "0.1 MB").endsWith("-");
    assertThat(report.lines().get(3)).contains("2.6 MB");
    assertThat(report.fields().get(0))
        .isEqualTo(
            Map.of(
                "name", "blk.0.ffn_down.weight",
                "source", "Q6_K",
                "target", "4 bits, block 128",
                "bytes", 2_500_000L,
                "relative_error", 0.0912));
  }

  @Test
  void shouldSayThatNothingWasConverted() {
    assertThat(report.lines())
        .containsExactly(
            "nothing was converted: the variant was installed already, or is an export, which runs as it is");
  }
}
