package dev.bantam.models.importer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.models.importer.OrtEncoder.Text;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.models.store.Blob;
import dev.bantam.spi.ModelFiles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small random encoders of every family and head against transformers; src/test/golden/encoders.py
 * makes them.
 */
class EncoderImportTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  /** Texts, and transformers' values for each by the output's name. */
  private record Golden(List<Text> texts, Map<String, float[][]> values) {}

  static List<Path> models() throws Exception {
    Path encoders = Path.of(EncoderImportTest.class.getResource("/encoders").toURI());
    try (var folders = Files.list(encoders)) {
      return folders.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void shouldAgreeWithTransformersInFloat(Path model) throws Exception {
    assertAgrees(model, Quantization.NONE, 0.999999);
  }

  @ParameterizedTest
  @MethodSource("models")
  void shouldStayNearTransformersInEightBits(Path model) throws Exception {
    assertStaysNear(model, Quantization.INT8, 0.99);
    assertStaysNear(model, Quantization.EIGHT_BITS, 0.998);
  }

  @ParameterizedTest
  @MethodSource("models")
  void shouldStayNearTransformersInFourBits(Path model) throws Exception {
    assertStaysNear(model, Quantization.FOUR_BITS, 0.85);
  }

  @ParameterizedTest
  @MethodSource("models")
  void shouldGiveATextTheSameInBatchesInEightBits(Path model) throws Exception {
    forEachOutput(
        model,
        Quantization.INT8,
        (alone, ofOthers) -> {},
        (together, alone) -> {
          for (int i = 0; i < alone.length; i++) {
            assertNear(together[i], alone[i], 0.9999);
          }
        });
  }

  @Test
  void shouldTakeActivationsThatAreAllZeroInEightBits() throws Exception {
    Path model = withZeroValues(models().get(0));
    forEachOutput(
        model,
        Quantization.INT8,
        (actual, expected) ->
            assertThat(together(actual))
                .doesNotContain(Float.NaN)
                .hasSameSizeAs(together(expected)),
        (together, alone) -> {});
  }

  private void assertAgrees(Path model, Quantization quantization, double leastCosine)
      throws Exception {
    forEachOutput(
        model,
        quantization,
        (actual, expected) -> {
          for (int i = 0; i < expected.length; i++) {
            assertNear(actual[i], expected[i], leastCosine);
          }
        });
  }

  /** Over all texts together: a span's logits of one short text are few numbers near zero. */
  private void assertStaysNear(Path model, Quantization quantization, double leastCosine)
      throws Exception {
    forEachOutput(
        model,
        quantization,
        (actual, expected) -> assertNear(together(actual), together(expected), leastCosine));
  }

  private static float[] together(float[][] texts) {
    FloatBuffer all = FloatBuffer.allocate(Stream.of(texts).mapToInt(text -> text.length).sum());
    Stream.of(texts).forEach(all::put);
    return all.array();
  }

  /** Values for each text. */
  private interface Values {
    void compare(float[][] actual, float[][] expected);
  }

  /** Runs the texts one by one, by the graph for single texts too, and as one batch. */
  private void forEachOutput(Path model, Quantization quantization, Values values)
      throws Exception {
    forEachOutput(model, quantization, values, (together, alone) -> {});
  }

  /**
   * @param ofGolden is given what comes of texts one by one and as one batch, and the golden values
   * @param ofBatch is given what comes of texts as one batch, and one by one
   */
  private void forEachOutput(Path model, Quantization quantization, Values ofGolden, Values ofBatch)
      throws Exception {
    FolderBlobs blobs = new FolderBlobs(folder);
    ImportedVariant imported =
        ModelImporter.importModel(model, quantization, blobs, ImportListener.NONE);
    JsonNode config = JSON.readTree(path(blobs, imported, ModelFiles.CONFIG).toFile());
    Golden golden = golden(model, config);
    int padding = config.get("pad_token_id").asInt();
    Path singles = path(blobs, imported, ModelFiles.SINGLE_TEXT_GRAPH);
    try (OrtEncoder encoder = new OrtEncoder(path(blobs, imported, ModelFiles.GRAPH), padding);
        OrtEncoder single = new OrtEncoder(singles, padding)) {
      for (Map.Entry<String, float[][]> output : golden.values().entrySet()) {
        float[][] alone = oneByOne(encoder, golden.texts(), output.getKey());
        float[][] together = encoder.run(golden.texts(), output.getKey());
        ofGolden.compare(oneByOne(single, golden.texts(), output.getKey()), output.getValue());
        ofGolden.compare(alone, output.getValue());
        ofGolden.compare(together, output.getValue());
        ofBatch.compare(together, alone);
      }
    }
  }

  private static float[][] oneByOne(OrtEncoder encoder, List<Text> texts, String output)
      throws Exception {
    float[][] values = new float[texts.size()][];
    for (int i = 0; i < values.length; i++) {
      values[i] = encoder.run(List.of(texts.get(i)), output)[0];
    }
    return values;
  }

  /** A copy of a model whose attention makes zeros of everything. */
  private Path withZeroValues(Path model) throws Exception {
    Path copy = Files.createDirectory(folder.resolve("zeros"));
    try (var files = Files.list(model)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    Path weights = copy.resolve("model.safetensors");
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(weights)).order(ByteOrder.LITTLE_ENDIAN);
    int header = Math.toIntExact(bytes.getLong(0));
    JsonNode tensors = JSON.readTree(bytes.array(), Long.BYTES, header);
    int zeroed = 0;
    for (Map.Entry<String, JsonNode> tensor : tensors.properties()) {
      if (tensor.getKey().contains(".value.")) {
        JsonNode offsets = tensor.getValue().get("data_offsets");
        int data = Long.BYTES + header;
        Arrays.fill(
            bytes.array(), data + offsets.get(0).asInt(), data + offsets.get(1).asInt(), (byte) 0);
        zeroed++;
      }
    }
    assertThat(zeroed).isPositive();
    Files.write(weights, bytes.array());
    return copy;
  }

  private static void assertNear(float[] actual, float[] expected, double leastCosine) {
    assertThat(actual).hasSameSizeAs(expected);
    assertThat(Logits.cosine(actual, expected)).isGreaterThan(leastCosine);
  }

  private static Path path(FolderBlobs blobs, ImportedVariant imported, String role) {
    Blob blob = Objects.requireNonNull(imported.files().get(role));
    return blobs.path(blob);
  }

  private static Golden golden(Path model, JsonNode config) throws Exception {
    JsonNode json = JSON.readTree(model.resolve("golden.json").toFile());
    List<Text> texts = new ArrayList<>();
    for (int i = 0; i < json.get("texts").size(); i++) {
      int[] ids = JSON.treeToValue(json.get("texts").get(i), int[].class);
      JsonNode types = json.path("types").path(i);
      texts.add(new Text(ids, types.isArray() ? JSON.treeToValue(types, int[].class) : new int[0]));
    }
    ByteBuffer bytes =
        ByteBuffer.wrap(Files.readAllBytes(model.resolve("golden.bin")))
            .order(ByteOrder.LITTLE_ENDIAN);
    Map<String, float[][]> values = new LinkedHashMap<>();
    for (JsonNode output : json.get("outputs")) {
      values.put(output.asText(), new float[texts.size()][]);
    }
    for (int i = 0; i < texts.size(); i++) {
      for (Map.Entry<String, float[][]> output : values.entrySet()) {
        int width = width(output.getKey(), config);
        boolean perText = config.get("head").asText().equals("sequence");
        float[] floats = new float[width * (perText ? 1 : texts.get(i).ids().length)];
        bytes.asFloatBuffer().get(floats);
        bytes.position(bytes.position() + floats.length * Float.BYTES);
        output.getValue()[i] = floats;
      }
    }
    assertThat(bytes.remaining()).isZero();
    return new Golden(texts, values);
  }

  private static int width(String output, JsonNode config) {
    return switch (output) {
      case "last_hidden_state" -> config.get("hidden_size").asInt();
      case "logits" -> config.get("labels").size();
      default -> 1;
    };
  }
}
