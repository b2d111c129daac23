package dev.bantam.models.importer.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.tuple;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** ONNX Runtime computes what the graph gave before it was changed, and what it gives after. */
class SkipNormsTest {

  private static final int WIDTH = 4;
  private static final float[] INPUT = {1, 2, 4, 8, -1, 0.5f, 3, -2, 0, 0, 0, 1};

  /** How exporters write a norm. */
  enum Form {
    AXES_ATTRIBUTE(13),
    AXES_INPUT(18),
    ONE_NODE(17);

    private final int opset;

    Form(int opset) {
      this.opset = opset;
    }
  }

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(Form.class)
  void shouldJoinSumsOfTheStreamWithTheirNorms(Form form) throws Exception {
    // Given a norm of the input, which is no sum, and two of sums, the stream on either side
    Graph graph = new Graph(form);
    graph.norm("x", "first");
    graph.node("Relu", "first", "left");
    graph.node("Add", "left", "first", "sum1");
    graph.norm("sum1", "second");
    graph.node("Relu", "second", "right");
    graph.node("Add", "second", "right", "sum2");
    graph.norm("sum2", "y");
    Path file = graph.write();

    // When
    SkipNorms norms = SkipNorms.of(file);
    Path changed = changed(file, norms);

    // Then
    assertThat(joined(norms))
        .extracting(node -> node.getInput(0), node -> node.getInput(1), node -> node.getOutput(0))
        .containsExactly(tuple("first", "left", "second"), tuple("second", "right", "y"));
    assertThat(ModelProto.parseFrom(Files.readAllBytes(changed)).getGraph().getNodeList())
        .filteredOn(node -> !node.getOpType().equals("Constant"))
        .extracting(NodeProto::getOpType)
        .endsWith("Relu", "SkipLayerNormalization", "Relu", "SkipLayerNormalization");
    assertThat(run(changed)).containsExactly(run(file), offset(1e-5f));
  }

  @Test
  void shouldJoinTheSumOfTheEmbeddingsWithItsNorm() throws Exception {
    // Given the words' rows of two texts, and places that are the same in both
    Graph graph = new Graph(Form.AXES_ATTRIBUTE);
    graph.words(
        new float[][] {{3, 1, 0, -2}, {0.5f, 2, 2, 1}}, new long[][] {{0, 1, 1}, {1, 0, 1}});
    graph.node("Relu", "x", "places");
    graph.node("Add", "places", "words", "sum");
    graph.norm("sum", "y");
    Path file = graph.write();

    // When
    SkipNorms norms = SkipNorms.of(file);
    Path changed = changed(file, norms);

    // Then
    assertThat(joined(norms))
        .extracting(node -> node.getInput(0), node -> node.getInput(1), node -> node.getOutput(0))
        .containsExactly(tuple("words", "places", "y"));
    assertThat(run(changed)).hasSize(2 * INPUT.length).containsExactly(run(file), offset(1e-5f));
  }

  @Test
  void shouldLeaveOtherFormsAlone() throws Exception {
    assertLeft(graph -> graph.powers = 3f);
    assertLeft(graph -> graph.axis = -2);
    assertLeft(graph -> graph.keeps = false);
    assertLeft(graph -> graph.skip = "weight");
  }

  private void assertLeft(Consumer<Graph> change) throws Exception {
    Graph graph = new Graph(Form.AXES_ATTRIBUTE);
    graph.norm("x", "first");
    change.accept(graph);
    graph.node("Add", "first", graph.skip, "sum");
    graph.norm("sum", "y");
    assertThat(joined(SkipNorms.of(graph.write()))).isEmpty();
  }

  @Test
  void shouldLeaveSumsAloneThatAreNotOfTheStream() throws Exception {
    Graph graph = new Graph(Form.ONE_NODE);
    graph.node("Relu", "x", "r");
    graph.node("Add", "x", "r", "sum");
    graph.norm("sum", "y");

    SkipNorms norms = SkipNorms.of(graph.write());

    assertThat(norms.with(List.of())).isEmpty();
    assertThat(norms.suffix()).isEmpty();
  }

  @Test
  void shouldKeepWhatOthersWant() throws Exception {
    // Given a sum that goes on beside its norm
    Graph graph = new Graph(Form.AXES_ATTRIBUTE);
    graph.norm("x", "first");
    graph.node("Relu", "first", "left");
    graph.node("Add", "left", "first", "sum1");
    graph.norm("sum1", "second");
    graph.node("Add", "second", "sum1", "y");
    Path file = graph.write();

    // When
    Path changed = changed(file, SkipNorms.of(file));

    // Then
    assertThat(ModelProto.parseFrom(Files.readAllBytes(changed)).getGraph().getNodeList())
        .filteredOn(node -> !node.getOpType().equals("Constant"))
        .extracting(NodeProto::getOpType)
        .endsWith("Relu", "Add", "SkipLayerNormalization", "Add");
    assertThat(run(changed)).containsExactly(run(file), offset(1e-5f));
  }

  private static List<NodeProto> joined(SkipNorms norms) throws Exception {
    GraphProto.Builder graph = GraphProto.newBuilder();
    for (Edit edit : norms.with(List.of())) {
      if (edit instanceof Edit.Replaced replaced) {
        graph.mergeFrom(replaced.bytes());
      }
    }
    return graph.getNodeList();
  }

  private Path changed(Path file, SkipNorms norms) throws Exception {
    byte[] bytes = Files.readAllBytes(file);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int at = 0;
    for (Edit edit : norms.with(List.of())) {
      out.write(bytes, at, (int) edit.offset() - at);
      if (edit instanceof Edit.Replaced replaced) {
        out.write(replaced.bytes());
      } else {
        CodedOutputStream number = CodedOutputStream.newInstance(out);
        number.writeUInt64NoTag(((Edit.Length) edit).value());
        number.flush();
      }
      at = (int) edit.offset() + edit.length();
    }
    out.write(bytes, at, bytes.length - at);
    out.write(norms.suffix());
    return Files.write(folder.resolve("changed.onnx"), out.toByteArray());
  }

