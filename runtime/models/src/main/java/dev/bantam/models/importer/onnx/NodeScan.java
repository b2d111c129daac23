package dev.bantam.models.importer.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.bantam.models.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the nodes of a graph and its small constants, where {@link GraphScan} has found the file
 * sound. Weights are passed over. For graphs of some thousand nodes: they are held.
 */
final class NodeScan {

  /** Larger messages are weights, or nodes that hold such. */
  private static final int MOST_BYTES = 1 << 14;

  private final List<Placed> nodes = new ArrayList<>();
  private final Map<String, TensorProto> constants = new HashMap<>();
  private final Set<String> outputs = new HashSet<>();
  private final Set<String> domains = new HashSet<>();
  private Edit.Length graphLength = new Edit.Length(0, 0, 0);
  private boolean complete = true;

  private NodeScan() {}

  /**
   * A node and where it lies.
   *
   * @param offset byte of the file at which its key begins
   * @param length bytes, its key and its length included
   */
  record Placed(NodeProto node, long offset, int length) {}

  /**
   * What a scan has found.
   *
   * @param nodes in their order
   * @param constants initializers and {@code Constant} nodes, by name
   * @param outputs of the graph, by name
   * @param domains of the operators that the model imports
   * @param graphLength the graph's length, and where it stands
   * @param complete whether all nodes are there, and none holds a graph of its own
   */
  record Found(
      List<Placed> nodes,
      Map<String, TensorProto> constants,
      Set<String> outputs,
      Set<String> domains,
      Edit.Length graphLength,
      boolean complete) {}

  /** What takes a message. */
  private interface Taker {
    void take(byte[] message) throws IOException;
  }

  static Found of(Path file) throws ModelException {
    try (InputStream stream = Files.newInputStream(file)) {
      NodeScan scan = new NodeScan();
      scan.model(CodedInputStream.newInstance(stream));
      return new Found(
          scan.nodes, scan.constants, scan.outputs, scan.domains, scan.graphLength, scan.complete);
    } catch (IOException e) {
      throw OnnxErrors.failedRead(file, e);
    }
  }

  private void model(CodedInputStream in) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case ModelProto.GRAPH_FIELD_NUMBER -> graph(in);
        case ModelProto.OPSET_IMPORT_FIELD_NUMBER ->
            small(in, bytes -> domains.add(OperatorSetIdProto.parseFrom(bytes).getDomain()));
        default -> in.skipField(tag);
      }
    }
  }

  private void graph(CodedInputStream in) throws IOException {
    int lengthAt = in.getTotalBytesRead();
    int length = in.readRawVarint32();
    graphLength = new Edit.Length(lengthAt, in.getTotalBytesRead() - lengthAt, length);
    int outer = in.pushLimit(length);
    int begin = in.getTotalBytesRead();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int offset = begin;
      switch (WireFormat.getTagFieldNumber(tag)) {
        case GraphProto.NODE_FIELD_NUMBER ->
            complete &= small(in, bytes -> node(bytes, offset, in.getTotalBytesRead() - offset));
        case GraphProto.INITIALIZER_FIELD_NUMBER ->
            small(in, bytes -> constant(TensorProto.parseFrom(bytes)));
        case GraphProto.OUTPUT_FIELD_NUMBER ->
            complete &= small(in, bytes -> outputs.add(ValueInfoProto.parseFrom(bytes).getName()));
        default -> in.skipField(tag);
      }
      begin = in.getTotalBytesRead();
    }
    in.popLimit(outer);
  }

  /** Whether the message is small; a larger one is passed over. */
  private static boolean small(CodedInputStream in, Taker taker) throws IOException {
    int length = in.readRawVarint32();
    if (length > MOST_BYTES) {
      in.skipRawBytes(length);
      return false;
    }
    taker.take(in.readRawBytes(length));
    return true;
  }

  private void node(byte[] bytes, int offset, int length) throws IOException {
    NodeProto node = NodeProto.parseFrom(bytes);
    for (AttributeProto attribute : node.getAttributeList()) {
      if (node.getOpType().equals("Constant") && attribute.hasT()) {
        constant(attribute.getT().toBuilder().setName(node.getOutput(0)).build());
      }
      complete &= !attribute.hasG() && attribute.getGraphsCount() == 0;
    }
    nodes.add(new Placed(node, offset, length));
  }

  private void constant(TensorProto tensor) {
    constants.put(tensor.getName(), tensor);
  }
}
