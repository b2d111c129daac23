package dev.bantam.models.gguf;

import dev.bantam.models.ModelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the tensor directory of a GGUF's header and places the tensors in the file. */
final class TensorParser {

  private static final int MAX_NAME_BYTES = 255;
  private static final int MAX_DIMENSIONS = 4;
  private static final int LEAST_ENTRY_BYTES = 8 + 1 + 4 + 8 + 4 + 8;
  private static final int ENTRY_HEAP = 384;

  private final GgufInput input;

  TensorParser(GgufInput input) {
    this.input = input;
  }

  int count() throws ModelException {
    return input.count("number of tensors", LEAST_ENTRY_BYTES, ENTRY_HEAP);
  }

  /**
   * @param alignment of the data section and of each tensor in it, a power of two
   */
  Map<String, GgufTensor> tensors(int count, long alignment) throws ModelException {
    Map<String, GgufTensor> relative = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      GgufTensor tensor = entry("tensor %d of %d".formatted(i + 1, count), alignment);
      if (relative.put(tensor.name(), tensor) != null) {
        throw input.malformed(tensor.name(), "the tensor occurs twice");
      }
    }
    long dataStart = Math.addExact(input.position(), alignment - 1) & -alignment;
    checkPlaces(relative.values(), input.size() - dataStart);
    relative.replaceAll((name, tensor) -> moved(tensor, dataStart));
    return relative;
  }

  private GgufTensor entry(String place, long alignment) throws ModelException {
    String name = input.string(place, MAX_NAME_BYTES);
    if (name.isEmpty()) {
      throw input.malformed(place, "its name is empty");
    }
    Long[] shape = shape(name);
    TensorType type = type(name);
    long bytes = bytes(name, shape, type);
    long offset = input.int64(name);
    if (offset < 0 || offset % alignment != 0) {
      throw input.malformed(
          name,
          "its offset %s is no multiple of the alignment %d"
              .formatted(Long.toUnsignedString(offset), alignment));
    }
    return new GgufTensor(name, type, Arrays.asList(shape), offset, bytes);
  }

  private Long[] shape(String name) throws ModelException {
    int dimensions = input.int32(name);
    if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
      throw input.malformed(
          name,
          "it has %s dimensions; 1 to %d are allowed"
              .formatted(Integer.toUnsignedString(dimensions), MAX_DIMENSIONS));
    }
    Long[] shape = new Long[dimensions];
    for (int i = 0; i < dimensions; i++) {
      shape[i] = input.int64(name);
      if (shape[i] < 1) {
        throw input.malformed(
            name, "its dimension %d is %s".formatted(i, Long.toUnsignedString(shape[i])));
      }
    }
    return shape;
  }

  private TensorType type(String name) throws ModelException {
    int code = input.int32(name);
    return TensorType.ofCode(code)
        .orElseThrow(
            () ->
                input.unsupported(
                    name,
                    "tensor type %s is not known; known are %s"
                        .formatted(
                            Integer.toUnsignedString(code), Arrays.toString(TensorType.values()))));
  }

  private long bytes(String name, Long[] shape, TensorType type) throws ModelException {
    if (shape[0] % type.blockElements() != 0) {
      throw input.malformed(
          name,
          "its first dimension %d is no multiple of %d, the block of %s"
              .formatted(shape[0], type.blockElements(), type));
    }
    try {
      long bytes = Math.multiplyExact(shape[0] / type.blockElements(), type.blockBytes());
      for (int i = 1; i < shape.length; i++) {
        bytes = Math.multiplyExact(bytes, shape[i]);
      }
      return bytes;
    } catch (ArithmeticException e) {
      throw input.malformed(name, "its shape %s is too large".formatted(Arrays.toString(shape)));
    }
  }

  private void checkPlaces(Collection<GgufTensor> tensors, long dataBytes) throws ModelException {
    List<GgufTensor> inOrder = new ArrayList<>(tensors);
    inOrder.sort(Comparator.comparingLong(GgufTensor::offset));
    long end = 0;
    for (GgufTensor tensor : inOrder) {
      if (tensor.offset() > dataBytes - tensor.bytes()) {
        throw input.malformed(
            tensor.name(),
            "its %d bytes at offset %d do not lie within the %d bytes of tensor data"
                .formatted(tensor.bytes(), tensor.offset(), Math.max(dataBytes, 0)));
      }
      if (tensor.offset() < end) {
        throw input.malformed(
            tensor.name(), "it overlaps another tensor at offset %d".formatted(tensor.offset()));
      }
      end = tensor.offset() + tensor.bytes();
    }
  }

  private static GgufTensor moved(GgufTensor tensor, long by) {
    return new GgufTensor(
        tensor.name(), tensor.type(), tensor.shape(), tensor.offset() + by, tensor.bytes());
  }
}
