package dev.bantam.inference.generation;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class GenerationParametersTest {

  private static final GenerationParameters GREEDY = GenerationParameters.greedy(1);

  @Test
  void shouldNameTheParameterThatIsOutOfRange() {
    assertRefused("max_tokens", () -> GenerationParameters.greedy(0));
    assertRefused("max_tokens", () -> GenerationParameters.greedy(-5));
    assertRefused("temperature", () -> GREEDY.withSampling(-0.1, 0, 1, 0, 0));
    assertRefused("temperature", () -> GREEDY.withSampling(Double.NaN, 0, 1, 0, 0));
    assertRefused("top_k", () -> GREEDY.withSampling(1, -1, 1, 0, 0));
    assertRefused("top_p", () -> GREEDY.withSampling(1, 0, 0, 0, 0));
    assertRefused("top_p", () -> GREEDY.withSampling(1, 0, 1.1, 0, 0));
    assertRefused("min_p", () -> GREEDY.withSampling(1, 0, 1, 2, 0));
    assertRefused("repetition_penalty", () -> GREEDY.withPenalties(0, 0, 0));
    assertRefused("frequency_penalty", () -> GREEDY.withPenalties(1, Double.NaN, 0));
    assertRefused("presence_penalty", () -> GREEDY.withPenalties(1, 0, Double.NaN));
    assertRefused("logit_bias of token 3", () -> GREEDY.withLogitBias(Map.of(3, Double.NaN)));
    assertRefused("stop", () -> GREEDY.withStop(List.of("a", "")));
  }

  private static void assertRefused(String named, ThrowingCallable call) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessageContaining(named);
  }
}
