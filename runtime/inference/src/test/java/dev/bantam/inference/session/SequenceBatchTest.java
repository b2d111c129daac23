package dev.bantam.inference.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.inference.generation.Logits;
import dev.bantam.spi.TaskException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SequenceBatchTest {

  private static final int VOCAB = TinyDecoder.VOCAB;

  @TempDir Path work;
  private DecoderModel model;
  private SequenceBatch batch;

  @BeforeEach
  void load() throws Exception {
    model = TinyDecoder.load(work);
    batch = model.newBatch();
  }

  @AfterEach
  void close() {
    batch.close();
    model.close();
  }

  /** A sequence as it goes on alone, and the row in which it goes on beside others. */
  private static final class Twin {
    final Sequence alone;
    int next;

    Twin(Sequence alone, int next) {
      this.alone = alone;
      this.next = next;
    }
  }

  @Test
  void shouldGiveEachWhatItGivesAloneWhileOthersComeAndGo() throws Exception {
    // Given
    Random random = new Random(3);
    List<Twin> twins = new ArrayList<>();

    // When, then
    for (int round = 0; round < 400; round++) {
      if (!batch.isFull() && random.nextInt(10) == 0) {
        twins.add(joining(1 + random.nextInt(300)));
      }
      if (!twins.isEmpty() && random.nextInt(20) == 0) {
        leave(twins, random.nextInt(twins.size()));
      }
      step(twins);
    }
    assertThat(model.batchesExactly()).isTrue();
    while (!twins.isEmpty()) {
      leave(twins, 0);
    }
    assertThat(batch.size()).isZero();
  }

  private Twin joining(int length) throws TaskException {
    int[] prompt = new Random(length).ints(length, 0, VOCAB).toArray();
    Sequence alone = model.newSequence();
    float[] row = row(alone.evaluate(prompt, 1), 0);
    try (Sequence sequence = model.newSequence()) {
      FloatBuffer unused = sequence.evaluate(prompt, 1);
      batch.add(sequence);
    }
    return new Twin(alone, Logits.argMax(row));
  }

  private void leave(List<Twin> twins, int row) {
    batch.remove(row);
    twins.get(row).alone.close();
    Twin last = twins.remove(twins.size() - 1);
    if (row < twins.size()) {
      twins.set(row, last);
    }
  }

  private void step(List<Twin> twins) throws TaskException {
    if (twins.isEmpty()) {
      return;
    }
    FloatBuffer logits = batch.step(twins.stream().mapToInt(twin -> twin.next).toArray());
    for (int row = 0; row < twins.size(); row++) {
      Twin twin = twins.get(row);
      float[] together = row(logits, row);
      assertThat(together).containsExactly(row(twin.alone.evaluate(new int[] {twin.next}, 1), 0));
      assertThat(batch.position(row)).isEqualTo(twin.alone.position());
      twin.next = Logits.argMax(together);
    }
  }

  private static float[] row(FloatBuffer logits, int row) {
    float[] values = new float[VOCAB];
    logits.get(row * VOCAB, values);
    return values;
  }

  @Test
  void shouldGiveARowBackToASequence() throws Exception {
    try (Sequence alone = model.newSequence();
        Sequence back = model.newSequence()) {
      // Given
      FloatBuffer unused = alone.evaluate(new int[] {1, 2, 3}, 1);
      batch.add(alone);
      batch.add(alone);
      unused = batch.step(new int[] {4, 5});

      // When
      batch.copyTo(0, back);

      // Then
      unused = alone.evaluate(new int[] {4}, 1);
      assertThat(back.position()).isEqualTo(4);
      assertThat(row(back.evaluate(new int[] {6}, 1), 0))
          .containsExactly(row(alone.evaluate(new int[] {6}, 1), 0));
    }
  }

  @Test
  void shouldEndAtTheContextsEnd() throws Exception {
    try (Sequence sequence = model.newSequence()) {
      FloatBuffer unused = sequence.evaluate(new int[TinyDecoder.CONTEXT], 1);
      batch.add(sequence);
    }

    assertThatThrownBy(() -> batch.step(new int[] {1})).isInstanceOf(TaskException.class);
  }
}
