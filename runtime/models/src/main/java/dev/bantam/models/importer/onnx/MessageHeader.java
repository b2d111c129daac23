package dev.bantam.models.importer.onnx;

import java.util.ArrayList;
import java.util.List;

/**
 * What {@link GraphScan} has read of one message so far: of a tensor its name, type and size, of a
 * node its operator, as the name, and its inputs.
 */
final class MessageHeader {

  /** A tensor's field of that number holds its dimensions, one by one or packed. */
  static final long DIMENSION = 1;

  private static final long TYPE = 2;

  /** Of nodes with more inputs the first tell enough. */
  private static final int MOST_INPUTS = 16;

  private final List<String> inputs = new ArrayList<>(0);
  private String name = "";
  private long type;
  private double elements = 1;
  private int dimensions;

  void number(Message kind, long field, long value) {
    if (kind == Message.TENSOR && field == TYPE) {
      type = value;
    } else if (kind == Message.TENSOR && field == DIMENSION) {
      elements *= Math.max(0, value);
      dimensions++;
    }
  }

  void named(String text) {
    name = text;
  }

  void takes(String input) {
    if (inputs.size() < MOST_INPUTS) {
      inputs.add(input);
    }
  }

  String name() {
    return name;
  }

  List<String> inputs() {
    return inputs;
  }

  /** TensorProto.DataType. */
  long type() {
    return type;
  }

  double elements() {
    return elements;
  }

  /** Of a matrix or more; vectors are scales, norms and constants. */
  double matrixElements() {
    return dimensions < 2 ? 0 : elements;
  }
}
