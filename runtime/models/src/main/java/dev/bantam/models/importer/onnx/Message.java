package dev.bantam.models.importer.onnx;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages of onnx.proto in which a tensor's external data can be named, with the fields by
 * which they contain each other.
 */
enum Message {
  MODEL,
  GRAPH,
  FUNCTION,
  NODE,
  ATTRIBUTE,
  SPARSE_TENSOR,
  TENSOR,
  ENTRY;

  private static final Map<Message, Map<Long, Message>> CHILDREN =
      Map.of(
          MODEL, Map.of(7L, GRAPH, 25L, FUNCTION),
          GRAPH, Map.of(1L, NODE, 5L, TENSOR, 15L, SPARSE_TENSOR),
          FUNCTION, Map.of(7L, NODE, 11L, ATTRIBUTE),
          NODE, Map.of(5L, ATTRIBUTE),
          ATTRIBUTE,
              Map.of(
                  5L,
                  TENSOR,
                  6L,
                  GRAPH,
                  10L,
                  TENSOR,
                  11L,
                  GRAPH,
                  22L,
                  SPARSE_TENSOR,
                  23L,
                  SPARSE_TENSOR),
          SPARSE_TENSOR, Map.of(1L, TENSOR, 2L, TENSOR),
          TENSOR, Map.of(13L, ENTRY),
          ENTRY, Map.of());

  /** What the field of that number holds; null if nothing that matters here. */
  @Nullable Message child(long field) {
    return CHILDREN.getOrDefault(this, Map.of()).get(field);
  }
}
