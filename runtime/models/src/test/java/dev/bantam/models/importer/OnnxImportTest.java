package dev.bantam.models.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.importer.onnx.ExportFolder;
import dev.bantam.models.store.Blob;
import dev.bantam.spi.ModelFiles;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Exports as they are found, and such as somebody has tampered with. That imported ones compute
 * what they should is for the tests of inference to show.
 */
class OnnxImportTest {

  private static final String GRAPH = ExportBytes.GRAPH;
  private static final int MUTATIONS = 600;
  private static final int LARGE = 64 << 20;
  private static final long MOST_HEAP_BYTES = 32L << 20;

  @TempDir Path folder;

  @Test
  void shouldChangeNothingButTheNamesOfExternalFiles() throws Exception {
    // When
    ImportedVariant imported = importFolder(ExportBytes.model());

    // Then
    Blob more = imported.files().get(ModelFiles.WEIGHTS);
    Blob data = imported.files().get(ModelFiles.WEIGHTS + "-1");
    assertThat(Files.readAllBytes(blob(data))).isEqualTo(ExportBytes.model().get(ExportBytes.DATA));
    assertThat(Files.readAllBytes(blob(more))).containsExactly(1, 2, 3, 4);
    ModelProto.Builder expected = ExportBytes.graph();
    var graph = expected.getGraphBuilder();
    rename(graph.getInitializerBuilder(0), data);
    rename(graph.getInitializerBuilder(1), data);
    rename(graph.getNodeBuilder(0).getAttributeBuilder(0).getTBuilder(), more);
    rename(
        graph.getNodeBuilder(1).getAttributeBuilder(0).getGBuilder().getInitializerBuilder(0),
        more);
    byte[] copied = Files.readAllBytes(blob(imported.files().get(ModelFiles.GRAPH)));
    assertThat(ModelProto.parseFrom(copied)).isEqualTo(expected.build());
  }

  private static void rename(TensorProto.Builder tensor, Blob blob) {
    tensor.getExternalDataBuilder(0).setValue(blob.sha256());
  }

  @Test
  void shouldCopyAGraphWithoutExternalDataByteByByte() throws Exception {
    // Given
    byte[] graph = changed(model -> withoutExternal(model));

    // When
    ImportedVariant imported = importFolder(ExportBytes.model().with(GRAPH, graph));

    // Then
    assertThat(Files.readAllBytes(blob(imported.files().get(ModelFiles.GRAPH)))).isEqualTo(graph);
    assertThat(imported.files()).doesNotContainKey(ModelFiles.WEIGHTS);
  }

  @Test
  void shouldDescribeTheModel() throws Exception {
    ImportedVariant imported = importFolder(ExportBytes.model());

    assertThat(imported.variant()).isEqualTo("onnx-fp32");
    assertThat(imported.architecture()).isEqualTo("llama");
    assertThat(imported.parameters()).isEqualTo(64);
    assertThat(imported.contextLength()).isEqualTo(32);
    assertThat(
            new ObjectMapper()
                .readTree(blob(imported.files().get(ModelFiles.CONFIG)).toFile())
                .toString())
        .isEqualTo(
            "{\"format\":1,\"architecture\":\"llama\",\"layers\":1,\"heads\":2,\"kv_heads\":1,"
                + "\"head_size\":16,\"hidden_size\":32,\"vocab_size\":4,\"context_length\":32,"
                + "\"bos_token_id\":1,\"add_bos\":true,\"stop_token_ids\":[2],"
                + "\"bos_token\":\"<s>\",\"eos_token\":\"</s>\"}");
  }

  @Test
  void shouldFindTheGraphInTheFolderOnnx() throws Exception {
    // Given
    Path source = ExportBytes.model().write(folder.resolve("model"));
    Path inner = Files.createDirectories(source.resolve("onnx"));
    for (String file : new String[] {GRAPH, ExportBytes.DATA, ExportBytes.MORE}) {
      Files.move(source.resolve(file), inner.resolve(file));
    }
    Files.move(inner.resolve(GRAPH), inner.resolve("model_q4f16.onnx"));

    // When, Then
    for (Path given : new Path[] {source, inner.resolve("model_q4f16.onnx")}) {
      assertThat(importPath(given).variant()).isEqualTo("onnx-q4f16");
    }
  }

