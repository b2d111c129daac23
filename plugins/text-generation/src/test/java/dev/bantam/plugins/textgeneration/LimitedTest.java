package dev.bantam.plugins.textgeneration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bantam.inference.generation.ContextOverflow;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.RequestLimits;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskRequest;
import dev.bantam.spi.TaskResult;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What becomes of requests while a device spares itself. */
class LimitedTest {

  private final FakeEngine engine = new FakeEngine(Optional.of("{{ messages[0].content }}"));

  private TaskResult ask(RequestLimits limits, Map<String, ?> fields) throws TaskException {
    return TextGenerationModel.of(
            engine,
            new FakeTokenizer(),
            PromptLibrary.load(Optional.empty()),
            Settings.of(Map.of()))
        .handle(
            new TaskRequest("complete", RequestBody.of(fields), limits),
            text -> {},
            CancellationToken.NONE);
  }

  private static RequestLimits limits(int maxTokens, int percent) {
    return new RequestLimits(
        maxTokens == 0 ? OptionalInt.empty() : OptionalInt.of(maxTokens),
        percent,
        Duration.ofSeconds(9));
  }

  @Test
  void shouldShortenAnswersAndSaySo() throws TaskException {
    // When
    TaskResult shorter = ask(limits(16, 100), Map.of("prompt", "Once", "max_tokens", 40));

    // Then
    assertThat(engine.parameters.maxTokens()).isEqualTo(16);
    assertThat(shorter.fields()).isEqualTo(Map.of("limited_to", Map.of("max_tokens", 16)));

    // And nothing is said where nothing is shorter
    assertThat(ask(limits(16, 100), Map.of("prompt", "Once", "max_tokens", 10)).fields()).isEmpty();
    assertThat(engine.parameters.maxTokens()).isEqualTo(10);
  }

  @Test
  void shouldLessenTheContextAndSaySo() throws TaskException {
    TaskResult smaller = ask(limits(0, 50), Map.of("prompt", "Once"));

    int half = engine.contextLength() / 2;
    assertThat(engine.parameters.mostContext()).hasValue(half);
    assertThat(smaller.fields()).isEqualTo(Map.of("limited_to", Map.of("context_length", half)));
  }

  @Test
  void shouldAskForPatienceWhereAPromptWouldFitOtherwise() throws TaskException {
    // Given
    String prompt = "x".repeat(engine.contextLength() / 2 + 1);

    // When
    TaskException later =
        catchThrowableOfType(
            TaskException.class, () -> ask(limits(0, 50), Map.of("prompt", prompt)));

    // Then
    assertThat(later.code()).isEqualTo(ErrorCode.BUSY);
    assertThat(later.retryAfter()).contains(Duration.ofSeconds(9));
    ask(limits(0, 50), Map.of("prompt", prompt, "context_overflow", "middle"));
    assertThat(engine.parameters.overflow().kind()).isEqualTo(ContextOverflow.Kind.MIDDLE);
    ask(RequestLimits.NONE, Map.of("prompt", prompt));
    assertThat(engine.parameters.mostContext()).isEmpty();
  }
}
