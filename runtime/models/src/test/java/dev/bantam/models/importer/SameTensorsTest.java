package dev.bantam.models.importer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.models.gguf.GgufMetadata;
import dev.bantam.models.gguf.GgufValue;
import dev.bantam.models.importer.safetensors.SafetensorsSource;
import dev.bantam.models.importer.source.ModelSource;
import dev.bantam.models.importer.source.SourceTensor;
import dev.bantam.models.importer.tensor.WeightFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A folder of transformers' and the GGUF that was made of the same weights must be the same model
 * in every family: same keys, same tensors. See src/test/golden/families.py.
 */
class SameTensorsTest {

  /** Keys that say the same in another way. */
  private static final Set<String> NOT_COMPARED =
      Set.of("vocab_size", "sliding_window_pattern", "scale", "key_length", "value_length");

  static List<Path> models() throws Exception {
    Path families = Path.of(SameTensorsTest.class.getResource("/families").toURI());
    try (var folders = Files.list(families)) {
      return folders.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void shouldFindTheSameInBothFormats(Path model) throws Exception {
    try (ModelSource folder = SafetensorsSource.open(model);
        ModelSource gguf = GgufSource.open(model.resolve("float.gguf"))) {
      assertThat(folder.tensors().keySet()).hasSameElementsAs(gguf.tensors().keySet());
      for (SourceTensor tensor : gguf.tensors().values()) {
        SourceTensor other = folder.tensors().get(tensor.name());
        assertThat(other.shape()).as(tensor.name()).isEqualTo(tensor.shape());
        assertThat(floats(folder, other))
            .as(tensor.name())
            .containsExactly(ordered(gguf, tensor), org.assertj.core.data.Offset.offset(1e-6f));
      }
      assertSameKeys(folder.metadata(), gguf.metadata());
    }
  }

  private static void assertSameKeys(GgufMetadata folder, GgufMetadata gguf) {
    for (String key : folder.keys()) {
      String name = key.substring(key.lastIndexOf('.') + 1);
      if (gguf.value(key).isPresent() && !NOT_COMPARED.contains(name)) {
        assertThat(gguf.value(key).map(SameTensorsTest::plain))
            .as(key)
            .isEqualTo(folder.value(key).map(SameTensorsTest::plain));
      }
    }
  }

  /** GGUF's numbers are float. */
  private static Object plain(GgufValue value) {
    return value instanceof GgufValue.Real real ? (Object) (float) real.value() : value;
  }

  private static float[] floats(ModelSource source, SourceTensor tensor) throws Exception {
    ByteBuffer in = ByteBuffer.allocate((int) tensor.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    int width = tensor.type().blockBytes();
    for (int from = 0; from < in.capacity(); from += 7 * width) {
      in.limit(Math.min(in.capacity(), from + 7 * width));
      source.read(tensor, from, in);
    }
    ByteBuffer out =
        ByteBuffer.allocate((int) tensor.elements() * 4).order(ByteOrder.LITTLE_ENDIAN);
    WeightFormat.of(tensor.type()).orElseThrow().elements().convert(in.flip(), out);
    float[] floats = new float[(int) tensor.elements()];
    out.flip().asFloatBuffer().get(floats);
    return floats;
  }

  /** A GGUF's tensor with the rows of llama's Q and K as they were trained. */
  private static float[] ordered(ModelSource gguf, SourceTensor tensor) throws Exception {
    float[] floats = floats(gguf, tensor);
    String architecture = gguf.metadata().requireText("general.architecture");
    if (!architecture.equals("llama") || !tensor.name().matches(".*attn_[qk]\\..*")) {
      return floats;
    }
    String key = tensor.name().contains("attn_q") ? "head_count" : "head_count_kv";
    int heads = gguf.metadata().requireWhole("llama.attention." + key, 1, 64);
    int row = tensor.shape().size() == 1 ? 1 : (int) (long) tensor.shape().get(0);
    int size = floats.length / row / heads;
    float[] ordered = new float[floats.length];
    for (int i = 0; i < heads * size; i++) {
      int within = i % size;
      int from = i - within + 2 * (within % (size / 2)) + within / (size / 2);
      System.arraycopy(floats, from * row, ordered, i * row, row);
    }
    return ordered;
  }
}
