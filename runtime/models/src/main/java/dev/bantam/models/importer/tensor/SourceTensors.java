package dev.bantam.models.importer.tensor;

import dev.bantam.models.ModelException;
import dev.bantam.models.gguf.TensorType;
import dev.bantam.models.importer.source.ModelSource;
import dev.bantam.models.importer.source.SourceTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Hands out a model's tensors by name, checked, and knows which nobody has asked for. */
public final class SourceTensors {

  private static final List<TensorType> DENSE =
      WeightFormat.types().stream()
          .filter(type -> WeightFormat.of(type).orElseThrow().isDense())
          .toList();

  private final ModelSource source;
  private final Map<String, SourceTensor> used = new LinkedHashMap<>();

  public SourceTensors(ModelSource source) {
    this.source = source;
  }

  /** Whether the source's {@link ModelSource#hasNeighbouringPairs}. */
  public boolean hasNeighbouringPairs() {
    return source.hasNeighbouringPairs();
  }

  /**
   * Rows of a matrix that says itself how many it has, such as a head's labels; 0 if it is absent
   * or no matrix.
   */
  public int rows(String name) {
    SourceTensor tensor = source.tensors().get(name);
    if (tensor == null || tensor.shape().size() != 2) {
      return 0;
    }
    return (int) Math.min(tensor.shape().get(1), Integer.MAX_VALUE);
  }

  public boolean has(String name) {
    return source.tensors().containsKey(name);
  }

  /**
   * A weight matrix.
   *
   * @param in columns, the contiguous dimension
   * @param out rows
   */
  public SourceTensor matrix(String name, long in, long out) throws ModelException {
    return take(name, WeightFormat.types(), in, out);
  }

  /** A vector of floats: a norm's weights, a bias. */
  public SourceTensor vector(String name, long size) throws ModelException {
    return take(name, DENSE, size);
  }

  public Optional<SourceTensor> vectorIfPresent(String name, long size) throws ModelException {
    return has(name) ? Optional.of(vector(name, size)) : Optional.empty();
  }

  /**
   * A small vector's numbers.
   *
   * @return positive and finite ones
   */
  public Optional<float[]> floatsIfPresent(String name, int size) throws ModelException {
    if (!has(name)) {
      return Optional.empty();
    }
    SourceTensor tensor = take(name, List.of(TensorType.F32), (long) size);
    ByteBuffer bytes = ByteBuffer.allocate(size * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    source.read(tensor, 0, bytes);
    float[] floats = new float[size];
    bytes.flip().asFloatBuffer().get(floats);
    for (float number : floats) {
      if (!(number > 0 && Float.isFinite(number))) {
        throw source.wrong(tensor, "%s is not a positive number".formatted(number));
      }
    }
    return Optional.of(floats);
  }

  /** The tensors handed out so far, each once. */
  public Collection<SourceTensor> used() {
    return Collections.unmodifiableCollection(used.values());
  }

  /**
   * Makes sure that nothing of the model is left out, which would quietly change its answers.
   *
   * @param architecture for the message
   */
  public void checkAllUsed(String architecture) throws ModelException {
    checkAllUsed(architecture, name -> false);
  }

  /**
   * As the other, but for tensors that have no say in the answer.
   *
   * @param idle whether a tensor of that name may be left out
   */
  public void checkAllUsed(String architecture, Predicate<String> idle) throws ModelException {
    for (SourceTensor tensor : source.tensors().values()) {
      if (!used.containsKey(tensor.name()) && !idle.test(tensor.name())) {
        throw source.unsupported(
            tensor,
            "architecture \"%s\" has no place for this tensor, and without it the model would answer differently"
                .formatted(architecture));
      }
    }
  }

  private SourceTensor take(String name, List<TensorType> types, Long... shape)
      throws ModelException {
    List<Long> expected = Arrays.asList(shape);
    SourceTensor tensor = source.tensors().get(name);
    if (tensor == null) {
      throw source.missing(name, "the tensor is missing; expected shape %s".formatted(expected));
    }
    if (!types.contains(tensor.type())) {
      throw source.unsupported(
          tensor,
          "type %s is not supported here; supported are %s"
              .formatted(tensor.type(), types.stream().filter(TensorType::isInFiles).toList()));
    }
    if (!withoutTrailingOnes(tensor.shape()).equals(withoutTrailingOnes(expected))) {
      throw source.wrong(
          tensor, "its shape is %s, expected %s".formatted(tensor.shape(), expected));
    }
    used.put(name, tensor);
    return tensor;
  }

  private static List<Long> withoutTrailingOnes(List<Long> shape) {
    int size = shape.size();
    while (size > 1 && shape.get(size - 1) == 1) {
      size--;
    }
    return shape.subList(0, size);
  }
}
