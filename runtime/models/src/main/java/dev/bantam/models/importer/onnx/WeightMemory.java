package dev.bantam.models.importer.onnx;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What ONNX Runtime keeps of a graph's weights in memory of its own. Matrices that a product reads
 * are packed anew, and their originals given up; the packed form of a quantized one has a sum a
 * block besides the scale. What lies in files outside is mapped, and takes no memory of its own
 * unless it is packed. Measured in decision 0010.
 */
final class WeightMemory {

  private static final String BLOCKED = "MatMulNBits";

  /** What multiplies its first input by a matrix, its second. */
  private static final Set<String> PRODUCTS =
      Set.of(
          "MatMul",
          "Gemm",
          "MatMulInteger",
          "MatMulIntegerToFloat",
          "DynamicQuantizeMatMul",
          BLOCKED);

  private static final int MATRIX = 1;
  private static final int SCALES = 2;

  /** Bits of an element by TensorProto.DataType; others are floats. */
  private static final Map<Long, Integer> BITS =
      Map.of(2L, 8, 3L, 8, 7L, 64, 9L, 8, 10L, 16, 11L, 64, 16L, 16, 21L, 4, 22L, 4);

  private static final int FLOAT_BITS = 32;

  /** A bound for graphs that are none: a model of 4 B parameters has some thousand weights. */
  private static final int MOST = 1 << 14;

  private static final int LONGEST_NAME = 256;

  private final Map<String, Double> outside = new HashMap<>();
  private final Map<String, Double> within = new HashMap<>();
  private final Set<String> packed = new HashSet<>();
  private final Set<String> scales = new HashSet<>();
  private boolean attention;

  void tensor(MessageHeader tensor, boolean external) {
    Map<String, Double> place = external ? outside : within;
    if (!tensor.name().isEmpty() && tensor.name().length() <= LONGEST_NAME && place.size() < MOST) {
      place.put(
          tensor.name(), tensor.elements() * BITS.getOrDefault(tensor.type(), FLOAT_BITS) / 8);
    }
  }

  void node(MessageHeader node) {
    attention |= node.name().equals("GroupQueryAttention");
    if (PRODUCTS.contains(node.name())) {
      add(node.inputs(), MATRIX, packed);
    }
    if (node.name().equals(BLOCKED)) {
      add(node.inputs(), SCALES, scales);
    }
  }

  private static void add(List<String> inputs, int index, Set<String> names) {
    if (index < inputs.size()
        && names.size() < MOST
        && inputs.get(index).length() <= LONGEST_NAME) {
      names.add(inputs.get(index));
    }
  }

  /** Whether the graph has the operator that writes its cache in place and no scores. */
  boolean hasGroupQueryAttention() {
    return attention;
  }

  /** In bytes. */
  long bytes() {
    return (long) Math.min(bytes(outside, false) + bytes(within, true), 1e15);
  }

  private double bytes(Map<String, Double> tensors, boolean kept) {
    double sum = 0;
    for (Map.Entry<String, Double> tensor : tensors.entrySet()) {
      boolean isScale = scales.contains(tensor.getKey());
      boolean isPacked = packed.contains(tensor.getKey());
      int times = (isPacked ? 1 : 0) + (isScale ? 2 : 0) + (kept && !isPacked ? 1 : 0);
      sum += times * tensor.getValue();
    }
    return sum;
  }
}
