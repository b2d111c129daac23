package dev.bantam.models.gguf;

import java.util.List;

/**
 * Where one tensor lies in a GGUF. Its bytes are known to be inside the file and to belong to no
 * other tensor.
 *
 * @param name e.g. {@code blk.0.attn_q.weight}
 * @param type how elements are stored
 * @param shape dimensions in ggml's order, the contiguous one first: a linear layer is {@code [in,
 *     out]}
 * @param offset of the first byte, from the start of the file
 * @param bytes length
 */
public record GgufTensor(String name, TensorType type, List<Long> shape, long offset, long bytes) {

  public GgufTensor {
    shape = List.copyOf(shape);
  }

  /** Number of elements. */
  public long elements() {
    return bytes / type.blockBytes() * type.blockElements();
  }
}
