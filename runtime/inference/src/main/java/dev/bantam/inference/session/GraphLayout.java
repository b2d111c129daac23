package dev.bantam.inference.session;

import ai.onnxruntime.OnnxJavaType;
import dev.bantam.format.DecoderMemory;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a decoder graph takes and makes, beyond what all of them do; {@link GraphContract} finds it
 * out.
 *
 * @param inputs names of all inputs
 * @param cacheType elements of the KV cache, {@code FLOAT}, {@code FLOAT16} or {@code INT8}
 * @param logitsType elements of the logits, {@code FLOAT} or {@code FLOAT16}
 * @param sharedCache whether the same buffer may be given as past and as present; otherwise present
 *     is a new one, longer by the run's tokens
 * @param cacheLength of a shared cache, if the graph wants a certain one
 * @param batches whether one run may take a token each of several sequences
 */
record GraphLayout(
    Set<String> inputs,
    OnnxJavaType cacheType,
    OnnxJavaType logitsType,
    boolean sharedCache,
    OptionalInt cacheLength,
    boolean batches) {

  GraphLayout {
    inputs = Set.copyOf(inputs);
  }

  boolean takes(String input) {
    return inputs.contains(input);
  }

  /** Whether a run makes the wanted rows of logits only, not one for each of its tokens. */
  boolean makesWantedRowsOnly() {
    return takes(GraphContract.LOGITS_ROWS) || takes(GraphContract.LOGITS_TO_KEEP);
  }

  /** What of it decides about memory. */
  DecoderMemory.GraphForm memoryForm() {
    return new DecoderMemory.GraphForm(
        cacheType.size, !sharedCache, cacheLength, !sharedCache, !makesWantedRowsOnly());
  }

  GraphLayout withSharedCache(boolean shared) {
    return new GraphLayout(inputs, cacheType, logitsType, shared, cacheLength, batches);
  }
}
