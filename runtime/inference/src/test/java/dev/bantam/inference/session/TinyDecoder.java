package dev.bantam.inference.session;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.bantam.format.DecoderConfig;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import dev.bantam.spi.TaskException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Writes a small decoder with random float weights: attention layers without feed-forward parts. It
 * has the graph that {@link DecoderConfig} describes, and every token depends on all before it.
 */
public final class TinyDecoder {

  public static final int VOCAB = 64;
  public static final int CONTEXT = 700;

  private static final int LAYERS = 2;
  private static final int HEADS = 4;
  private static final int KV_HEADS = 2;
  private static final int HEAD = 16;
  private static final int HIDDEN = HEADS * HEAD;
  private static final int INT32 = TensorProto.DataType.INT32_VALUE;
  private static final int INT64 = TensorProto.DataType.INT64_VALUE;
  private static final int FLOAT = TensorProto.DataType.FLOAT_VALUE;

  private final Random random = new Random(7);

  /** Up to which length the first of two sets of rotary tables serves; 0 for one set. */
  private final int shortContext;

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("tiny");

  private TinyDecoder(int shortContext) {
    this.shortContext = shortContext;
  }

  /** Writes graph and configuration into {@code folder}. */
  public static ModelFiles write(Path folder, Integer... stopTokens) throws IOException {
    Path graph = folder.resolve("graph.onnx");
    Files.write(graph, new TinyDecoder(0).build().toByteArray());
    Path config = folder.resolve("config.json");
    Files.writeString(config, config(Arrays.toString(stopTokens)));
    return new ModelFiles(
        ModelReference.parse("tiny"), Map.of(ModelFiles.GRAPH, graph, ModelFiles.CONFIG, config));
  }

  /** Writes and loads. */
  public static DecoderModel load(Path folder, Integer... stopTokens)
      throws IOException, TaskException {
    return DecoderModel.load(write(folder, stopTokens), LoadContext.of(1, CONTEXT));
  }

  /** Loads a decoder with two sets of rotary tables. */
  public static DecoderModel loadWithTwoTables(Path folder, int shortContext)
      throws IOException, TaskException {
    ModelFiles files = write(folder);
    Files.write(
        files.require(ModelFiles.GRAPH), new TinyDecoder(shortContext).build().toByteArray());
    String key = "\"short_context_length\": %d, \"stop".formatted(shortContext);
    Files.writeString(files.require(ModelFiles.CONFIG), config("[]").replace("\"stop", key));
    return DecoderModel.load(files, LoadContext.of(1, CONTEXT));
  }

  /** A configuration that fits the graph. */
  public static String config(String stopTokens) {
    return """
        {"format": 1, "architecture": "tiny", "layers": %d, "heads": %d, "kv_heads": %d, "head_size": %d,
         "hidden_size": %d, "vocab_size": %d, "context_length": %d, "add_bos": false, "stop_token_ids": %s}
        """
        .formatted(LAYERS, HEADS, KV_HEADS, HEAD, HIDDEN, VOCAB, CONTEXT, stopTokens);
  }

