package dev.bantam.inference.template;

import dev.bantam.template.JinjaTemplate;
import dev.bantam.template.TemplateException;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model's own template, which turns a conversation into the prompt that the model was trained on.
 * Immutable; safe for many threads.
 */
public final class ChatTemplate {

  private final JinjaTemplate template;
  private final String bosToken;
  private final String eosToken;

  private ChatTemplate(JinjaTemplate template, String bosToken, String eosToken) {
    this.template = template;
    this.bosToken = bosToken;
    this.eosToken = eosToken;
  }

  /**
   * Reads a template.
   *
   * @param jinja the template's source
   * @param bosToken the text of the begin-of-text token, empty if there is none
   * @param eosToken the text of the end-of-text token, empty if there is none
   * @throws TemplateException naming the line, if it cannot be read
   */
  public static ChatTemplate compile(String jinja, String bosToken, String eosToken) {
    return new ChatTemplate(JinjaTemplate.compile(jinja), bosToken, eosToken);
  }

  static ChatTemplate compile(String jinja, String bosToken, String eosToken, Clock clock) {
    return new ChatTemplate(JinjaTemplate.compile(jinja, clock), bosToken, eosToken);
  }

  /**
   * Renders a conversation. Contents are put in as they are: text that a client wrote goes through
   * {@link dev.bantam.inference.tokenizer.Tokenizer#quote} first.
   *
   * @param addGenerationPrompt whether the prompt ends with the opening of the assistant's turn
   * @throws TemplateException naming the line, if the template refuses the conversation (roles that
   *     do not alternate, a system message where the family has none) or goes over its limits
   */
  public String render(List<ChatMessage> messages, boolean addGenerationPrompt) {
    Map<String, Object> variables = new HashMap<>();
    variables.put("messages", messages.stream().map(ChatTemplate::toMap).toList());
    variables.put("add_generation_prompt", addGenerationPrompt);
    variables.put("bos_token", bosToken);
    variables.put("eos_token", eosToken);
    variables.put("tools", null);
    variables.put("documents", null);
    return template.render(variables);
  }

  private static Map<String, Object> toMap(ChatMessage message) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("role", message.role());
    map.put("content", message.content());
    return map;
  }
}
