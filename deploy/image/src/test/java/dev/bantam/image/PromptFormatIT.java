package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.plugins.textgeneration.TextGenerationPlugin;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskRequest;
import dev.bantam.spi.TaskResult;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The default model, its own template turned off, works from each format's prompts. */
class PromptFormatIT {

  @ParameterizedTest
  @ValueSource(strings = {"alpaca", "conversation", "dolly", "plain", "template"})
  void shouldAnswerInEachFormat(String format) throws Exception {
    // Given
    LoadContext context =
        new LoadContext(2, 1024, true, Optional.empty(), Map.of("prompt_format", format));
    Map<String, String> question =
        Map.of(
            "question",
            "What is the capital of France?",
            "context",
            "France is a country in Europe. Its capital is Paris.");
    StringBuilder streamed = new StringBuilder();
    try (LoadedModel model = new TextGenerationPlugin().load(SmolLm2.files(), context)) {
      // When
      TaskResult answer =
          model.handle(
              new TaskRequest("answer", RequestBody.of(question)),
              streamed::append,
              CancellationToken.NONE);
      // Then
      assertThat(answer.text())
          .contains("Paris")
          .doesNotContain("### ", "\nQ:", "\nUser:", "<|")
          .doesNotStartWith(" ");
      assertThat(streamed).hasToString(answer.text());
    }
  }
}
