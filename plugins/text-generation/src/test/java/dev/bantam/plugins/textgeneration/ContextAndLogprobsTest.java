package dev.bantam.plugins.textgeneration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bantam.inference.generation.ContextOverflow;
import dev.bantam.inference.generation.ContextOverflow.Kind;
import dev.bantam.inference.generation.ContextUse;
import dev.bantam.inference.generation.TokenLogprob;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskRequest;
import dev.bantam.spi.TaskResult;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContextAndLogprobsTest {

  private static final String TEMPLATE =
      "{% for m in messages %}[{{ m.role }}:{{ m.content }}]{% endfor %}[assistant:";

  private final FakeEngine engine = new FakeEngine(Optional.of(TEMPLATE));

  private TaskResult ask(Map<String, String> settings, String task, Map<String, ?> fields)
      throws TaskException {
    return TextGenerationModel.of(
            engine,
            new FakeTokenizer(),
            PromptLibrary.load(Optional.empty()),
            Settings.of(settings))
        .handle(new TaskRequest(task, RequestBody.of(fields)), text -> {}, CancellationToken.NONE);
  }

  private TaskResult ask(String task, Map<String, ?> fields) throws TaskException {
    return ask(Map.of(), task, fields);
  }

  private void assertRefused(String task, Map<String, ?> fields, String... words) {
    TaskException error = catchThrowableOfType(TaskException.class, () -> ask(task, fields));
    assertThat(error).as("%s %s", task, fields).isNotNull();
    assertThat(error.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(error.text()).contains(words);
  }

  private String kept() {
    return engine.prompt.substring(0, engine.parameters.overflow().keep());
  }

  @Test
  void shouldKeepTheInstructionsOfATask() throws TaskException {
    Map<String, String> slide = Map.of("context_overflow", "slide");
    ask(slide, "chat", Map.of("prompt", "hi"));
    assertThat(engine.parameters.overflow().kind()).isEqualTo(Kind.SLIDE);
    assertThat(kept()).isEqualTo("[system:Answer the question briefly and correctly.][user:«");
    ask(
        slide,
        "chat",
        Map.of(
            "messages",
            List.of(
                Map.of("role", "system", "content", "Be kind."),
                Map.of("role", "user", "content", "a"),
                Map.of("role", "assistant", "content", "b"),
                Map.of("role", "user", "content", "c"))));
    assertThat(kept()).isEqualTo("[system:«Be kind.»][user:«");
    ask(slide, "translate", Map.of("text", "Guten Tag", "target_language", "French"));
    assertThat(kept()).startsWith("[user:Translate").contains("to «French»").endsWith("Text:\n«");
    ask(slide, "complete", Map.of("prompt", "Once"));
    assertThat(kept()).isEqualTo("^«");
  }

  @Test
  void shouldKeepWhatARequestOrElseTheSlotSays() throws TaskException {
    Map<String, String> settings = Map.of("context_overflow", "middle", "num_keep", "7");
    ask(settings, "chat", Map.of("prompt", "hi"));
    assertThat(engine.parameters.overflow()).isEqualTo(new ContextOverflow(Kind.MIDDLE, 7));
    ask(settings, "chat", Map.of("prompt", "hi", "num_keep", 3, "context_overflow", "slide"));
    assertThat(engine.parameters.overflow()).isEqualTo(new ContextOverflow(Kind.SLIDE, 3));
    ask(settings, "chat", Map.of("prompt", "hi", "context_overflow", "refuse"));
    assertThat(engine.parameters.overflow()).isEqualTo(ContextOverflow.REFUSE);
    assertRefused(
        "chat", Map.of("prompt", "hi", "context_overflow", "auto"), "refuse, middle or slide");
    assertRefused("chat", Map.of("prompt", "hi", "num_keep", -1), "num_keep");
    for (Map<String, String> wrong :
        List.of(Map.of("context_overflow", "shift"), Map.of("num_keep", "some"))) {
      assertThat(catchThrowableOfType(TaskException.class, () -> Settings.of(wrong)))
          .hasMessageContaining(wrong.keySet().iterator().next());
    }
  }

  @Test
  void shouldSayWhatDidNotFit() throws TaskException {
    assertThat(ask("chat", Map.of("prompt", "hi")).fields()).isEmpty();
    engine.context = new ContextUse(5, 2, 60);
    assertThat(ask("chat", Map.of("prompt", "hi")).fields())
        .isEqualTo(
            Map.of("context", Map.of("left_out_tokens", 5, "slides", 2, "dropped_tokens", 60)));
  }

  @ParameterizedTest
  @CsvSource({
    "chat,     '',    true,  '',   ",
    "chat,     true,  true,  0,    0",
    "chat,     true,  true,  20,   20",
    "chat,     true,  true,  '',   0",
    "chat,     false, true,  '',   ",
    "complete, 3,     false, '',   3",
    "complete, 0,     false, '',   0",
    "complete, true,  true,  2,    2",
  })
  void shouldReadBothOfOpenAisForms(
      String task, String logprobs, boolean flag, String top, Integer expected)
      throws TaskException {
    // Given
    Map<String, Object> fields = new HashMap<>(Map.of("prompt", "hi"));
    if (!logprobs.isEmpty()) {
      fields.put("logprobs", flag ? Boolean.valueOf(logprobs) : Long.valueOf(logprobs));
    }
    if (!top.isEmpty()) {
      fields.put("top_logprobs", Long.valueOf(top));
    }

    // When
    ask(task, fields);

    // Then
    assertThat(engine.parameters.topLogprobs().stream().boxed().toList())
        .isEqualTo(expected == null ? List.of() : List.of(expected));
  }

  @Test
  void shouldSayWhatIsWrongWithLogprobs() {
    assertRefused("chat", Map.of("prompt", "x", "logprobs", 3L), "logprobs", "true or false");
    assertRefused("chat", Map.of("prompt", "x", "top_logprobs", 3L), "\"logprobs\": true");
    assertRefused(
        "chat", Map.of("prompt", "x", "logprobs", true, "top_logprobs", 21L), "between 0 and 20");
    assertRefused("complete", Map.of("prompt", "x", "logprobs", 21L), "between 0 and 20");
    assertRefused(
        "chat",
        Map.of("prompt", "x", "logprobs", true, "top_logprobs", 9L, "max_tokens", 1001L),
        "max_tokens",
        "10000");
  }

  @Test
  void shouldWriteLogprobsByOpenAisNames() throws TaskException {
    // Given
    TokenLogprob likelier = new TokenLogprob('é', -0.25, List.of());
    TokenLogprob unlikely = new TokenLogprob('a', Double.NEGATIVE_INFINITY, List.of());
    engine.logprobs = List.of(new TokenLogprob('a', -1.5, List.of(likelier, unlikely)));

    // When
    TaskResult result = ask("chat", Map.of("prompt", "x", "logprobs", true, "top_logprobs", 2L));

    // Then
    assertThat(result.text()).isEqualTo("ok");
    Map<String, Object> first = Map.of("token", "é", "logprob", -0.25, "bytes", List.of(195, 169));
    Map<String, Object> second = Map.of("token", "a", "logprob", -9999.0, "bytes", List.of(97));
    assertThat(result.fields())
        .isEqualTo(
            Map.of(
                "logprobs",
                Map.of(
                    "content",
                    List.of(
                        Map.of(
                            "token",
                            "a",
                            "logprob",
                            -1.5,
                            "bytes",
                            List.of(97),
                            "top_logprobs",
                            Arrays.asList(first, second))))));
  }
}
