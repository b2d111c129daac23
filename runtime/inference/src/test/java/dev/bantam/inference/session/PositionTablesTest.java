package dev.bantam.inference.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A graph with two sets of position tables, of which the sequence's whole length chooses one. */
class PositionTablesTest {

  private static final int SHORT = 20;
  private static final Offset<Float> CLOSE = Offset.offset(1e-3f);

  @TempDir static Path folder;
  private static DecoderModel model;

  @BeforeAll
  static void load() throws Exception {
    model = TinyDecoder.loadWithTwoTables(folder, SHORT);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void shouldAnswerTokenByTokenAsIfAllWereEvaluatedAtOnce() throws Exception {
    int[] tokens = tokens(30);
    try (Sequence sequence = model.newSequence()) {
      for (int length = 1; length <= tokens.length; length++) {
        // When
        float[] next = copy(sequence.evaluate(new int[] {tokens[length - 1]}, 1));

        // Then
        assertThat(next).as("%d tokens", length).containsExactly(fresh(tokens, length), CLOSE);
        assertThat(sequence.position()).isEqualTo(length);
      }
    }
  }

  @Test
  void shouldChooseOneSetForAllChunks() throws Exception {
    int[] tokens = tokens(50);
    try (Sequence chunked = model.newSequence(7)) {
      assertThat(copy(chunked.evaluate(tokens, 1))).containsExactly(fresh(tokens, 50), CLOSE);
    }
  }

  @Test
  void shouldGoBackToTheFirstSetWhenRewound() throws Exception {
    // Given
    int[] tokens = tokens(40);
    try (Sequence sequence = model.newSequence()) {
      sequence.evaluate(tokens, 1);
      sequence.rewind(10);

      // When
      float[] rewound = copy(sequence.evaluate(Arrays.copyOfRange(tokens, 10, SHORT), 1));

      // Then
      assertThat(rewound).containsExactly(fresh(tokens, SHORT), CLOSE);
    }
  }

  @Test
  void shouldBeAsBeforeWhenCancelledWhileTheTablesChange() throws Exception {
    // Given
    int[] tokens = tokens(24);
    AtomicInteger checks = new AtomicInteger();
    CancellationToken second = () -> checks.incrementAndGet() > 1;
    try (Sequence sequence = model.newSequence(8)) {
      sequence.evaluate(Arrays.copyOf(tokens, 18), 1);

      // When
      assertThatThrownBy(() -> sequence.evaluate(Arrays.copyOfRange(tokens, 18, 24), 1, second))
          .isInstanceOfSatisfying(
              TaskException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));

      // Then
      assertThat(sequence.position()).isEqualTo(18);
      float[] shorter = copy(sequence.evaluate(new int[] {tokens[18]}, 1));
      assertThat(shorter).containsExactly(fresh(tokens, 19), CLOSE);
    }
  }

  private static float[] fresh(int[] tokens, int length) throws TaskException {
    try (Sequence sequence = model.newSequence()) {
      return copy(sequence.evaluate(Arrays.copyOf(tokens, length), 1));
    }
  }

  private static int[] tokens(int count) {
    return new Random(3).ints(count, 0, TinyDecoder.VOCAB).toArray();
  }

  private static float[] copy(FloatBuffer logits) {
    float[] copy = new float[logits.remaining()];
    logits.get(copy);
    return copy;
  }
}
