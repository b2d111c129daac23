package dev.bantam.inference.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SequenceTest {

  private static final Offset<Float> CLOSE = Offset.offset(1e-3f);

  @TempDir static Path folder;
  private static DecoderModel model;

  @BeforeAll
  static void load() throws Exception {
    model = TinyDecoder.load(folder);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void shouldComputeTheSameLogitsInChunksAsAtOnce() throws Exception {
    // Given
    int[] tokens = tokens(100, 1);
    float[] whole = evaluate(model.newSequence(128), tokens, 1);
    for (int chunk : new int[] {1, 7, 33, 99, 100}) {
      // When
      float[] chunked = evaluate(model.newSequence(chunk), tokens, 1);

      // Then
      assertThat(chunked).as("chunks of %d", chunk).containsExactly(whole, CLOSE);
    }
  }

  @Test
  void shouldReturnTheLastRowsWhateverTheChunks() throws Exception {
    // Given
    int[] tokens = tokens(20, 2);
    float[] whole = evaluate(model.newSequence(), tokens, 20);
    for (int chunk : new int[] {1, 3, 8, 20}) {
      for (int rows : new int[] {1, 2, 9, 20}) {
        // When
        float[] some = evaluate(model.newSequence(chunk), tokens, rows);

        // Then
        float[] expected =
            Arrays.copyOfRange(whole, (20 - rows) * TinyDecoder.VOCAB, 20 * TinyDecoder.VOCAB);
        assertThat(some).as("%d rows, chunks of %d", rows, chunk).containsExactly(expected, CLOSE);
      }
    }
  }

  @Test
  void shouldContinueWhereItStopped() throws Exception {
    // Given
    int[] tokens = tokens(40, 3);
    float[] whole = evaluate(model.newSequence(), tokens, 1);

    // When
    try (Sequence sequence = model.newSequence()) {
      sequence.evaluate(slice(tokens, 0, 25), 1);
      FloatBuffer last = null;
      for (int i = 25; i < 40; i++) {
        last = sequence.evaluate(new int[] {tokens[i]}, 1);
      }

      // Then
      assertThat(sequence.position()).isEqualTo(40);
      assertThat(copy(last)).containsExactly(whole, CLOSE);
    }
  }

  @Test
  void shouldForgetWhatItIsRewoundOver() throws Exception {
    // Given
    int[] prefix = tokens(30, 4);
    int[] tail = tokens(10, 5);
    try (Sequence sequence = model.newSequence();
        Sequence fresh = model.newSequence()) {
      sequence.evaluate(prefix, 1);
      sequence.evaluate(tokens(50, 6), 1);

      // When
      sequence.rewind(30);
      float[] rewound = copy(sequence.evaluate(tail, 1));

      // Then
      fresh.evaluate(prefix, 1);
      assertThat(rewound).containsExactly(copy(fresh.evaluate(tail, 1)), CLOSE);
      assertThatThrownBy(() -> sequence.rewind(41)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> sequence.rewind(-1)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void shouldKeepWhatIsCachedWhenTheCapacityGrows() throws Exception {
    // Given a sequence that starts small, and one that has room for all at once
    int[] tokens = tokens(600, 7);
    float[] whole = evaluate(model.newSequence(), tokens, 1);

    // When
    try (Sequence sequence = model.newSequence()) {
      sequence.evaluate(slice(tokens, 0, 250), 1);
      FloatBuffer last = null;
      for (int i = 250; i < 600; i++) {
        last = sequence.evaluate(new int[] {tokens[i]}, 1);
      }

      // Then
      assertThat(copy(last)).containsExactly(whole, CLOSE);
    }
  }

  @Test
  void shouldFillTheContextToTheLastTokenAndRefuseOneMore() throws Exception {
    try (Sequence sequence = model.newSequence()) {
      // Given
      sequence.evaluate(tokens(TinyDecoder.CONTEXT, 8), 1);

      // When, Then
      assertThatThrownBy(() -> sequence.evaluate(new int[] {1}, 1))
          .isInstanceOfSatisfying(
              TaskException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PROMPT_TOO_LONG))
          .hasMessageContaining("701")
          .hasMessageContaining("700");
      assertThat(sequence.position()).isEqualTo(TinyDecoder.CONTEXT);
    }
  }

  @Test
  void shouldRefuseTokensThatTheModelDoesNotHave() throws Exception {
    try (Sequence sequence = model.newSequence()) {
      for (int token : new int[] {-1, TinyDecoder.VOCAB, Integer.MAX_VALUE}) {
        assertThatThrownBy(() -> sequence.evaluate(new int[] {1, token}, 1))
            .isInstanceOfSatisfying(
                TaskException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
            .hasMessageContaining(Integer.toString(token))
            .hasMessageContaining("0 to 63");
      }
      assertThat(sequence.position()).isZero();
    }
  }

  @Test
  void shouldStopBetweenChunksWhenCancelledAndBeAsBefore() throws Exception {
    try (Sequence sequence = model.newSequence(10)) {
      // Given
      int[] prefix = tokens(5, 9);
      sequence.evaluate(prefix, 1);
      AtomicInteger asked = new AtomicInteger();
      CancellationToken cancelledAtThird = () -> asked.incrementAndGet() == 3;

      // When
      assertThatThrownBy(() -> sequence.evaluate(tokens(100, 10), 1, cancelledAtThird))
          .isInstanceOfSatisfying(
              TaskException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));

      // Then
      assertThat(asked).hasValue(3);
      assertThat(sequence.position()).isEqualTo(5);
      float[] after = copy(sequence.evaluate(tokens(4, 11), 1));
      try (Sequence fresh = model.newSequence()) {
        fresh.evaluate(prefix, 1);
        assertThat(after).containsExactly(copy(fresh.evaluate(tokens(4, 11), 1)), CLOSE);
      }
    }
  }

  @Test
  void shouldServeManySequencesAtOnce() throws Exception {
    // Given
    int threads = 4;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<float[]>> together = new ArrayList<>();

      // When
      for (int i = 0; i < threads; i++) {
        int seed = 20 + i;
        together.add(pool.submit(() -> stepwise(seed)));
      }

      // Then
      for (int i = 0; i < threads; i++) {
        assertThat(together.get(i).get()).containsExactly(stepwise(20 + i), CLOSE);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static float[] stepwise(int seed) throws TaskException {
    try (Sequence sequence = model.newSequence()) {
      FloatBuffer last = sequence.evaluate(tokens(60, seed), 1);
      for (int token : tokens(60, seed + 1)) {
        last = sequence.evaluate(new int[] {token}, 1);
      }
      return copy(last);
    }
  }

  @Test
  void shouldRefuseWorkAfterClosingAndCloseTwice() throws Exception {
    // Given
    Sequence sequence = model.newSequence();
    sequence.evaluate(new int[] {1}, 1);

    // When
    sequence.close();
    sequence.close();

    // Then
    assertThatThrownBy(() -> sequence.evaluate(new int[] {1}, 1))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldRefuseAnImpossibleNumberOfRows() throws Exception {
    try (Sequence sequence = model.newSequence()) {
      List<Callable<FloatBuffer>> wrong =
          List.of(
              () -> sequence.evaluate(new int[0], 1),
              () -> sequence.evaluate(new int[] {1}, 0),
              () -> sequence.evaluate(new int[] {1}, 2));
      for (Callable<FloatBuffer> call : wrong) {
        assertThatThrownBy(call::call).isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  private static float[] evaluate(Sequence sequence, int[] tokens, int rows) throws TaskException {
    try (sequence) {
      return copy(sequence.evaluate(tokens, rows));
    }
  }

  private static float[] copy(FloatBuffer logits) {
    float[] values = new float[logits.remaining()];
    logits.get(0, values);
    return values;
  }

  private static int[] slice(int[] tokens, int from, int to) {
    return Arrays.copyOfRange(tokens, from, to);
  }

  private static int[] tokens(int count, int seed) {
    return new Random(seed).ints(count, 0, TinyDecoder.VOCAB).toArray();
  }
}
