package dev.bantam.models.importer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.gguf.TensorType;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.models.store.BlobStore;
import dev.bantam.spi.ModelFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an import says of each tensor of an encoder. */
class EncoderReportTest {

  private static final String MATRIX = "blk.1.ffn_up.weight";
  private static final String BIAS = "blk.1.ffn_up.bias";
  private static final String WORDS = "token_embd.weight";

  @TempDir Path folder;

  private final Map<String, TensorReport> report = new LinkedHashMap<>();

  /** Bytes of the weights file. */
  private long importAs(Quantization quantization) throws Exception {
    Path model = Path.of(EncoderReportTest.class.getResource("/encoders/bert-tokens").toURI());
    ImportListener listener =
        new ImportListener() {
          @Override
          public void progress(String step, long done, long total) {}

          @Override
          public void converted(List<TensorReport> tensors) {
            tensors.forEach(tensor -> report.put(tensor.name(), tensor));
          }
        };
    try (BlobStore.Work work = BlobStore.open(folder).begin()) {
      return ModelImporter.importModel(model, quantization, work, listener)
          .files()
          .get(ModelFiles.WEIGHTS)
          .size();
    }
  }

  @Test
  void shouldSayThatFloatsStayFloats() throws Exception {
    importAs(Quantization.NONE);

    assertThat(report).hasSizeGreaterThan(30).containsKeys(MATRIX, BIAS, WORDS, "cls.weight");
    assertThat(report.values()).extracting(TensorReport::relativeError).containsOnly(0.0);
    assertThat(report.values()).extracting(TensorReport::source).containsOnly(TensorType.F16);
    assertThat(report.get(MATRIX).bytes()).isEqualTo(64 * 32 * 4);
  }

  @Test
  void shouldSayHowFarEightBitsAChannelAreFromTheSource() throws Exception {
    long written = importAs(Quantization.INT8);

    TensorReport matrix = report.get(MATRIX);
    assertThat(matrix.target()).isEqualTo("8 bits, a scale a row");
    assertThat(matrix.bytes()).isEqualTo(64 * 32 + 64 * 8);
    assertThat(matrix.relativeError()).isBetween(0.002, 0.015);
    assertThat(report.get(WORDS).target()).contains("8 bits");
    assertThat(report.get(WORDS).relativeError()).isBetween(0.001, 0.01);
    assertThat(report.get(BIAS).relativeError()).isZero();
    List<Long> bytes = new ArrayList<>();
    report.values().forEach(tensor -> bytes.add(tensor.bytes()));
    assertThat(bytes.stream().mapToLong(Long::longValue).sum()).isLessThanOrEqualTo(written);
  }

  @Test
  void shouldSayHowFarFourBitsAreFromTheSource() throws Exception {
    importAs(Quantization.FOUR_BITS);

    assertThat(report.get(MATRIX).target()).startsWith("4 bits");
    assertThat(report.get(MATRIX).relativeError()).isBetween(0.02, 0.15);
    assertThat(report.get(BIAS).relativeError()).isZero();
  }
}
