package dev.bantam.inference.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class LogitsProcessorTest {

  @Test
  void shouldMakeTokensOfPromptAndAnswerLessLikely() {
    // Given
    RepetitionPenalty penalty = new RepetitionPenalty(2, new int[] {0, 1, 1});
    penalty.accept(3);
    float[] logits = {4, -4, 4, -1};

    // When
    penalty.process(logits);

    // Then
    assertThat(logits).containsExactly(2, -8, 4, -2);
  }

  @Test
  void shouldCountTheAnswersTokensOnly() {
    // Given
    CountPenalty penalty = new CountPenalty(0.5, 2);
    penalty.accept(1);
    penalty.accept(1);
    penalty.accept(2);
    float[] logits = {1, 1, 1};

    // When
    penalty.process(logits);

    // Then
    assertThat(logits).containsExactly(1, -2, -1.5f);
  }

  @Test
  void shouldAddTheBias() {
    float[] logits = {1, 1, 1};
    new LogitBias(Map.of(0, -100.0, 2, 0.5)).process(logits);
    assertThat(logits).containsExactly(-99, 1, 1.5f);
  }
}
