package dev.bantam.runtime.route;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.runtime.config.RouteConfig.Work;
import dev.bantam.spi.RequestBody;
import dev.bantam.template.Dialect;
import dev.bantam.template.JinjaTemplate;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes requests of messages. Immutable; any thread. */
final class RequestWriter {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Where one of these is a parameter, the task needs no prompt. */
  private static final Set<String> INSTEAD_OF_A_PROMPT =
      Set.of("input", "messages", "question", "text", "texts");

  private final Variables variables;
  private final Optional<JinjaTemplate> prompt;
  private final Map<String, Object> constants = new LinkedHashMap<>();
  private final Map<String, JinjaTemplate> templates = new LinkedHashMap<>();
  private final boolean promptless;

  RequestWriter(Work work, Variables variables, Clock clock) {
    this.variables = variables;
    this.prompt = work.prompt().map(text -> JinjaTemplate.compile(text, Dialect.PROMPT, clock));
    work.parameters()
        .forEach(
            (name, value) -> {
              if (value instanceof String text && text.contains("{")) {
                templates.put(name, JinjaTemplate.compile(text, Dialect.PROMPT, clock));
              } else {
                constants.put(name, value);
              }
            });
    this.promptless =
        prompt.isEmpty()
            && work.parameters().keySet().stream().anyMatch(INSTEAD_OF_A_PROMPT::contains);
  }

  /**
   * The request's fields. What came over MQTT goes into texts only, which a plugin reads as texts:
   * no part of it becomes a special token of the model.
   *
   * @throws RouteFailure {@code template}
   */
  RequestBody write(Batch batch) throws RouteFailure {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    Map<String, @Nullable Object> values = variables.of(batch);
    if (!promptless) {
      fields.put(
          "prompt",
          prompt.isPresent() ? Variables.render(prompt.get(), values, "prompt") : usual(batch));
    }
    fields.putAll(constants);
    for (Map.Entry<String, JinjaTemplate> entry : templates.entrySet()) {
      fields.put(
          entry.getKey(),
          Variables.render(entry.getValue(), values, "parameters." + entry.getKey()));
    }
    return RequestBody.of(fields);
  }

  /** The payloads, one a line. */
  private static String usual(Batch batch) {
    return batch.messages().stream()
        .map(message -> text(message.payload()))
        .collect(Collectors.joining("\n"));
  }

  private static String text(@Nullable Object payload) {
    if (payload instanceof String text) {
      return text;
    }
    try {
      return JSON.writeValueAsString(payload);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("it was read from JSON", e);
    }
  }
}