  @Test
  void shouldNameTheGraphsOfAFolderThatHasSeveral() throws Exception {
    // Given
    FolderBytes model = ExportBytes.model();
    model.with("model_int8.onnx", model.get(GRAPH));
    Path source = model.write(folder.resolve("model"));

    // When, Then
    assertRefused(model, Kind.USAGE, "--file", "[model.onnx, model_int8.onnx]");
    assertThat(ExportFolder.choose(source, "model_int8.onnx"))
        .isEqualTo(source.resolve("model_int8.onnx"));
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> ExportFolder.choose(source, "../model.onnx"))
        .withMessageContaining("it has [model.onnx, model_int8.onnx]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../model.onnx_data",
        "/etc/passwd",
        "sub/model.onnx_data",
        "*/_ORT_MEM_ADDR_/*",
        "..",
        ".",
        "",
        "a\\b",
        "C:x",
        "a\nb"
      })
  void shouldRefuseExternalDataThatLieElsewhere(String location) {
    byte[] graph = withTensor(ExportBytes.external("x", location, "0", "4", 1));
    assertRefused(
        ExportBytes.model().with(GRAPH, graph), Kind.MALFORMED, "must lie in a file beside");
  }

  @ParameterizedTest
  @CsvSource({
    "0,  257, 257 bytes at 0",
    "256, 1, 1 bytes at 256",
    "999999999999999999, 1, incomplete",
    "9999999999999999999, 1, no offset",
    "-1, 1, no offset",
    "0, x, no length"
  })
  void shouldRefuseExternalDataThatDoNotLieInTheirFile(
      String offset, String length, String message) {
    byte[] graph = withTensor(ExportBytes.external("x", ExportBytes.DATA, offset, length, 1));
    assertRefused(ExportBytes.model().with(GRAPH, graph), Kind.MALFORMED, message);
  }

  @Test
  void shouldSayWhichFileIsMissing() {
    assertRefused(ExportBytes.model().without(ExportBytes.DATA), Kind.USAGE, ExportBytes.DATA);
    assertRefused(ExportBytes.model().without("config.json"), Kind.USAGE, "config.json");
    assertRefused(ExportBytes.model().without("tokenizer.json"), Kind.USAGE, "tokenizer.json");
  }

  @Test
  void shouldRefuseGraphsThatAreNoDecodersWithACache() {
    byte[] encoder = changed(model -> model.getGraphBuilder().clearInput());
    assertRefused(
        ExportBytes.model().with(GRAPH, encoder), Kind.UNSUPPORTED, "no input \"input_ids\"");
    byte[] cacheless =
        changed(model -> model.getGraphBuilder().removeInput(1).removeInput(1).removeOutput(1));
    assertRefused(
        ExportBytes.model().with(GRAPH, cacheless), Kind.UNSUPPORTED, "text-generation-with-past");
    byte[] silent = changed(model -> model.getGraphBuilder().removeOutput(0));
    assertRefused(
        ExportBytes.model().with(GRAPH, silent), Kind.UNSUPPORTED, "no output \"logits\"");
  }

  @Test
  void shouldRefuseNestingWithoutEnd() {
    // Given graphs within attributes of nodes within graphs
    byte[] graph = {};
    for (int i = 0; i < 1000; i++) {
      graph = field(1, field(5, field(6, graph)));
    }

    // When, Then
    assertRefused(
        ExportBytes.model().with(GRAPH, field(7, graph)), Kind.MALFORMED, "nested more than");
  }

  private static byte[] field(int number, byte[] content) {
    var bytes = new java.io.ByteArrayOutputStream();
    bytes.write(number << 3 | 2);
    int length = content.length;
    while (length >= 0x80) {
      bytes.write(length & 0x7f | 0x80);
      length >>>= 7;
    }
    bytes.write(length);
    bytes.writeBytes(content);
    return bytes.toByteArray();
  }

  @Test
  void shouldHoldNoWeightsOnTheHeap() throws Exception {
    // Given weights within the graph and beside it
    byte[] weights = new byte[LARGE];
    Path source =
        ExportBytes.model()
            .with(
                GRAPH,
                withTensor(
                    TensorProto.newBuilder()
                        .setName("large")
                        .setRawData(ByteString.copyFrom(weights))
                        .build()))
            .write(folder.resolve("model"));
    try (RandomAccessFile data =
        new RandomAccessFile(source.resolve(ExportBytes.DATA).toFile(), "rw")) {
      data.setLength(LARGE);
    }

    // When
    long before = Heap.allocatedBytes();
    ImportedVariant imported = importPath(source);

    // Then
    assertThat(Heap.allocatedBytes() - before).isLessThan(MOST_HEAP_BYTES);
    assertThat(imported.files().get(ModelFiles.GRAPH).size()).isGreaterThan(LARGE);
    assertThat(imported.files().get(ModelFiles.WEIGHTS + "-1").size()).isEqualTo(LARGE);
  }

  @Test
  void shouldSurviveMutations() throws Exception {
    // Given
    byte[] seed = ExportBytes.model().get(GRAPH);
    Random random = new Random(4711);
    int refused = 0;

    // When
    for (int i = 0; i < MUTATIONS; i++) {
      FolderBytes model = ExportBytes.model().with(GRAPH, mutate(seed, random));
      long before = Heap.allocatedBytes();
      try {
        importFolder(model);
      } catch (ModelException e) {
        refused++;
        assertThat(e.kind()).isIn(Kind.MALFORMED, Kind.UNSUPPORTED, Kind.USAGE);
      }
      assertThat(Heap.allocatedBytes() - before)
          .as("heap of mutation %d", i)
          .isLessThan(MOST_HEAP_BYTES);
    }

    // Then
    assertThat(refused).isGreaterThan(MUTATIONS / 3);
  }

  /** Flips bits, writes bytes that lengths and numbers are made of, copies parts, cuts. */
  private static byte[] mutate(byte[] seed, Random random) {
    byte[] bytes = seed.clone();
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(bytes.length - 12);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> Arrays.fill(bytes, at, at + 1 + random.nextInt(11), (byte) 0xff);
        case 3 -> bytes[at] = 0x7f;
        case 4 ->
            System.arraycopy(seed, random.nextInt(seed.length - 12), bytes, at, random.nextInt(12));
        default -> {
          return Arrays.copyOf(bytes, random.nextInt(bytes.length));
        }
      }
    }
    return bytes;
  }

  private static byte[] withTensor(TensorProto tensor) {
    return changed(model -> model.getGraphBuilder().addInitializer(tensor));
  }

  private static void withoutExternal(ModelProto.Builder model) {
    model.getGraphBuilder().clearInitializer().clearNode();
  }

  private static byte[] changed(Consumer<ModelProto.Builder> change) {
    ModelProto.Builder model = ExportBytes.graph();
    change.accept(model);
    return model.build().toByteArray();
  }

  private void assertRefused(FolderBytes model, Kind kind, String... words) {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> importFolder(model))
        .satisfies(e -> assertThat(e.getMessage()).contains(words))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(kind));
  }

  private ImportedVariant importFolder(FolderBytes model) throws Exception {
    Path source = folder.resolve("model");
    if (Files.exists(source)) {
      try (var files = Files.list(source)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
    }
    return importPath(model.write(source));
  }

  private ImportedVariant importPath(Path source) throws Exception {
    Files.createDirectories(folder.resolve("blobs"));
    return ModelImporter.importModel(
        source, new FolderBlobs(folder.resolve("blobs")), ImportListener.NONE);
  }

  private Path blob(Blob blob) {
    return folder.resolve("blobs").resolve(blob.sha256());
  }
}
