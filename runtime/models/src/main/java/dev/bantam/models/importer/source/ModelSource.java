package dev.bantam.models.importer.source;

import dev.bantam.models.ModelException;
import dev.bantam.models.gguf.GgufMetadata;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * An open model, as an import sees it. Formats differ in how they name and store the same things;
 * GGUF's names, as llama.cpp writes them, are the common ones.
 */
public interface ModelSource extends AutoCloseable {

  /** Hyper-parameters by GGUF's keys. */
  GgufMetadata metadata();

  /** All tensors by name. */
  Map<String, SourceTensor> tensors();

  /**
   * Fills {@code target} with the tensor's bytes from {@code from} on, little-endian.
   *
   * @param tensor one of {@link #tensors}
   * @param from offset within the tensor, at the beginning of one of its type's blocks; {@code from
   *     + target.remaining()} lies within it
   */
  void read(SourceTensor tensor, long from, ByteBuffer target) throws ModelException;

  /**
   * The tokenizer, checked.
   *
   * @throws ModelException {@code MALFORMED} if it contradicts itself, {@code UNSUPPORTED} if its
   *     kind is not known
   */
  SourceTokenizer tokenizer() throws ModelException;

  /**
   * Whether the rows of the llama family's Q and K lie as llama.cpp's converter lays them: the two
   * elements of a rotated pair are neighbours. Elsewhere they are half a head apart.
   */
  boolean hasNeighbouringPairs();

  /** The exception for a tensor that contradicts the metadata or holds impossible numbers. */
  ModelException wrong(SourceTensor tensor, String problem);

  /** The exception for a tensor that is sound but not supported. */
  ModelException unsupported(SourceTensor tensor, String problem);

  /** The exception for a tensor that is not there. */
  ModelException missing(String name, String problem);

  @Override
  void close() throws ModelException;
}
