package dev.bantam.inference.session;

import ai.onnxruntime.OnnxJavaType;
import dev.bantam.spi.TaskException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares, bit by bit, what a graph computes for a sequence alone and beside others, for each
 * number of rows that a batch may have. Kernels are free to add numbers in another order when there
 * are more rows, and then greedy answers would depend on what else the device is asked.
 */
final class BatchTrial {

  private static final Logger LOG = LoggerFactory.getLogger(BatchTrial.class);

  /** Longer than a block of any processor that was looked at. */
  private static final int LONG = 1030;

  private final DecoderModel model;
  private final int vocab;

  BatchTrial(DecoderModel model) {
    this.model = model;
    this.vocab = model.config().vocabSize();
  }

  boolean isExact() throws TaskException {
    List<Sequence> prompts = new ArrayList<>();
    try {
      List<float[]> alone = new ArrayList<>();
      for (int row = 0; row < Math.min(model.mostRows(), model.contextLength() - 1); row++) {
        Sequence sequence = model.newSequence();
        prompts.add(sequence);
        begin(sequence, row);
        int before = sequence.position();
        alone.add(row(sequence.evaluate(new int[] {token(row)}, 1), 0));
        sequence.rewind(before);
      }
      return isExact(prompts, alone);
    } finally {
      prompts.forEach(Sequence::close);
    }
  }

  /**
   * Attention over a cache of bytes cuts a long past into blocks, and may take another way for it,
   * so the first sequence is a long one there.
   */
  private void begin(Sequence sequence, int row) throws TaskException {
    int length = Math.min(LONG, model.contextLength() - 1);
    if (row == 0 && model.layout().cacheType() == OnnxJavaType.INT8) {
      sequence.pretend(length, Noise.of(model.layout()));
    } else {
      FloatBuffer unused = sequence.evaluate(prompt(row), 1);
    }
  }

  private boolean isExact(List<Sequence> prompts, List<float[]> alone) throws TaskException {
    for (int rows = 2; rows <= prompts.size(); rows++) {
      if (!isSame(together(prompts.subList(0, rows)), alone)) {
        LOG.info(
            "this processor computes {} sequences at once otherwise than one; models of architecture {} answer one by one",
            rows,
            model.config().architecture());
        return false;
      }
    }
    return true;
  }

  private List<float[]> together(List<Sequence> prompts) throws TaskException {
    try (SequenceBatch batch = model.newBatch()) {
      int[] tokens = new int[prompts.size()];
      for (int row = 0; row < tokens.length; row++) {
        batch.add(prompts.get(row));
        tokens[row] = token(row);
      }
      FloatBuffer logits = batch.step(tokens);
      return IntStream.range(0, tokens.length).mapToObj(row -> row(logits, row)).toList();
    }
  }

  private static boolean isSame(List<float[]> together, List<float[]> alone) {
    return IntStream.range(0, together.size())
        .allMatch(row -> Arrays.equals(together.get(row), alone.get(row)));
  }

  private int[] prompt(int row) {
    return IntStream.rangeClosed(0, row).map(i -> token(row + i + 1)).toArray();
  }

  private int token(int number) {
    return (int) ((number + 1L) * (vocab - 1) / (3L * DecoderModel.PREFILL_CHUNK) % vocab);
  }

  private float[] row(FloatBuffer logits, int row) {
    float[] values = new float[vocab];
    logits.get(row * vocab, values);
    return values;
  }
}
