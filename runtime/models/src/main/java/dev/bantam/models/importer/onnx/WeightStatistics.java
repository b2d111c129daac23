package dev.bantam.models.importer.onnx;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What a graph's weights are: their number, and a name for how they are stored. */
final class WeightStatistics {

  /** TensorProto.DataType by the name of a variant. */
  private static final Map<Long, String> FLOATS = Map.of(1L, "fp32", 10L, "fp16", 16L, "bf16");

  /** What multiplies by matrices of bytes. */
  private static final Set<String> BYTES =
      Set.of("MatMulInteger", "MatMulIntegerToFloat", "DynamicQuantizeMatMul");

  /** {@link #kind} of a graph that multiplies by matrices of bytes. */
  static final String BYTE_PRODUCTS = "int8";

  private static final long UINT8 = 2;
  private static final long INT8 = 3;

  private final Map<Long, Double> elements = new HashMap<>();
  private final Set<String> operators = new HashSet<>();

  void add(long type, double count) {
    double unused = elements.merge(type, count, Double::sum);
  }

  void operator(String name) {
    if (isBlocked(name) || BYTES.contains(name)) {
      operators.add(name);
    }
  }

  private static boolean isBlocked(String operator) {
    return operator.equals("MatMulNBits") || operator.equals("GatherBlockQuantized");
  }

  /** Elements of matrices; of packed ones, two a byte. */
  long parameters() {
    double sum = 0;
    for (Map.Entry<Long, Double> entry : elements.entrySet()) {
      boolean packed = entry.getKey() == UINT8 && operators.stream().anyMatch(s -> isBlocked(s));
      boolean weight = FLOATS.containsKey(entry.getKey()) || isByte(entry.getKey());
      sum += weight ? entry.getValue() * (packed ? 2 : 1) : 0;
    }
    return (long) Math.min(sum, 1e15);
  }

  private static boolean isByte(long type) {
    return type == UINT8 || type == INT8;
  }

  /** E.g. {@code int4}. */
  String kind() {
    if (operators.stream().anyMatch(WeightStatistics::isBlocked)) {
      return "int4";
    }
    if (!operators.isEmpty()) {
      return BYTE_PRODUCTS;
    }
    return elements.entrySet().stream()
        .filter(entry -> FLOATS.containsKey(entry.getKey()))
        .max(Map.Entry.comparingByValue())
        .map(entry -> FLOATS.getOrDefault(entry.getKey(), "fp32"))
        .orElse("fp32");
  }
}
