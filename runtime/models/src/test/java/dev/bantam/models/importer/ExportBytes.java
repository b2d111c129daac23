package dev.bantam.models.importer;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;

/**
 * Writes folders as exporters do: a decoder's inputs and outputs, and tensors with external data
 * where a graph may have them. It computes nothing.
 */
final class ExportBytes {

  static final String GRAPH = "model.onnx";
  static final String DATA = "model.onnx_data";
  static final String MORE = "more.bin";

  private ExportBytes() {}

  static FolderBytes model() {
    return FolderBytes.model()
        .without("model.safetensors")
        .with(GRAPH, graph().build().toByteArray())
        .with(DATA, new byte[256])
        .with(MORE, new byte[] {1, 2, 3, 4});
  }

  static ModelProto.Builder graph() {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("decoder")
            .addInput(value("input_ids", TensorProto.DataType.INT64, -1, -1))
            .addOutput(value("logits", TensorProto.DataType.FLOAT, -1, -1, 4));
    for (String part : new String[] {"key", "value"}) {
      graph.addInput(value("past_key_values.0." + part, TensorProto.DataType.FLOAT, -1, 1, -1, 16));
      graph.addOutput(value("present.0." + part, TensorProto.DataType.FLOAT, -1, 1, -1, 16));
    }
    graph.addInitializer(external("a", DATA, "0", "128", 8, 4));
    graph.addInitializer(external("b", DATA, "128", "128", 8, 4));
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Constant")
            .addAttribute(AttributeProto.newBuilder().setT(external("c", MORE, "0", "4", 1))));
    GraphProto branch =
        GraphProto.newBuilder().addInitializer(external("d", MORE, "0", "4", 1)).build();
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("If")
            .addAttribute(AttributeProto.newBuilder().setG(branch)));
    return ModelProto.newBuilder().setIrVersion(9).setGraph(graph);
  }

  static TensorProto external(
      String name, String location, String offset, String length, long... sizes) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL);
    for (long size : sizes) {
      tensor.addDims(size);
    }
    return tensor
        .addExternalData(entry("location", location))
        .addExternalData(entry("offset", offset))
        .addExternalData(entry("length", length))
        .build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static ValueInfoProto value(String name, TensorProto.DataType type, long... sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : sizes) {
      shape.addDim(
          size < 0
              ? TensorShapeProto.Dimension.newBuilder().setDimParam("any")
              : TensorShapeProto.Dimension.newBuilder().setDimValue(size));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape)))
        .build();
  }
}