  private static float[] run(Path graph) throws Exception {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] shape = {1, INPUT.length / WIDTH, WIDTH};
    try (OrtSession session = environment.createSession(graph.toString());
        OnnxTensor x = OnnxTensor.createTensor(environment, FloatBuffer.wrap(INPUT), shape);
        OrtSession.Result result = session.run(Map.of("x", x))) {
      FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] array = new float[values.remaining()];
      values.get(array);
      return array;
    }
  }

  /** Builds a graph from x to y. */
  private final class Graph {

    private final Form form;
    private final GraphProto.Builder graph =
        GraphProto.newBuilder().setName("g").addInput(value("x")).addOutput(value("y"));
    private float powers = 2f;
    private long axis = -1;
    private boolean keeps = true;
    private String skip = "x";

    Graph(Form form) {
      this.form = form;
      graph.addInitializer(floats("weight", 1, 2, 3, 4));
      graph.addInitializer(floats("bias", 0.5f, 0, -1, 2));
      graph.addInitializer(scalar("epsilon", 1e-5f));
    }

    void node(String operator, String... inputsAndOutput) {
      graph.addNode(plain(operator, inputsAndOutput));
    }

    private NodeProto.Builder plain(String operator, String... inputsAndOutput) {
      int inputs = inputsAndOutput.length - 1;
      return NodeProto.newBuilder()
          .setName(operator + graph.getNodeCount())
          .setOpType(operator)
          .addAllInput(List.of(inputsAndOutput).subList(0, inputs))
          .addOutput(inputsAndOutput[inputs]);
    }

    /** The value "words": rows of a table by the words' numbers. */
    void words(float[][] table, long[][] ids) {
      TensorProto.Builder rows = TensorProto.newBuilder().setName("table");
      rows.setDataType(DataType.FLOAT.getNumber()).addDims(table.length).addDims(table[0].length);
      for (float[] row : table) {
        for (float value : row) {
          rows.addFloatData(value);
        }
      }
      TensorProto.Builder numbers = TensorProto.newBuilder().setName("input_ids");
      numbers.setDataType(DataType.INT64.getNumber()).addDims(ids.length).addDims(ids[0].length);
      for (long[] text : ids) {
        for (long id : text) {
          numbers.addInt64Data(id);
        }
      }
      graph.addInitializer(rows).addInitializer(numbers);
      node("Gather", "table", "input_ids", "words");
    }

    void norm(String of, String name) {
      if (form == Form.ONE_NODE) {
        graph.addNode(
            plain("LayerNormalization", of, "weight", "bias", name)
                .addAttribute(
                    AttributeProto.newBuilder()
                        .setName("epsilon")
                        .setType(AttributeType.FLOAT)
                        .setF(1e-5f)));
        return;
      }
      mean(of, name + ".mean");
      node("Sub", of, name + ".mean", name + ".centred");
      graph.addNode(
          NodeProto.newBuilder()
              .setOpType("Constant")
              .addOutput(name + ".two")
              .addAttribute(
                  AttributeProto.newBuilder()
                      .setName("value")
                      .setType(AttributeType.TENSOR)
                      .setT(scalar("", powers))));
      node("Pow", name + ".centred", name + ".two", name + ".squares");
      mean(name + ".squares", name + ".variance");
      node("Add", name + ".variance", "epsilon", name + ".raised");
      node("Sqrt", name + ".raised", name + ".deviation");
      node("Div", name + ".centred", name + ".deviation", name + ".unit");
      node("Mul", name + ".unit", "weight", name + ".scaled");
      node("Add", name + ".scaled", "bias", name);
    }

    private void mean(String of, String name) {
      AttributeProto.Builder kept =
          AttributeProto.newBuilder()
              .setName("keepdims")
              .setType(AttributeType.INT)
              .setI(keeps ? 1 : 0);
      if (form == Form.AXES_ATTRIBUTE) {
        graph.addNode(
            plain("ReduceMean", of, name)
                .addAttribute(kept)
                .addAttribute(
                    AttributeProto.newBuilder()
                        .setName("axes")
                        .setType(AttributeType.INTS)
                        .addInts(axis)));
      } else {
        graph.addInitializer(
            TensorProto.newBuilder()
                .setName(name + ".axes")
                .setDataType(DataType.INT64.getNumber())
                .addDims(1)
                .addInt64Data(axis));
        graph.addNode(plain("ReduceMean", of, name + ".axes", name).addAttribute(kept));
      }
    }

    Path write() throws Exception {
      ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(8).setGraph(graph);
      model.addOpsetImportBuilder().setVersion(form.opset);
      return Files.write(folder.resolve("model.onnx"), model.build().toByteArray());
    }
  }

  private static ValueInfoProto value(String name) {
    ValueInfoProto.Builder value = ValueInfoProto.newBuilder().setName(name);
    value.getTypeBuilder().getTensorTypeBuilder().setElemType(DataType.FLOAT.getNumber());
    for (int i = 0; i < 3; i++) {
      value.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder().addDimBuilder();
    }
    return value.build();
  }

  private static TensorProto floats(String name, float... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(DataType.FLOAT.getNumber())
            .addDims(values.length);
    for (float value : values) {
      tensor.addFloatData(value);
    }
    return tensor.build();
  }

  private static TensorProto scalar(String name, float value) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(DataType.FLOAT.getNumber())
        .addFloatData(value)
        .build();
  }
}
