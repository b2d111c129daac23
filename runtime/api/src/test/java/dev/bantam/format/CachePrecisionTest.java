package dev.bantam.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import dev.bantam.spi.TaskException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CachePrecisionTest {

  private static final Path FLOATS = Path.of("/models/floats");
  private static final Path BYTES = Path.of("/models/bytes");
  private static final ModelReference TINY = ModelReference.parse("tiny");
  private static final ModelFiles BOTH =
      new ModelFiles(TINY, Map.of(ModelFiles.GRAPH, FLOATS, ModelFiles.INT8_KV_GRAPH, BYTES));
  private static final ModelFiles OLD = new ModelFiles(TINY, Map.of(ModelFiles.GRAPH, FLOATS));

  @ParameterizedTest
  @CsvSource({"float, floats", "int8, bytes", "' int8 ', bytes"})
  void shouldChooseTheGraphBySetting(String setting, String file) throws Exception {
    assertThat(CachePrecision.graph(BOTH, Map.of("kv", setting)))
        .isEqualTo(Path.of("/models", file));
  }

  @Test
  void shouldKeepFloatsWithoutASetting() throws Exception {
    assertThat(CachePrecision.graph(BOTH, Map.of())).isEqualTo(FLOATS);
    assertThat(CachePrecision.graph(OLD, Map.of())).isEqualTo(FLOATS);
  }

  @Test
  void shouldSayWhatToDoWhereAModelHasNoSuchGraph() {
    assertThatThrownBy(() -> CachePrecision.graph(OLD, Map.of("kv", "int8")))
        .isInstanceOf(TaskException.class)
        .hasMessageContainingAll("bantam model calibrate tiny", "float");
  }

  @Test
  void shouldNameThePrecisionsThatThereAre() {
    assertThatThrownBy(() -> CachePrecision.graph(BOTH, Map.of("kv", "int4")))
        .isInstanceOf(TaskException.class)
        .hasMessageContainingAll("\"kv\" is \"int4\"", "float or int8");
  }
}
