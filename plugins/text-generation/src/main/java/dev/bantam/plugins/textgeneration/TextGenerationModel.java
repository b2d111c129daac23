package dev.bantam.plugins.textgeneration;

import dev.bantam.format.DecoderConfig;
import dev.bantam.inference.generation.GenerationParameters;
import dev.bantam.inference.generation.GenerationResult;
import dev.bantam.inference.template.ChatMessage;
import dev.bantam.inference.template.ChatTemplate;
import dev.bantam.inference.tokenizer.Tokenizer;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.EventSink;
import dev.bantam.spi.LoadedModel;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.SelfTest;
import dev.bantam.spi.TaskException;
import dev.bantam.spi.TaskRequest;
import dev.bantam.spi.TaskResult;
import dev.bantam.template.TemplateException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** One model with its tokenizer, its chat template and the prompts. */
final class TextGenerationModel implements LoadedModel {

  private final Engine engine;
  private final Tokenizer tokenizer;
  private final Settings settings;
  private final Prompts prompts;
  private final ChatTemplate template;

  /** Whether {@code template} is the model's own. */
  private final boolean isOwnTemplate;

  private TextGenerationModel(
      Engine engine,
      Tokenizer tokenizer,
      Settings settings,
      PromptLibrary.Choice choice,
      ChatTemplate template) {
    this.engine = engine;
    this.tokenizer = tokenizer;
    this.settings = settings;
    this.prompts = choice.prompts();
    this.template = template;
    this.isOwnTemplate = choice.isTemplate();
  }

  /** Takes over {@code engine}, and {@code tokenizer} unless it throws. */
  static TextGenerationModel of(
      Engine engine, Tokenizer tokenizer, PromptLibrary library, Settings settings)
      throws TaskException {
    try {
      PromptLibrary.Choice choice =
          library.choose(settings.promptFormat(), engine.config(), tokenizer);
      return new TextGenerationModel(
          engine, tokenizer, settings, choice, template(choice, engine.config()));
    } catch (TaskException | RuntimeException e) {
      engine.close();
      throw e;
    }
  }

  private static ChatTemplate template(PromptLibrary.Choice choice, DecoderConfig config)
      throws TaskException {
    try {
      ChatTemplate template =
          ChatTemplate.compile(
              choice.isTemplate()
                  ? config.chatTemplate().orElseThrow()
                  : choice.prompts().conversation(),
              config.bosToken().orElse(""),
              config.eosToken().orElse(""));
      template.render(List.of(new ChatMessage("user", "Hello")), true);
      return template;
    } catch (TemplateException e) {
      throw new TaskException(
          ErrorCode.MODEL_UNUSABLE,
          "the model's chat template, line %d: %s".formatted(e.line(), e.reason()),
          e);
    }
  }

  @Override
  public TaskResult handle(TaskRequest request, EventSink sink, CancellationToken cancellation)
      throws TaskException {
    if (!Task.names().contains(request.task())) {
      throw new TaskException(
          ErrorCode.UNKNOWN_TASK,
          "there is no task \"%s\"; there are: %s"
              .formatted(
                  request.task(), String.join(", ", Task.names().stream().sorted().toList())));
    }
    Task task = Task.ofName(request.task());
    int[] prompt = prompt(task, request.body());
    int room = engine.contextLength() - prompt.length;
    GenerationParameters parameters =
        ParametersReader.read(request.body(), settings, room, prompts.stop(task));
    return generate(task, prompt, parameters, sink, cancellation).toTaskResult();
  }

  /**
   * Without a template's turns, an answer begins with the white space that parts it from its
   * prompt.
   */
  private GenerationResult generate(
      Task task,
      int[] prompt,
      GenerationParameters parameters,
      EventSink sink,
      CancellationToken cancellation)
      throws TaskException {
    if (isOwnTemplate || task == Task.COMPLETE) {
      return engine.generate(prompt, parameters, sink, cancellation);
    }
    GenerationResult result =
        engine.generate(prompt, parameters, new FirstSpace(sink), cancellation);
    return new GenerationResult(
        result.text().stripLeading(), result.finishReason(), result.usage(), result.timings());
  }

  private int[] prompt(Task task, RequestBody body) throws TaskException {
    try {
      return switch (task) {
        case CHAT -> chat(ConversationReader.read(body));
        case COMPLETE -> withBos(tokenizer.encodePrompt(filled(task, body)));
        case SUMMARIZE, TRANSLATE, ANSWER ->
            prompts.wrapsTasks()
                ? encode(List.of(new ChatMessage("user", filled(task, body))))
                : withBos(tokenizer.encodePrompt(filled(task, body)));
      };
    } catch (TemplateException e) {
      throw new TaskException(
          ErrorCode.INVALID_REQUEST,
          "the model's chat template refuses the request: " + e.reason(),
          e);
    }
  }

  /** The task's prompt, filled with the client's quoted text. */
  private String filled(Task task, RequestBody body) throws TaskException {
    Map<String, String> quoted = new HashMap<>();
    TaskVariables.read(task, body).forEach((name, text) -> quoted.put(name, tokenizer.quote(text)));
    return prompts.render(task, quoted);
  }

  private int[] chat(List<ChatMessage> conversation) {
    List<ChatMessage> quoted = new ArrayList<>();
    String system = prompts.render(Task.CHAT, Map.of());
    if (!system.isBlank() && !conversation.get(0).role().equals("system")) {
      quoted.add(new ChatMessage("system", system.strip()));
    }
    for (ChatMessage message : conversation) {
      quoted.add(new ChatMessage(message.role(), tokenizer.quote(message.content())));
    }
    return encode(quoted);
  }

  private int[] encode(List<ChatMessage> messages) {
    int[] prompt = tokenizer.encodePrompt(render(messages));
    return isOwnTemplate ? prompt : withBos(prompt);
  }

  /** Families without a system role get the system message in front of the first question. */
  private String render(List<ChatMessage> messages) {
    try {
      return template.render(messages, true);
    } catch (TemplateException e) {
      if (messages.size() > 1
          && messages.get(0).role().equals("system")
          && messages.get(1).role().equals("user")) {
        List<ChatMessage> merged = new ArrayList<>(messages.subList(1, messages.size()));
        merged.set(
            0,
            new ChatMessage(
                "user", messages.get(0).content() + "\n\n" + messages.get(1).content()));
        return template.render(merged, true);
      }
      throw e;
    }
  }

  private int[] withBos(int[] prompt) {
    DecoderConfig config = engine.config();
    if (!config.addBos() || config.bosTokenId().isEmpty()) {
      return prompt;
    }
    return IntStream.concat(IntStream.of(config.bosTokenId().get()), IntStream.of(prompt))
        .toArray();
  }

  @Override
  public SelfTest selfTest() throws TaskException {
    return new SelfTest(OptionalDouble.of(engine.tryOut()));
  }

  @Override
  public void close() {
    engine.close();
    tokenizer.close();
  }
}
