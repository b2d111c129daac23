package dev.bantam.plugins.textgeneration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskRequest;
import dev.bantam.spi.TaskResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How prompts are written for models without a chat template. */
class PromptFormatsTest {

  private static final String INTRO =
      "Below is an instruction that describes a task. Write a response that appropriately completes the request.\n\n";
  private static final String INTRO_WITH_INPUT =
      "Below is an instruction that describes a task, paired with an input that provides further context. Write a response that appropriately completes the request.\n\n";

  private static final Map<String, ?> TURNS =
      Map.of(
          "messages",
          List.of(
              Map.of("role", "system", "content", "s"),
              Map.of("role", "user", "content", "a"),
              Map.of("role", "assistant", "content", "b"),
              Map.of("role", "user", "content", "c")));

  @TempDir Path folder;
  private final FakeTokenizer tokenizer = new FakeTokenizer();
  private final FakeEngine engine = new FakeEngine(Optional.empty());
  private Optional<Path> overrides = Optional.empty();
  private Map<String, String> settings = Map.of();

  private TaskResult ask(String task, Map<String, ?> fields) throws TaskException {
    return TextGenerationModel.of(
            engine, tokenizer, PromptLibrary.load(overrides), Settings.of(settings))
        .handle(new TaskRequest(task, RequestBody.of(fields)), text -> {}, CancellationToken.NONE);
  }

  private void use(String format) {
    settings = Map.of("prompt_format", format);
  }

  private void assertPrompt(String task, Map<String, ?> fields, String prompt)
      throws TaskException {
    ask(task, fields);
    assertThat(engine.prompt).isEqualTo("^" + prompt);
  }

  @Test
  void shouldWriteDollysInstructions() throws TaskException {
    use("dolly");
    assertPrompt(
        "chat", Map.of("prompt", "hi"), INTRO + "### Instruction:\n«hi»\n\n### Response:\n");
    assertPrompt(
        "chat",
        TURNS,
        INTRO
            + "### Instruction:\n«s»\n\n«a»\n\n### Response:\n«b»\n\n### End\n\n"
            + "### Instruction:\n«c»\n\n### Response:\n");
    assertPrompt(
        "answer",
        Map.of("question", "Who?", "context", "Ada."),
        INTRO + "### Instruction:\n«Who?»\n\nInput:\n«Ada.»\n\n### Response:\n");
    assertThat(engine.parameters.stop()).contains("### End");
    ask("summarize", Map.of("text", "long"));
    assertThat(engine.prompt).endsWith("\n\nInput:\n«long»\n\n### Response:\n");
    ask("translate", Map.of("text", "x", "target_language", "French"));
    assertThat(engine.prompt).contains("to «French».").endsWith("Input:\n«x»\n\n### Response:\n");
  }

  @Test
  void shouldWriteAlpacasInstructions() throws TaskException {
    use("alpaca");
    assertPrompt("chat", Map.of("prompt", "hi"), INTRO + "### Instruction:\n«hi»\n\n### Response:");
    assertPrompt(
        "answer",
        Map.of("question", "Who?", "context", "Ada."),
        INTRO_WITH_INPUT + "### Instruction:\n«Who?»\n\n### Input:\n«Ada.»\n\n### Response:");
    assertPrompt(
        "answer",
        Map.of("prompt", "Ada did. Who?"),
        INTRO + "### Instruction:\n«Ada did. Who?»\n\n### Response:");
    assertThat(engine.parameters.stop()).containsExactly("\n### ");
    ask("summarize", Map.of("text", "long"));
    assertThat(engine.prompt)
        .startsWith("^" + INTRO_WITH_INPUT)
        .endsWith("### Input:\n«long»\n\n### Response:");
  }

  @Test
  void shouldLetPlainModelsGoOnWithAText() throws TaskException {
    use("plain");
    assertPrompt("complete", Map.of("prompt", "Once"), "«Once»");
    assertThat(engine.parameters.stop()).isEmpty();
    assertPrompt("chat", Map.of("prompt", "hi"), "Q: «hi»\nA:");
    assertThat(engine.parameters.stop()).containsExactly("\nQ:");
    assertPrompt("chat", TURNS, "«s»\n\nQ: «a»\nA: «b»\n\nQ: «c»\nA:");
    assertPrompt("summarize", Map.of("text", "long"), "«long»\n\nTL;DR:");
    assertThat(engine.parameters.stop()).containsExactly("\n\n");
    assertPrompt(
        "translate",
        Map.of("text", "x", "target_language", "French", "source_language", "German"),
        "«German»: «x»\n«French»:");
    assertPrompt("translate", Map.of("text", "x"), "Text: «x»\n«English»:");
    assertThat(engine.parameters.stop()).containsExactly("\n");
    assertPrompt(
        "answer", Map.of("question", "Who?", "context", "Ada."), "«Ada.»\n\nQ: «Who?»\nA:");
  }

  @Test
  void shouldPutTheRequestsStopTextsBesideTheFormats() throws TaskException {
    use("plain");
    ask("chat", Map.of("prompt", "hi", "stop", "."));
    assertThat(engine.parameters.stop()).containsExactly(".", "\nQ:");
  }

  @Test
  void shouldGiveAnswersWithoutTheSpaceThatPartsThemFromTheirPrompt() throws TaskException {
    // Given
    use("plain");
    engine.answer = " \n Paris is it.";
    StringBuilder streamed = new StringBuilder();
    // When
    TaskResult result =
        TextGenerationModel.of(
                engine, tokenizer, PromptLibrary.load(overrides), Settings.of(settings))
            .handle(
                new TaskRequest("chat", RequestBody.ofText("x")),
                streamed::append,
                CancellationToken.NONE);
    // Then
    assertThat(result.text()).isEqualTo("Paris is it.");
    assertThat(streamed).hasToString("Paris is it.");
    assertThat(ask("complete", Map.of("prompt", "x")).text()).isEqualTo(" \n Paris is it.");
  }