  private ModelProto build() {
    rotaryTables();
    input("input_ids", INT64, -1, -1);
    input("seqlens_k", INT32, -1);
    input("total_sequence_length", INT32);
    input("logits_rows", INT64, 1);
    graph.addOutput(value("logits", FLOAT, 1, -1, VOCAB));
    List<String> positions = shortContext > 0 ? List.of(tableRows()) : List.of();
    String x = node("Gather", List.of(weights("embedding", 1, VOCAB, HIDDEN), "input_ids"));
    for (int layer = 0; layer < LAYERS; layer++) {
      x = node("Add", List.of(x, attention(layer, x, positions)));
    }
    longs("end", Long.MAX_VALUE);
    longs("axis", 1);
    longs("flat", 1, -1, HIDDEN);
    String flat = node("Reshape", List.of(x, "flat"));
    String rows = node("Neg", List.of("logits_rows"));
    String last = node("Slice", List.of(flat, rows, "end", "axis"));
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("MatMul")
            .addInput(last)
            .addInput(weights("head", 0.5, HIDDEN, VOCAB))
            .addOutput("logits"));
    return ModelProto.newBuilder()
        .setIrVersion(9)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(18))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1))
        .setGraph(graph)
        .build();
  }

  private String attention(int layer, String x, List<String> positions) {
    String qkv =
        node(
            "MatMul",
            List.of(x, weights("qkv" + layer, 0.2, HIDDEN, (HEADS + 2 * KV_HEADS) * HEAD)));
    String past = "past_key_values." + layer;
    String present = "present." + layer;
    for (String part : List.of(".key", ".value")) {
      input(past + part, FLOAT, -1, KV_HEADS, -1, HEAD);
      graph.addOutput(value(present + part, FLOAT, -1, KV_HEADS, -1, HEAD));
    }
    String out = "attention" + layer;
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("GroupQueryAttention")
            .setDomain("com.microsoft")
            .addAllInput(List.of(qkv, "", "", past + ".key", past + ".value"))
            .addAllInput(List.of("seqlens_k", "total_sequence_length", "cos", "sin"))
            .addAllInput(positions)
            .addAllOutput(List.of(out, present + ".key", present + ".value"))
            .addAttribute(attribute("num_heads", HEADS))
            .addAttribute(attribute("kv_num_heads", KV_HEADS))
            .addAttribute(attribute("do_rotary", 1)));
    return node("MatMul", List.of(out, weights("out" + layer, 0.3, HIDDEN, HIDDEN)));
  }

  /** Positions of the run's tokens, plus the offset of the tables' set: {@code [1, sequence]}. */
  private String tableRows() {
    input("position_offset", INT64, 1);
    longs("one", 1);
    longs("first_axis", 0);
    String size = node("Size", List.of("input_ids"));
    String total = "total";
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Cast")
            .addInput("total_sequence_length")
            .addOutput(total)
            .addAttribute(attribute("to", INT64)));
    String past = node("Sub", List.of(total, size));
    String one = node("Squeeze", List.of("one"));
    String positions = node("Range", List.of(past, total, one));
    String shifted = node("Add", List.of(positions, "position_offset"));
    return node("Unsqueeze", List.of(shifted, "first_axis"));
  }

  private void rotaryTables() {
    List<Float> cos = new ArrayList<>();
    List<Float> sin = new ArrayList<>();
    for (int row = 0; row < shortContext + CONTEXT; row++) {
      double position = row < shortContext ? 1.7 * row : row - shortContext;
      for (int i = 0; i < HEAD / 2; i++) {
        double angle = position / Math.pow(10_000, 2.0 * i / HEAD);
        cos.add((float) Math.cos(angle));
        sin.add((float) Math.sin(angle));
      }
    }
    floats("cos", cos, shortContext + CONTEXT, HEAD / 2);
    floats("sin", sin, shortContext + CONTEXT, HEAD / 2);
  }

  private String weights(String name, double scale, int rows, int columns) {
    List<Float> values = new ArrayList<>();
    for (int i = 0; i < rows * columns; i++) {
      values.add((float) (random.nextGaussian() * scale));
    }
    return floats(name, values, rows, columns);
  }

  private String floats(String name, List<Float> values, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(FLOAT).addAllFloatData(values);
    Arrays.stream(shape).forEach(tensor::addDims);
    graph.addInitializer(tensor);
    return name;
  }

  private void longs(String name, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(INT64).addDims(values.length);
    Arrays.stream(values).forEach(tensor::addInt64Data);
    graph.addInitializer(tensor);
  }

  private String node(String operator, List<String> inputs) {
    String output = operator + graph.getNodeCount();
    graph.addNode(NodeProto.newBuilder().setOpType(operator).addAllInput(inputs).addOutput(output));
    return output;
  }

  private void input(String name, int type, long... shape) {
    graph.addInput(value(name, type, shape));
  }

  private static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static ValueInfoProto value(String name, int type, long... shape) {
    TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
    for (int axis = 0; axis < shape.length; axis++) {
      dimensions.addDim(
          shape[axis] < 0
              ? TensorShapeProto.Dimension.newBuilder().setDimParam("any_" + axis + "_" + name)
              : TensorShapeProto.Dimension.newBuilder().setDimValue(shape[axis]));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type).setShape(dimensions)))
        .build();
  }
}
