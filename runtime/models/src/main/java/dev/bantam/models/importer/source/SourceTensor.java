package dev.bantam.models.importer.source;

import dev.bantam.models.gguf.TensorType;
import java.util.List;

/**
 * One tensor of a source. It is known to be whole; only its source can read it.
 *
 * @param name as llama.cpp names it, e.g. {@code blk.0.attn_q.weight}
 * @param type how elements are stored
 * @param shape dimensions in ggml's order, the contiguous one first: a linear layer is {@code [in,
 *     out]}
 * @param bytes length
 */
public record SourceTensor(String name, TensorType type, List<Long> shape, long bytes) {

  public SourceTensor {
    shape = List.copyOf(shape);
  }

  /** Number of elements. */
  public long elements() {
    return bytes / type.blockBytes() * type.blockElements();
  }
}