  @ParameterizedTest
  @CsvSource({"gpt2, Q: «hi»", "gptneox, Q: «hi»", "llama, User: «hi»", "gemma, User: «hi»"})
  void shouldChooseByFamilyWhereNothingSaysMore(String architecture, String text)
      throws TaskException {
    // Given
    engine.architecture = architecture;
    // When
    ask("chat", Map.of("prompt", "hi"));
    // Then
    assertThat(engine.prompt).contains(text);
  }

  @Test
  void shouldKnowDollyByItsVocabulary() throws TaskException {
    // Given
    engine.architecture = "gptneox";
    tokenizer.isDollys = true;
    // When
    ask("chat", Map.of("prompt", "hi"));
    // Then
    assertThat(engine.prompt).contains("### Instruction:\n«hi»");
  }

  @Test
  void shouldPutTheImportsWordOverTheFamilyAndTheSlotsOverBoth() throws TaskException {
    // Given
    engine.architecture = "gpt2";
    engine.promptFormat = Optional.of("alpaca");
    // Then
    ask("chat", Map.of("prompt", "hi"));
    assertThat(engine.prompt).endsWith("### Response:");
    // When
    use("conversation");
    // Then
    ask("chat", Map.of("prompt", "hi"));
    assertThat(engine.prompt).endsWith("User: «hi»\n\nAssistant:");
    assertThat(engine.parameters.stop()).contains("\nUser:");
  }

  @Test
  void shouldTurnOffAModelsOwnTemplateOnDemand() throws TaskException {
    // Given
    FakeEngine withTemplate = new FakeEngine(Optional.of("[{{ messages[0].content }}]"));
    TaskRequest request = new TaskRequest("summarize", RequestBody.ofText("x"));
    // When
    TextGenerationModel.of(
            withTemplate,
            tokenizer,
            PromptLibrary.load(overrides),
            Settings.of(Map.of("prompt_format", "plain")))
        .handle(request, text -> {}, CancellationToken.NONE);
    // Then
    assertThat(withTemplate.prompt).isEqualTo("^«x»\n\nTL;DR:");
    // When
    TextGenerationModel.of(
            withTemplate,
            tokenizer,
            PromptLibrary.load(overrides),
            Settings.of(Map.of("prompt_format", "template")))
        .handle(request, text -> {}, CancellationToken.NONE);
    // Then
    assertThat(withTemplate.prompt).startsWith("[Summarize");
  }

  @Test
  void shouldTakeASitesFormatsAndFiles() throws Exception {
    // Given
    overrides = Optional.of(folder);
    Files.createDirectories(folder.resolve("vicuna"));
    Files.writeString(
        folder.resolve("vicuna/format.properties"), "wrap_tasks = true\nstop.chat = </s>\n");
    Files.writeString(
        folder.resolve("vicuna/conversation.jinja"),
        "{% for m in messages %}{{ m.role | upper }}: {{ m.content }} {% endfor %}ASSISTANT:");
    Files.writeString(folder.resolve("vicuna/chat.jinja"), "");
    Files.createDirectories(folder.resolve("plain"));
    Files.writeString(folder.resolve("plain/summarize.jinja"), "{{ text }}\nIn short:");
    Files.writeString(folder.resolve("answer.jinja"), "{{ context }}? {{ question }}!");
    // Then
    use("vicuna");
    assertPrompt("chat", Map.of("prompt", "hi"), "USER: «hi» ASSISTANT:");
    assertThat(engine.parameters.stop()).containsExactly("</s>");
    use("plain");
    assertPrompt("summarize", Map.of("text", "x"), "«x»\nIn short:");
    assertPrompt("answer", Map.of("question", "q", "context", "c"), "«c»? «q»!");
  }

  @Test
  void shouldNameTheFormatsThatThereAre() {
    // Given
    use("chatml");
    // Then
    assertThatExceptionOfType(TaskException.class)
        .isThrownBy(() -> ask("chat", Map.of("prompt", "hi")))
        .withMessageContainingAll("chatml", "prompt_format", "alpaca, conversation, dolly, plain")
        .withMessageNotContaining("template");
    assertThat(engine.closed).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "wrap_tasks = yes",
        "wrap_tasks = true\nstop.sing = x",
        "wrap_tasks = true\nstop.chat =",
        "wrap_tasks = true\nstops = x",
        "wrap_tasks = true\nstop.chat.x = y",
        "a = \\u00zz"
      })
  void shouldNameTheFileOfABadFormat(String content) throws IOException {
    // Given
    Files.createDirectories(folder.resolve("mine"));
    Files.writeString(folder.resolve("mine/format.properties"), content);
    // Then
    assertThatExceptionOfType(TaskException.class)
        .isThrownBy(() -> PromptLibrary.load(Optional.of(folder)))
        .withMessageContaining("format.properties");
  }

  @Test
  void shouldRefuseAFormatThatSaysNothingOfItself() throws IOException {
    // Given
    Files.createDirectories(folder.resolve("mine"));
    // Then
    assertThatExceptionOfType(TaskException.class)
        .isThrownBy(() -> PromptLibrary.load(Optional.of(folder)))
        .withMessageContainingAll("mine", "format.properties");
  }
}
