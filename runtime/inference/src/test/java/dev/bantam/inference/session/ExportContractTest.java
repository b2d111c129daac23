package dev.bantam.inference.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Graphs whose inputs and outputs are not quite those of a known layout. */
class ExportContractTest {

  @TempDir Path work;

  @Test
  void shouldSayThatAGraphHasNoCache() throws Exception {
    assertRefused(
        graph -> {
          List<ValueInfoProto> inputs = graph.getInputList();
          graph
              .clearInput()
              .addAllInput(inputs.stream().filter(i -> !isPast(i.getName())).toList());
          inputs.stream().filter(i -> isPast(i.getName())).forEach(i -> makeEmpty(graph, i));
        },
        "without a KV cache",
        "text-generation-with-past");
  }

  @Test
  void shouldNameAnInputThatIsNotKnown() throws Exception {
    assertRefused(
        graph -> graph.addInput(value("use_cache_branch", TensorProto.DataType.BOOL, 1)),
        "use_cache_branch",
        "not known");
  }

  @Test
  void shouldNameAnOutputThatIsMissing() throws Exception {
    assertRefused(
        graph -> {
          List<ValueInfoProto> outputs = graph.getOutputList();
          graph
              .clearOutput()
              .addAllOutput(
                  outputs.stream().filter(o -> !o.getName().equals("present.1.value")).toList());
        },
        "output \"present.1.value\" is missing");
  }

  @Test
  void shouldSayWhichTypeAnInputShouldHave() throws Exception {
    assertRefused(
        graph -> {
          graph.addInput(value("num_logits_to_keep", TensorProto.DataType.FLOAT));
        },
        "num_logits_to_keep",
        "INT64",
        "FLOAT");
  }

  @Test
  void shouldAskForTheWantedRowsOnlyWhereTheGraphTakesTheirNumber() throws Exception {
    // Given
    Path graph =
        changed(
            builder -> {
              builder.addInput(value("num_logits_to_keep", TensorProto.DataType.INT64));
              keepLastRows(builder);
            });

    // When
    try (DecoderModel model = ExportFixture.load("gpt2", graph, work);
        DecoderModel whole = ExportFixture.load("gpt2", "model.onnx", work);
        Sequence some = model.newSequence(4);
        Sequence all = whole.newSequence()) {
      assertThat(model.layout().makesWantedRowsOnly()).isTrue();
      FloatBuffer expected = all.evaluate(new int[] {5, 9, 17, 200, 3, 44}, 3);
      FloatBuffer actual = some.evaluate(new int[] {5, 9, 17, 200, 3, 44}, 3);

      // Then
      assertThat(actual.remaining()).isEqualTo(3 * ExportFixture.VOCAB);
      for (int i = 0; i < expected.remaining(); i++) {
        assertThat(actual.get(i))
            .isCloseTo(expected.get(i), org.assertj.core.data.Offset.offset(1e-3f));
      }
    }
  }

  /** Puts a slice behind the node that makes the logits. */
  private static void keepLastRows(GraphProto.Builder graph) {
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      for (int i = 0; i < node.getOutputCount(); i++) {
        if (node.getOutput(i).equals("logits")) {
          node.setOutput(i, "all_logits");
        }
      }
    }
    graph.addInitializer(longs("row_axis", 1)).addInitializer(longs("last_row", Long.MAX_VALUE));
    graph.addInitializer(longs("one_row", 1));
    graph.addNode(node("Neg", "first_row_scalar", "num_logits_to_keep"));
    graph.addNode(node("Reshape", "first_row", "first_row_scalar", "one_row"));
    graph.addNode(node("Slice", "logits", "all_logits", "first_row", "last_row", "row_axis"));
  }

  private static NodeProto node(String operator, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .addAllInput(List.of(inputs))
        .addOutput(output)
        .build();
  }

  private static TensorProto longs(String name, long value) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(TensorProto.DataType.INT64_VALUE)
        .addDims(1)
        .addInt64Data(value)
        .build();
  }

  private static boolean isPast(String name) {
    return name.startsWith("past_key_values.");
  }

  /** The past as a constant of no positions. */
  private static void makeEmpty(GraphProto.Builder graph, ValueInfoProto past) {
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(past.getName())
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .addAllDims(List.of(1L, 4L, 0L, 12L)));
  }

  private static ValueInfoProto value(String name, TensorProto.DataType type, long... sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : sizes) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }

  private Path changed(Consumer<GraphProto.Builder> change) throws Exception {
    Path original = ExportFixture.folder("gpt2").resolve("onnx").resolve("model.onnx");
    ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(original)).toBuilder();
    change.accept(model.getGraphBuilder());
    return Files.write(work.resolve("changed.onnx"), model.build().toByteArray());
  }

  private void assertRefused(Consumer<GraphProto.Builder> change, String... named)
      throws Exception {
    Path graph = changed(change);
    assertThatThrownBy(() -> ExportFixture.load("gpt2", graph, work).close())
        .isInstanceOfSatisfying(
            TaskException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_UNUSABLE))
        .message()
        .contains(named);
  }
}
