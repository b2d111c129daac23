package dev.bantam.plugins.textgeneration;

import dev.bantam.format.DecoderConfig;
import dev.bantam.inference.template.ChatMessage;
import dev.bantam.inference.template.ChatTemplate;
import dev.bantam.inference.tokenizer.Tokenizer;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.RequestBody;
import dev.bantam.spi.TaskException;
import dev.bantam.template.TemplateException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Writes requests as tokens, by the prompts of one model. Immutable. */
final class PromptWriter {

  /** Stands for a client's text. */
  private static final String OTHER_TEXT = "0";

  private final DecoderConfig config;
  private final Tokenizer tokenizer;
  private final Prompts prompts;
  private final ChatTemplate template;

  /** Whether {@code template} is the model's own. */
  private final boolean isOwnTemplate;

  /**
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} if the chat template is no good
   */
  PromptWriter(PromptLibrary.Choice choice, DecoderConfig config, Tokenizer tokenizer)
      throws TaskException {
    this.config = config;
    this.tokenizer = tokenizer;
    this.prompts = choice.prompts();
    this.template = template(choice, config);
    this.isOwnTemplate = choice.isTemplate();
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

  /**
   * Without a template's turns, an answer begins with the white space that parts it from its
   * prompt.
   */
  boolean answersBeginWithSpace(Task task) {
    return !isOwnTemplate && task != Task.COMPLETE;
  }

  /** Texts that end a task's answer. */
  List<String> stop(Task task) {
    return prompts.stop(task);
  }

  /** The whole prompt of a request. */
  int[] write(Task task, RequestBody body) throws TaskException {
    try {
      return task == Task.CHAT
          ? chat(ConversationReader.read(body))
          : filled(task, TaskVariables.read(task, body));
    } catch (TemplateException e) {
      throw new TaskException(
          ErrorCode.INVALID_REQUEST,
          "the model's chat template refuses the request: " + e.reason(),
          e);
    }
  }

  /**
   * How many tokens a request's prompt begins with that are not the client's text: what the
   * vocabulary and the template begin with, a system message, a task's instructions.
   *
   * @param prompt what {@link #write} has made of the same request
   */
  int instructions(Task task, RequestBody body, int[] prompt) throws TaskException {
    int[] other;
    try {
      other =
          task == Task.CHAT
              ? chat(otherConversation(ConversationReader.read(body)))
              : filled(task, TaskVariables.others(task, body, OTHER_TEXT));
    } catch (TemplateException e) {
      return 0; // It takes no other text than the client's.
    }
    int same = Arrays.mismatch(prompt, other);
    return same < 0 ? prompt.length : same;
  }

  private static List<ChatMessage> otherConversation(List<ChatMessage> conversation) {
    ChatMessage other = new ChatMessage("user", OTHER_TEXT);
    ChatMessage first = conversation.get(0);
    return first.role().equals("system") ? List.of(first, other) : List.of(other);
  }

  /** The task's prompt, filled with the client's quoted text. */
  private int[] filled(Task task, Map<String, String> variables) {
    Map<String, String> quoted = new HashMap<>();
    variables.forEach((name, text) -> quoted.put(name, tokenizer.quote(text)));
    String prompt = prompts.render(task, quoted);
    return task != Task.COMPLETE && prompts.wrapsTasks()
        ? encode(List.of(new ChatMessage("user", prompt)))
        : withBos(tokenizer.encodePrompt(prompt));
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
    if (!config.addBos() || config.bosTokenId().isEmpty()) {
      return prompt;
    }
    return IntStream.concat(IntStream.of(config.bosTokenId().get()), IntStream.of(prompt))
        .toArray();
  }
}
