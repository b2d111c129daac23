package dev.bantam.models.importer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.spi.ModelFiles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small random models of every family, against transformers in float and against llama.cpp
 * quantized; src/test/golden/families.py makes them. Windows, LongRoPE's switch and prompts are
 * such that positions lie before, at and beyond them.
 */
class FamilyImportTest {

  private static final double LEAST_COSINE = 0.99999;

  /**
   * Tokens of llama.cpp's whose logits lie closer than this share of the best may change places.
   */
  private static final double NEAR = 0.05;

  private static final int CHUNK = 7;
  private static final int VOCABULARY = 64;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  /** Tokens, and after each of them transformers' best token and its logits. */
  private record Prompt(int[] tokens, int[] best, float[][] logits) {}

  static List<Path> models() throws Exception {
    Path families = Path.of(FamilyImportTest.class.getResource("/families").toURI());
    try (var folders = Files.list(families)) {
      return folders.sorted().toList();
    }
  }

  static List<Path> modelsOfLlamaCpp() throws Exception {
    return models().stream().filter(m -> Files.exists(m.resolve("llama-cpp.json"))).toList();
  }

  @ParameterizedTest
  @MethodSource("models")
  void shouldAgreeWithTransformers(Path model) throws Exception {
    assertAgreesWithTransformers(model, model.resolve("float.gguf"));
  }

  @ParameterizedTest
  @MethodSource("models")
  void shouldAgreeWithTransformersFromItsOwnFolder(Path model) throws Exception {
    Path own = Files.createDirectory(folder.resolve("model"));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(model.resolve(file), own.resolve(file));
    }
    Files.writeString(own.resolve("tokenizer.json"), tokenizer());
    assertAgreesWithTransformers(model, own);
  }

  private static String tokenizer() throws Exception {
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    for (String token : List.of("<unk>", "<s>", "</s>")) {
      vocabulary.put(token, vocabulary.size());
    }
    while (vocabulary.size() < VOCABULARY) {
      vocabulary.put("t" + vocabulary.size(), vocabulary.size());
    }
    Map<String, Object> model = Map.of("type", "BPE", "vocab", vocabulary, "merges", List.of());
    return JSON.writeValueAsString(
        Map.of("version", "1.0", "added_tokens", List.of(), "model", model));
  }

  private void assertAgreesWithTransformers(Path model, Path source) throws Exception {
    try (OrtDecoder decoder = open(source)) {
      List<Prompt> prompts = prompts(model, decoder.vocabSize());
      for (Prompt prompt : prompts) {
        decoder.rewind(0);
        assertSame(decoder.evaluate(prompt.tokens, prompt.tokens.length), prompt, 0);
        decoder.rewind(0);
        assertSameInChunks(decoder, prompt);
      }
      decoder.rewind(0);
      assertSameOneByOne(decoder, prompts);
    }
  }

  @ParameterizedTest
  @MethodSource("modelsOfLlamaCpp")
  void shouldChooseLlamaCppsTokens(Path model) throws Exception {
    JsonNode golden = JSON.readTree(model.resolve("llama-cpp.json").toFile());
    try (OrtDecoder decoder = open(model.resolve("quantized.gguf"))) {
      for (JsonNode run : golden.get("runs")) {
        decoder.rewind(0);
        int[] input = JSON.treeToValue(run.get("prompt"), int[].class);
        int[] greedy = JSON.treeToValue(run.get("greedy"), int[].class);
        float[][] best = JSON.treeToValue(run.get("best"), float[][].class);
        for (int step = 0; step < greedy.length; step++) {
          int chosen = Logits.largest(decoder.evaluate(input, 1)[0]);
          boolean near = best[step][0] - best[step][1] < NEAR * Math.abs(best[step][0]);
          if (!near) {
            assertThat(chosen)
                .as("%s, token %d after %s", model.getFileName(), step, run.get("prompt"))
                .isEqualTo(greedy[step]);
          }
          input = new int[] {greedy[step]};
        }
      }
    }
  }

  private OrtDecoder open(Path source) throws Exception {
    FolderBlobs blobs = new FolderBlobs(folder);
    ImportedVariant imported = ModelImporter.importModel(source, blobs, ImportListener.NONE);
    JsonNode config = JSON.readTree(blobs.path(imported.files().get(ModelFiles.CONFIG)).toFile());
    return new OrtDecoder(blobs.path(imported.files().get(ModelFiles.GRAPH)), config, 128);
  }

  private static List<Prompt> prompts(Path model, int vocab) throws Exception {
    ByteBuffer logits =
        ByteBuffer.wrap(Files.readAllBytes(model.resolve("logits.bin")))
            .order(ByteOrder.LITTLE_ENDIAN);
    List<Prompt> prompts = new ArrayList<>();
    for (JsonNode prompt : JSON.readTree(model.resolve("golden.json").toFile()).get("prompts")) {
      JsonNode tokens = prompt.get("tokens");
      float[][] rows = new float[tokens.size()][vocab];
      for (float[] row : rows) {
        for (int i = 0; i < vocab; i++) {
          row[i] = half(logits.getShort());
        }
      }
      prompts.add(
          new Prompt(
              JSON.treeToValue(tokens, int[].class),
              JSON.treeToValue(prompt.get("best"), int[].class),
              rows));
    }
    assertThat(logits.hasRemaining()).isFalse();
    return prompts;
  }

  private static float half(short bits) {
    int exponent = bits >>> 10 & 31;
    int fraction = bits & 1023;
    double size = exponent == 0 ? fraction : Math.scalb(1024.0 + fraction, exponent - 1);
    return (float) (Math.scalb(size, -24) * (bits < 0 ? -1 : 1));
  }

  private static void assertSameInChunks(OrtDecoder decoder, Prompt prompt) throws Exception {
    int length = prompt.tokens.length;
    for (int from = 0; from < length; from += CHUNK) {
      int to = Math.min(from + CHUNK, length);
      int[] chunk = Arrays.copyOfRange(prompt.tokens, from, to);
      assertSame(decoder.evaluate(chunk, chunk.length, length), prompt, from);
    }
  }

  /** Each row is that of the shortest prompt which holds it. */
  private static void assertSameOneByOne(OrtDecoder decoder, List<Prompt> prompts)
      throws Exception {
    int from = 0;
    for (Prompt prompt : prompts) {
      for (; from < prompt.tokens.length; from++) {
        float[][] row = decoder.evaluate(new int[] {prompt.tokens[from]}, 1);
        assertSame(row, prompt, from);
      }
    }
  }

  private static void assertSame(float[][] actual, Prompt prompt, int from) {
    for (int row = 0; row < actual.length; row++) {
      assertThat(Logits.cosine(actual[row], prompt.logits[from + row]))
          .as("cosine at position %d", from + row)
          .isGreaterThanOrEqualTo(LEAST_COSINE);
      assertThat(Logits.largest(actual[row]))
          .as("token at position %d", from + row)
          .isEqualTo(prompt.best[from + row]);
    }
  }
}
