package dev.bantam.models.importer.graph;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;

/**
 * An input or output of a graph.
 *
 * @param dimensions numbers, or names for sizes that are known only when the graph runs
 */
public record GraphValue(String name, Type type, List<String> dimensions) {

  /** Element types. */
  public enum Type {
    FLOAT(TensorProto.DataType.FLOAT),
    INT32(TensorProto.DataType.INT32),
    INT64(TensorProto.DataType.INT64);

    private final TensorProto.DataType onnx;

    Type(TensorProto.DataType onnx) {
      this.onnx = onnx;
    }

    /** The number of the type in the ONNX format, as attributes name it. */
    public int code() {
      return onnx.getNumber();
    }
  }

  public GraphValue {
    dimensions = List.copyOf(dimensions);
  }

  public static GraphValue of(String name, Type type, String... dimensions) {
    return new GraphValue(name, type, List.of(dimensions));
  }

  ValueInfoProto toProto() {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (String dimension : dimensions) {
      if (Character.isDigit(dimension.charAt(0))) {
        shape.addDimBuilder().setDimValue(Long.parseLong(dimension));
      } else {
        shape.addDimBuilder().setDimParam(dimension);
      }
    }
    ValueInfoProto.Builder info = ValueInfoProto.newBuilder().setName(name);
    info.getTypeBuilder().getTensorTypeBuilder().setElemType(type.onnx.getNumber()).setShape(shape);
    return info.build();
  }
}
