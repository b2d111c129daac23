package dev.bantam.inference.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import dev.bantam.spi.TaskException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The exports that src/test/golden/onnx_exports.py makes, and what other engines make of them. */
public final class ExportFixture {

  static final int VOCAB = 288;
  static final int CONTEXT = 160;

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String CONFIG =
      """
      {"format": 1, "architecture": "%s", "layers": 2, "heads": 4, "kv_heads": %d, "head_size": %d,
       "hidden_size": %d, "vocab_size": %d, "context_length": %d, "add_bos": false, "stop_token_ids": []}
      """;

  private ExportFixture() {}

  /** A model's folder. */
  public static Path folder(String name) throws Exception {
    return Path.of(ExportFixture.class.getResource("/export/" + name).toURI());
  }

  /** What is in the folder's golden.json. */
  public static JsonNode golden(String name) throws Exception {
    return JSON.readTree(folder(name).resolve("golden.json").toFile());
  }

  static int[] tokens(JsonNode list) throws Exception {
    return JSON.treeToValue(list, int[].class);
  }

  static float[][] rows(JsonNode list) throws Exception {
    return JSON.treeToValue(list, float[][].class);
  }

  /** Loads a graph as it lies there; the configuration is written into {@code work}. */
  public static DecoderModel load(String name, String file, Path work) throws Exception {
    return load(name, folder(name).resolve("onnx").resolve(file), work);
  }

  static DecoderModel load(String name, Path graph, Path work) throws IOException, TaskException {
    Path file = Files.writeString(work.resolve("config.json"), config(name));
    return DecoderModel.load(
        new ModelFiles(
            ModelReference.parse("tiny"), Map.of(ModelFiles.GRAPH, graph, ModelFiles.CONFIG, file)),
        LoadContext.of(1, CONTEXT));
  }

  private static String config(String name) {
    return name.equals("llama")
        ? CONFIG.formatted(name, 2, 16, 64, VOCAB, CONTEXT)
        : CONFIG.formatted(name, 4, 12, 48, VOCAB, CONTEXT);
  }
}
