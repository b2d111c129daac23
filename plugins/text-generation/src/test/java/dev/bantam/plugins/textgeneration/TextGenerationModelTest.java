package dev.bantam.plugins.textgeneration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bantam.inference.generation.ContextOverflow;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.Plugin;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.RequestLimits;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskRequest;
import dev.bantam.spi.TaskResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextGenerationModelTest {

  private static final String BRIEFLY = "[system:Answer the question briefly and correctly.]";

  private static final String TEMPLATE =
      "{% for m in messages %}[{{ m.role }}:{{ m.content }}]{% endfor %}{% if add_generation_prompt %}[assistant:{% endif %}";
  private static final String NO_SYSTEM =
      "{% if messages[0].role == 'system' %}{{ raise_exception('no system role') }}{% endif %}"
          + TEMPLATE;

  @TempDir Path folder;
  private final FakeTokenizer tokenizer = new FakeTokenizer();
  private FakeEngine engine = new FakeEngine(Optional.of(TEMPLATE));

  private TextGenerationModel model() throws TaskException {
    return TextGenerationModel.of(
        engine, tokenizer, PromptLibrary.load(Optional.empty()), Settings.of(Map.of()));
  }

  private TaskResult ask(String task, Map<String, ?> fields) throws TaskException {
    return model()
        .handle(new TaskRequest(task, RequestBody.of(fields)), text -> {}, CancellationToken.NONE);
  }

  private void assertRefused(String task, Map<String, ?> fields, String... words) {
    TaskException error = catchThrowableOfType(TaskException.class, () -> ask(task, fields));
    assertThat(error).as("%s %s", task, fields).isNotNull();
    assertThat(error.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(error.text()).contains(words);
  }

  @Test
  void shouldBeFoundByTheServiceLoader() {
    assertThat(ServiceLoader.load(Plugin.class))
        .anySatisfy(
            plugin -> {
              assertThat(plugin.name()).isEqualTo("text-generation");
              assertThat(plugin.tasks())
                  .containsExactlyInAnyOrder(
                      "chat", "complete", "summarize", "translate", "answer");
            });
  }

  @Test
  void shouldReserveMemoryForPromptAndAnswerBeforeItBegins() throws TaskException {
    // Given
    Map<String, ?> fields = Map.of("prompt", "hi", "max_tokens", 30);
    List<Long> reserved = new ArrayList<>();
    TaskException exceeded = new TaskException(ErrorCode.MEMORY_EXCEEDED, "too much");

    // When
    model()
        .handle(
            new TaskRequest("complete", RequestBody.of(fields), RequestLimits.NONE, reserved::add),
            text -> {},
            CancellationToken.NONE);
    int prompt = engine.prompt.length();
    engine.prompt = "";
    TaskRequest refused =
        new TaskRequest(
            "complete",
            RequestBody.of(fields),
            RequestLimits.NONE,
            bytes -> {
              throw exceeded;
            });

    // Then
    assertThat(reserved).containsExactly((prompt + 30L) * FakeEngine.BYTES_PER_TOKEN);
    assertThatExceptionOfType(TaskException.class)
        .isThrownBy(() -> model().handle(refused, text -> {}, CancellationToken.NONE))
        .isSameAs(exceeded);
    assertThat(engine.prompt).isEmpty();
  }

  @Test
  void shouldLeaveSpeculationToTheModelUnlessARequestAsksForIt() throws TaskException {
    // When
    ask("chat", Map.of("prompt", "hi"));
    OptionalInt byItself = engine.parameters.drafts();
    ask("chat", Map.of("prompt", "hi", "speculation", 3));

    // Then
    assertThat(byItself).isEmpty();
    assertThat(engine.parameters.drafts()).hasValue(3);
    assertRefused("chat", Map.of("prompt", "hi", "speculation", 16), "speculation", "15");
  }

  @Test
  void shouldSpeculateAsTheSlotsSettingSays() throws TaskException {
    for (Map.Entry<String, OptionalInt> setting :
        Map.of(
                "false", OptionalInt.of(0),
                "0", OptionalInt.of(0),
                "4", OptionalInt.of(4),
                "true", OptionalInt.of(15),
                "auto", OptionalInt.empty())
            .entrySet()) {
      // When
      Settings settings = Settings.of(Map.of("speculation", setting.getKey()));
      TextGenerationModel.of(engine, tokenizer, PromptLibrary.load(Optional.empty()), settings)
          .handle(
              new TaskRequest("chat", RequestBody.of(Map.of("prompt", "hi"))),
              text -> {},
              CancellationToken.NONE);

      // Then
      assertThat(engine.parameters.drafts()).isEqualTo(setting.getValue());
    }
    for (String wrong : new String[] {"yes", "16", "-1", "2.5", ""}) {
      assertThat(
              catchThrowableOfType(
                  TaskException.class, () -> Settings.of(Map.of("speculation", wrong))))
          .hasMessageContaining("auto, true, false or a whole number from 0 to 15");
    }
  }

  @Test
  void shouldTreatAPromptAsOneUserMessage() throws TaskException {
    // When
    TaskResult result = ask("chat", Map.of("prompt", "hi"));
    // Then
    assertThat(result.text()).isEqualTo("ok");
    assertThat(engine.prompt).isEqualTo(BRIEFLY + "[user:«hi»][assistant:");
  }

  @Test
  void shouldRenderConversationsOfManyTurns() throws TaskException {
    // When
    ask(
        "chat",
        Map.of(
            "messages",
            List.of(
                Map.of("role", "system", "content", "s"),
                Map.of("role", "user", "content", "a"),
                Map.of("role", "assistant", "content", "b"),
                Map.of("role", "user", "content", List.of(Map.of("type", "text", "text", "c"))))));
    // Then
    assertThat(engine.prompt)
        .isEqualTo("[system:«s»][user:«a»][assistant:«b»][user:«c»][assistant:");
  }

  @Test
  void shouldMoveTheSystemMessageWhereAFamilyHasNoSuchRole() throws TaskException {
    // Given
    engine = new FakeEngine(Optional.of(NO_SYSTEM));
    // When
    ask(
        "chat",
        Map.of(
            "messages",
            List.of(
                Map.of("role", "system", "content", "s"), Map.of("role", "user", "content", "a"))));
    // Then
    assertThat(engine.prompt).isEqualTo("[user:«s»\n\n«a»][assistant:");
  }

  @Test
  void shouldFillEachTasksPrompt() throws TaskException {
    ask("complete", Map.of("prompt", "Once"));
    assertThat(engine.prompt).isEqualTo("^«Once»");
    ask("summarize", Map.of("text", "long"));
    assertThat(engine.prompt).startsWith("[user:Summarize").contains("«long»");
    ask("translate", Map.of("prompt", "Hallo"));
    assertThat(engine.prompt).contains("«Hallo»", "to «English»").doesNotContain("from");
    ask("translate", Map.of("text", "x", "target_language", "French", "source_language", "German"));
    assertThat(engine.prompt).contains("from «German» to «French»");
    ask("answer", Map.of("question", "Who?", "context", "Ada."));
    assertThat(engine.prompt).contains("«Ada.»", "Question: «Who?»");
    ask("answer", Map.of("prompt", "Ada did it. Who?"));
    assertThat(engine.prompt).contains("«Ada did it. Who?»").doesNotContain("Context:");
  }

  @Test
  void shouldWriteConversationsPlainlyForModelsWithoutTemplate() throws TaskException {
    // Given
    engine = new FakeEngine(Optional.empty());
    // When
    ask("chat", Map.of("prompt", "hi"));
    // Then
    assertThat(engine.prompt)
        .isEqualTo(
            "^System: Answer the question briefly and correctly.\n\nUser: «hi»\n\nAssistant:");
  }

  @Test
  void shouldReadOpenAisParameters() throws TaskException {
    // When
    ask(
        "chat",
        Map.of(
            "prompt",
            "hi",
            "max_tokens",
            7L,
            "temperature",
            0.5,
            "top_p",
            0.9,
            "seed",
            3L,
            "stop",
            List.of("a", "b"),
            "frequency_penalty",
            0.1,
            "presence_penalty",
            0.2,
            "logit_bias",
            Map.of("5", -100L)));
    // Then
    assertThat(engine.parameters.maxTokens()).isEqualTo(7);
    assertThat(engine.parameters.temperature()).isEqualTo(0.5);
    assertThat(engine.parameters.topP()).isEqualTo(0.9);
    assertThat(engine.parameters.seed()).isEqualTo(3);
    assertThat(engine.parameters.stop()).containsExactly("a", "b");
    assertThat(engine.parameters.frequencyPenalty()).isEqualTo(0.1);
    assertThat(engine.parameters.presencePenalty()).isEqualTo(0.2);
    assertThat(engine.parameters.logitBias()).containsEntry(5, -100.0);
  }

  @Test
  void shouldAnswerGreedilyAndKeepToTheContextByDefault() throws TaskException {
    ask("chat", Map.of("prompt", "hi"));
    assertThat(engine.parameters.temperature()).isZero();
    assertThat(engine.parameters.maxTokens()).isEqualTo(256);
    assertThat(engine.parameters.overflow()).isEqualTo(ContextOverflow.REFUSE);
    assertThat(engine.parameters.topLogprobs()).isEmpty();
  }

  @Test
  void shouldSayWhatIsWrongWithARequest() {
    assertRefused("chat", Map.of(), "prompt", "messages");
    assertRefused("chat", Map.of("prompt", ""), "prompt");
    assertRefused("chat", Map.of("prompt", " \n\t"), "prompt");
    assertRefused("chat", Map.of("prompt", 5L), "prompt", "string");
    assertRefused("chat", Map.of("messages", List.of()), "messages");
    assertRefused("chat", Map.of("messages", "hi"), "messages", "list");
    assertRefused("chat", Map.of("messages", List.of(Map.of("content", "x"))), "role");
    assertRefused(
        "chat",
        Map.of("messages", List.of(Map.of("role", "robot", "content", "x"))),
        "messages[0]",
        "robot",
        "assistant, system, user");
    assertRefused("chat", Map.of("messages", List.of(Map.of("role", "user"))), "content");
    assertRefused(
        "chat", Map.of("messages", List.of(Map.of("role", "user", "content", " "))), "content");
    assertRefused("chat", Map.of("prompt", "x", "messages", List.of()), "not both");
    assertRefused("chat", Map.of("prompt", "x", "max_tokens", -1L), "max_tokens", "between 1");
    assertRefused("chat", Map.of("prompt", "x", "max_tokens", 0L), "max_tokens");
    assertRefused("chat", Map.of("prompt", "x", "temperature", 9.0), "temperature", "between");
    assertRefused("chat", Map.of("prompt", "x", "stop", List.of("")), "stop");
    assertRefused("chat", Map.of("prompt", "x", "logit_bias", Map.of("a", 1L)), "logit_bias");
    assertRefused("complete", Map.of(), "prompt");
    assertRefused("summarize", Map.of(), "text", "prompt");
    assertRefused("translate", Map.of("text", "x", "target_language", ""), "target_language");
    assertRefused("answer", Map.of("question", "x"), "context");
    assertRefused("answer", Map.of("context", "x"), "question");
  }

  @Test
  void shouldNameItsTasksWhereOneIsUnknown() {
    assertThatExceptionOfType(TaskException.class)
        .isThrownBy(() -> ask("sing", Map.of("prompt", "x")))
        .withMessageContaining("answer, chat, complete, summarize, translate");
  }

  @Test
  void shouldReplacePromptsFromAFolder() throws Exception {
    // Given
    Files.writeString(folder.resolve("chat.jinja"), "Be brief.");
    Files.writeString(folder.resolve("summarize.jinja"), "TL;DR {{ text }}");
    TextGenerationModel model =
        TextGenerationModel.of(
            engine, tokenizer, PromptLibrary.load(Optional.of(folder)), Settings.of(Map.of()));
    // When
    model.handle(
        new TaskRequest("summarize", RequestBody.ofText("x")), t -> {}, CancellationToken.NONE);
    // Then
    assertThat(engine.prompt).isEqualTo("[user:TL;DR «x»][assistant:");
    // When
    model.handle(new TaskRequest("chat", RequestBody.ofText("x")), t -> {}, CancellationToken.NONE);
    // Then
    assertThat(engine.prompt).isEqualTo("[system:Be brief.][user:«x»][assistant:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\n{% if %}{{ text }}", "a\n{{ text | nope }}", "a\n{{ text"})
  void shouldNameFileAndLineOfABadPrompt(String content) throws IOException {
    // Given
    Files.writeString(folder.resolve("summarize.jinja"), content);
    // Then
    assertThatExceptionOfType(TaskException.class)
        .isThrownBy(() -> PromptLibrary.load(Optional.of(folder)))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_UNUSABLE))
        .withMessageContaining("summarize.jinja, line 2");
  }

  @Test
  void shouldRefusePromptsThatLoseTheTextAndFilesNobodyReads() throws IOException {
    // Given
    Path file = Files.writeString(folder.resolve("summarize.jinja"), "Summarize {{ txt }}");
    // Then
    assertThatExceptionOfType(TaskException.class)
        .isThrownBy(() -> PromptLibrary.load(Optional.of(folder)))
        .withMessageContainingAll("summarize.jinja", "{{ text }}");
    // Given
    Files.move(file, folder.resolve("sumarize.jinja"));
    // Then
    assertThatExceptionOfType(TaskException.class)
        .isThrownBy(() -> PromptLibrary.load(Optional.of(folder)))
        .withMessageContainingAll("sumarize.jinja", "summarize.jinja");
  }

  @Test
  void shouldRefuseABrokenChatTemplateAndCloseTheModel() {
    // Given
    engine = new FakeEngine(Optional.of("a\n{% if %}"));
    // Then
    assertThatExceptionOfType(TaskException.class)
        .isThrownBy(this::model)
        .withMessageContaining("chat template, line 2");
    assertThat(engine.closed).isEqualTo(1);
  }

  @Test
  void shouldCloseModelAndTokenizerOnce() throws TaskException {
    model().close();
    assertThat(engine.closed).isEqualTo(1);
    assertThat(tokenizer.closed).isEqualTo(1);
  }
}
