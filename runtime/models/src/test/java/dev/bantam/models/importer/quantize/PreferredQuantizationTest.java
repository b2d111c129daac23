package dev.bantam.models.importer.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.gguf.TensorType;
import dev.bantam.models.importer.source.SourceTensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an import makes where nobody says: a truth table. */
class PreferredQuantizationTest {

  @ParameterizedTest
  @CsvSource({
    // the file's weights, what the device prefers, what is made
    "Q4_1, '',                NONE",
    "F32,  '',                FOUR_BITS",
    "Q4_1, q4_all,            FOUR_BITS_ALL",
    "F32,  q4_all,            FOUR_BITS_ALL",
    "Q4_1, q4_all q8,         FOUR_BITS_ALL",
    "Q4_1, q4_1 q4_all,       NONE",
    "Q8_0, q4_1 q4_all,       FOUR_BITS_ALL",
    "F32,  q8,                EIGHT_BITS",
    "F32,  f32 q4,            NONE",
    "Q4_1, q5_k,              NONE",
    "F32,  q5_k,              FOUR_BITS",
    "F32,  int8 q4_all,       FOUR_BITS_ALL",
    "Q4_1, q4_all_fast q4_all, FOUR_BITS_ALL_FAST"
  })
  void shouldMakeTheFirstPreferredVariantThatCanBe(
      TensorType type, String preferred, Quantization expected) {
    List<SourceTensor> tensors =
        List.of(tensor("token_embd.weight", TensorType.Q6_K), tensor("blk.0.ffn_up.weight", type));
    List<String> variants =
        Arrays.stream(preferred.split(" ")).filter(name -> !name.isEmpty()).toList();

    assertThat(Quantization.usual(tensors, variants)).isEqualTo(expected);
  }

  private static SourceTensor tensor(String name, TensorType type) {
    long elements = 256 * 256;
    return new SourceTensor(
        name, type, List.of(256L, 256L), elements / type.blockElements() * type.blockBytes());
  }
}
