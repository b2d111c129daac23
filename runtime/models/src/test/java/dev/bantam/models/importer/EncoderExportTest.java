package dev.bantam.models.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.importer.OrtEncoder.Text;
import dev.bantam.models.store.Blob;
import dev.bantam.spi.ModelFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Encoders' exports: the graphs are those of imported folders, described as exporters do. */
class EncoderExportTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<Text> TEXTS =
      List.of(
          new Text(new int[] {2, 9, 11, 3}, new int[4]),
          new Text(new int[] {2, 40, 41, 42, 43, 44, 3}, new int[7]));

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "bert-plain, last_hidden_state, none",
    "bert-texts, logits, sequence",
    "distilbert-tokens, logits, tokens",
    "roberta-span, start_logits, span",
  })
  void shouldRunAsItsFolderDoes(String name, String output, String head) throws Exception {
    // Given
    Path original = fixture(name);
    FolderBlobs blobs = blobs();
    ImportedVariant fromFolder = importPath(original, blobs);

    // When
    ImportedVariant imported = importPath(export(original, fromFolder, blobs, graph -> {}), blobs);

    // Then
    assertThat(imported.variant()).isEqualTo("onnx-" + fromFolder.variant());
    assertThat(config(imported, blobs)).isEqualTo(config(fromFolder, blobs));
    assertThat(config(imported, blobs).get("head").asText()).isEqualTo(head);
    assertThat(Files.readAllBytes(path(imported, blobs, ModelFiles.TOKENIZER)))
        .isEqualTo(Files.readAllBytes(path(fromFolder, blobs, ModelFiles.TOKENIZER)));
    assertThat(values(imported, blobs, output)).isEqualTo(values(fromFolder, blobs, output));
  }

  @Test
  void shouldGiveHiddenStatesTheirNameWhereSentenceTransformersNamedThem() throws Exception {
    // Given an output token_embeddings, and one that nobody asks for
    Path original = fixture("bert-plain");
    FolderBlobs blobs = blobs();
    ImportedVariant fromFolder = importPath(original, blobs);
    Path export =
        export(
            original,
            fromFolder,
            blobs,
            graph -> {
              rename(graph, "last_hidden_state", "token_embeddings");
              ValueInfoProto.Builder other = graph.getOutput(0).toBuilder().setName("other");
              graph.addOutput(other).addNode(identity("token_embeddings", "other"));
            });

    // When
    ImportedVariant imported = importPath(export, blobs);

    // Then
    assertThat(values(imported, blobs, "last_hidden_state"))
        .isEqualTo(values(fromFolder, blobs, "last_hidden_state"));
  }

  @Test
  void shouldReadWhatSentenceTransformersSays() throws Exception {
    Path original = fixture("bert-plain");
    FolderBlobs blobs = blobs();
    Path export = export(original, importPath(original, blobs), blobs, graph -> {});
    Files.createDirectory(export.resolve("1_Pooling"));
    Files.writeString(export.resolve("1_Pooling/config.json"), "{\"pooling_mode\": \"cls\"}");
    Files.writeString(
        export.resolve("modules.json"), "[{\"type\": \"sentence_transformers.models.Normalize\"}]");
    Files.writeString(export.resolve("sentence_bert_config.json"), "{\"max_seq_length\": 24}");

    JsonNode config = config(importPath(export, blobs), blobs);

    assertThat(config.get("pooling").asText()).isEqualTo("cls");
    assertThat(config.get("normalize").asBoolean()).isTrue();
    assertThat(config.get("max_tokens").asInt()).isEqualTo(24);
  }

  @Test
  void shouldRefuseWhatAnEncoderDoesNotHave() throws Exception {
    assertRefused(Kind.UNSUPPORTED, "no input \"attention_mask\"", g -> g.removeInput(1));
    assertRefused(
        Kind.UNSUPPORTED,
        "input \"pixels\" is not supported",
        g -> g.addInput(g.getInput(0).toBuilder().setName("pixels")));
    assertRefused(
        Kind.UNSUPPORTED,
        "\"input_ids\" is not int64",
        g -> elementType(g.getInputBuilder(0), TensorProto.DataType.INT32));
    assertRefused(
        Kind.UNSUPPORTED,
        "not in 32-bit floats",
        g -> elementType(g.getOutputBuilder(0), TensorProto.DataType.FLOAT16));
    // neither an encoder's outputs nor a decoder's
    assertRefused(
        Kind.UNSUPPORTED,
        "no decoder with a KV cache",
        g -> rename(g, "last_hidden_state", "sentence_embedding"));
  }

  @ParameterizedTest
  @CsvSource({
    "num_hidden_layers, MALFORMED, num_hidden_layers",
    "num_attention_heads, MALFORMED, num_attention_heads",
    "vocab_size, MALFORMED, vocab_size",
    "max_position_embeddings, MALFORMED, max_position_embeddings",
  })
  void shouldNameASizeThatIsMissing(String key, Kind kind, String message) throws Exception {
    Path original = fixture("bert-plain");
    FolderBlobs blobs = blobs();
    Path export = export(original, importPath(original, blobs), blobs, graph -> {});
    Path file = export.resolve("config.json");
    ObjectNode config = (ObjectNode) JSON.readTree(file.toFile());
    config.remove(key);
    JSON.writeValue(file.toFile(), config);

    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> importPath(export, blobs))
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.kind()).isEqualTo(kind));
  }

  private void assertRefused(Kind kind, String message, Consumer<GraphProto.Builder> change)
      throws Exception {
    Path original = fixture("bert-plain");
    FolderBlobs blobs = blobs();
    Path export = export(original, importPath(original, blobs), blobs, change);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> importPath(export, blobs))
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.kind()).isEqualTo(kind));
  }

  private static void elementType(ValueInfoProto.Builder value, TensorProto.DataType type) {
    value.getTypeBuilder().getTensorTypeBuilder().setElemType(type.getNumber());
  }

  private static NodeProto identity(String in, String out) {
    return NodeProto.newBuilder().setOpType("Identity").addInput(in).addOutput(out).build();
  }

  private static void rename(GraphProto.Builder graph, String before, String after) {
    for (int i = 0; i < graph.getNodeCount(); i++) {
      for (int j = 0; j < graph.getNode(i).getOutputCount(); j++) {
        if (graph.getNode(i).getOutput(j).equals(before)) {
          graph.getNodeBuilder(i).setOutput(j, after);
        }
      }
    }
    for (ValueInfoProto.Builder output : graph.getOutputBuilderList()) {
      if (output.getName().equals(before)) {
        output.setName(after);
      }
    }
  }

  private Path export(
      Path original,
      ImportedVariant imported,
      FolderBlobs blobs,
      Consumer<GraphProto.Builder> change)
      throws Exception {
    Path export = Files.createTempDirectory(folder, "export");
    EncoderExports.write(original, imported, blobs, change, export);
    return export;
  }

  private FolderBlobs blobs() throws Exception {
    return new FolderBlobs(Files.createTempDirectory(folder, "blobs"));
  }

  private static Path fixture(String name) throws Exception {
    return Path.of(EncoderExportTest.class.getResource("/encoders/" + name).toURI());
  }

  private static ImportedVariant importPath(Path source, FolderBlobs blobs) throws ModelException {
    return ModelImporter.importModel(source, blobs, ImportListener.NONE);
  }

  private static Path path(ImportedVariant imported, FolderBlobs blobs, String role) {
    Blob blob = Objects.requireNonNull(imported.files().get(role));
    return blobs.path(blob);
  }

  private static JsonNode config(ImportedVariant imported, FolderBlobs blobs) throws Exception {
    return JSON.readTree(path(imported, blobs, ModelFiles.CONFIG).toFile());
  }

  private static float[][] values(ImportedVariant imported, FolderBlobs blobs, String output)
      throws Exception {
    try (OrtEncoder encoder = new OrtEncoder(path(imported, blobs, ModelFiles.GRAPH), 0)) {
      return encoder.run(TEXTS, output);
    }
  }
}
