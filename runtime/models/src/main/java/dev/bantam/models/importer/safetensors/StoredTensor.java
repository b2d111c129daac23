package dev.bantam.models.importer.safetensors;

import java.util.List;

/**
 * Where one tensor lies in a safetensors file. Its bytes are known to be inside the file, to belong
 * to no other tensor, and to be as many as type and shape ask for.
 *
 * @param shape dimensions in torch's order, the contiguous one last: a linear layer is {@code [out,
 *     in]}
 * @param offset of the first byte, from the start of the file
 * @param bytes length
 */
record StoredTensor(String name, Dtype dtype, List<Long> shape, long offset, long bytes) {

  StoredTensor {
    shape = List.copyOf(shape);
  }
}
