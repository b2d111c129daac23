package dev.bantam.models.importer.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.bantam.format.DecoderMemory;
import dev.bantam.models.CacheRanges;
import dev.bantam.models.InstalledModel;
import dev.bantam.models.MemoryPrediction;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.catalog.MemoryFigures;
import dev.bantam.models.catalog.PullableVariant;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.onnx.GraphOperators;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Int8CacheGraphTest {

  private static final Path GPT2 = Path.of("families/gpt2-two-heads/float.gguf");

  @TempDir Path work;

  @Test
  void shouldChangeTheCacheAlone() throws Exception {
    // Given
    ModelFiles files = imported();

    // When
    GraphProto floats = read(files, ModelFiles.GRAPH).getGraph();
    GraphProto bytes = read(files, ModelFiles.INT8_KV_GRAPH).getGraph();

    // Then
    assertThat(bytes.getNodeCount()).isEqualTo(floats.getNodeCount());
    assertThat(bytes.getInitializerList()).containsAll(floats.getInitializerList());
    assertThat(types(bytes)).containsOnly(TensorProto.DataType.INT8_VALUE);
    assertThat(types(floats)).containsOnly(TensorProto.DataType.FLOAT_VALUE);
    List<NodeProto> attention =
        bytes.getNodeList().stream()
            .filter(node -> node.getOpType().equals("GroupQueryAttention"))
            .toList();
    assertThat(attention)
        .isNotEmpty()
        .allSatisfy(
            node -> {
              assertThat(node.getInputCount()).isEqualTo(14);
              assertThat(HeadPairs.number(node, "kv_cache_bit_width")).isEqualTo(8);
            });
    assertThat(GraphOperators.of(files.require(ModelFiles.INT8_KV_GRAPH)))
        .contains("GroupQueryAttention:8")
        .doesNotContain("GroupQueryAttention");
    assertThat(GraphOperators.of(files.require(ModelFiles.GRAPH))).contains("GroupQueryAttention");
  }

  @Test
  void shouldScaleEachElementByWhatWasSeen() throws Exception {
    // Given values of layer 1 that get as large as 127, 254 and so on
    GraphProto bytes = read(imported(), ModelFiles.INT8_KV_GRAPH).getGraph();

    // When
    TensorProto scales =
        bytes.getInitializerList().stream()
            .filter(tensor -> tensor.getName().equals("past_key_values.1.value.scale"))
            .findFirst()
            .orElseThrow();

    // Then they are scaled with room above that
    FloatBuffer found =
        scales.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    assertThat(scales.getDimsList().stream().reduce(1L, (a, b) -> a * b))
        .isEqualTo(found.remaining());
    assertThat(found.get(0)).isEqualTo(1.1f);
    assertThat(found.get(1)).isEqualTo(2.2f);
  }

  @Test
  void shouldRefuseRangesOfAnotherModel() throws Exception {
    ModelProto floats = read(imported(), ModelFiles.GRAPH);
    CacheRanges others = new CacheRanges(List.of(new float[4]));
    assertThatThrownBy(() -> Int8CacheGraph.of(floats, others))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldTakeTheMemoryThatACatalogForetells() throws Exception {
    // Given what a catalog says of a model that nobody calibrated
    ModelFiles files = imported();
    Map<String, String> settings = Map.of("kv", "int8");
    MemoryFigures figures = MemoryPrediction.figures(List.of(files)).orElseThrow();
    PullableVariant foretold =
        new PullableVariant(
            files.reference(), 1, figures, figures.variants().values().iterator().next());

    // When
    DecoderMemory memory = foretold.decoder(settings).orElseThrow();

    // Then
    DecoderMemory found = MemoryPrediction.of(files, settings).orElseThrow();
    assertThat(memory.graph()).isEqualTo(found.graph());
    assertThat(memory.total(64, 2)).isEqualTo(found.total(64, 2));
    assertThat(foretold.decoder(Map.of("kv", "int4"))).isEmpty();
  }

  private ModelFiles imported() throws Exception {
    ModelRepository repository = ModelRepository.open(work);
    InstalledModel installed = repository.importFile(gpt2(), "tiny", ImportListener.NONE);
    ModelReference made =
        repository.int8Caches().add(installed.reference(), Int8CacheGraphTest::ranges);
    return repository.resolve(made);
  }

  private static CacheRanges ranges(ModelFiles variant) {
    try {
      GraphProto graph = read(variant, ModelFiles.GRAPH).getGraph();
      List<NodeProto> attention =
          graph.getNodeList().stream()
              .filter(node -> node.getOpType().equals("GroupQueryAttention"))
              .toList();
      long heads = HeadPairs.number(attention.get(0), "kv_num_heads");
      long size =
          graph.getInputList().stream()
              .filter(input -> input.getName().equals("past_key_values.0.key"))
              .mapToLong(
                  input -> input.getType().getTensorType().getShape().getDim(3).getDimValue())
              .sum();
      float[] part = new float[(int) (heads * size)];
      IntStream.range(0, part.length).forEach(i -> part[i] = 127 * (i + 1));
      float[][] parts = new float[2 * attention.size()][];
      Arrays.fill(parts, part);
      return new CacheRanges(List.of(parts));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Integer> types(GraphProto graph) {
    return List.of(graph.getInputList(), graph.getOutputList()).stream()
        .flatMap(List::stream)
        .filter(value -> value.getName().matches("(past_key_values|present)\\..*"))
        .map(value -> value.getType().getTensorType().getElemType())
        .toList();
  }

  private static ModelProto read(ModelFiles files, String role) throws Exception {
    return ModelProto.parseFrom(Files.readAllBytes(files.require(role)));
  }

  private static Path gpt2() throws Exception {
    return Path.of(Int8CacheGraphTest.class.getResource("/" + GPT2).toURI());
  }
}
