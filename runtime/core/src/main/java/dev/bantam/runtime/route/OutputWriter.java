package dev.bantam.runtime.route;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.documents.JsonSchema;
import dev.bantam.documents.UntrustedJson;
import dev.bantam.runtime.config.OutputTopics;
import dev.bantam.runtime.config.RouteConfig;
import dev.bantam.runtime.config.TopicTemplate;
import dev.bantam.runtime.dispatch.Answer;
import dev.bantam.runtime.mqtt.Publication;
import dev.bantam.spi.TaskResult;
import dev.bantam.template.Dialect;
import dev.bantam.template.JinjaTemplate;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.time.Instant;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes publications of messages and answers. Immutable; any thread. */
final class OutputWriter {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Optional<String> JSON_TYPE = Optional.of("application/json");
  private static final Optional<String> TEXT_TYPE = Optional.of("text/plain; charset=utf-8");

  private final RouteConfig config;
  private final Variables variables;
  private final OutputTopics allowed;
  private final Optional<JinjaTemplate> template;
  private final Optional<JsonSchema> schema;

  OutputWriter(RouteConfig config, Variables variables, OutputTopics allowed, Clock clock) {
    this.config = config;
    this.variables = variables;
    this.allowed = allowed;
    this.template =
        config
            .output()
            .template()
            .map(text -> JinjaTemplate.compile(text, Dialect.MEASURED, clock));
    this.schema = config.work().flatMap(RouteConfig.Work::answerSchema).map(JsonSchema::of);
  }

  /**
   * The result of messages.
   *
   * @param answer what the model said; empty where none was asked
   * @throws RouteFailure {@code answer_schema}, {@code template} or {@code topic}
   */
  Publication write(Batch batch, Optional<Answer> answer) throws RouteFailure {
    Map<String, @Nullable Object> result =
        answer.isPresent() ? answered(answer.get()) : unasked(batch);
    String topic = topic(config.output().topic(), batch.last());
    if (template.isPresent()) {
      String text = rendered(template.get(), batch, answer, result);
      boolean json = text.startsWith("{") || text.startsWith("[");
      return publication(topic, Buffer.buffer(text), json ? JSON_TYPE : TEXT_TYPE, batch);
    }
    result.put("source_ts", Instant.ofEpochMilli(batch.last().sourceMillis()).toString());
    result.put("route", config.name());
    return publication(topic, json(result), JSON_TYPE, batch);
  }

  private String rendered(
      JinjaTemplate output,
      Batch batch,
      Optional<Answer> answer,
      Map<String, @Nullable Object> result)
      throws RouteFailure {
    Map<String, @Nullable Object> values = variables.of(batch);
    if (answer.isPresent()) {
      values.put("answer", Variables.plain(JSON.convertValue(result, Object.class)));
      values.put("text", answer.get().result().text());
      values.put("label", result.get("label"));
      values.put("model", answer.get().model().toString());
      values.put("slot", answer.get().slot());
    }
    return Variables.render(output, values, "output");
  }

  private Publication publication(
      String topic, Buffer payload, Optional<String> contentType, Batch batch) {
    RouteConfig.Output output = config.output();
    return new Publication(
        topic, payload, output.qos(), output.retained(), contentType, Hops.after(batch));
  }

  /** {@code {"label" or "text", ..., "model", "slot"}}. */
  private Map<String, @Nullable Object> answered(Answer answer) throws RouteFailure {
    TaskResult result = answer.result();
    Map<String, @Nullable Object> fields = new LinkedHashMap<>(result.fields());
    if (schema.isPresent()) {
      Object checked = result.answersByText() ? parsed(result.text()) : fields;
      List<String> problems = schema.get().problems(checked);
      if (!problems.isEmpty()) {
        throw new RouteFailure(
            "answer_schema", "the answer does not keep its schema: " + String.join("; ", problems));
      }
      if (result.answersByText()) {
        fields.put("answer", checked);
      }
    }
    if (fields.containsKey("label")) {
      fields.remove("data"); // says the same at length
    } else if (schema.isEmpty() && result.answersByText()) {
      fields.put("text", result.text());
    }
    fields.put("model", answer.model().toString());
    fields.put("slot", answer.slot());
    return fields;
  }

  private static @Nullable Object parsed(String text) throws RouteFailure {
    try {
      return JSON.readValue(text.strip(), Object.class);
    } catch (JsonProcessingException e) {
      throw new RouteFailure(
          "answer_schema", "the answer is no JSON: " + UntrustedJson.words(e), e);
    }
  }

  /** {@code {"payload"}} of one message; figures of a window. */
  private Map<String, @Nullable Object> unasked(Batch batch) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    if (config.window().isEmpty()) {
      fields.put("payload", batch.last().payload());
      return fields;
    }
    fields.put("count", batch.size());
    List<Double> values = Variables.values(batch);
    if (values.isEmpty()) {
      fields.put("payloads", batch.messages().stream().map(RouteMessage::payload).toList());
      return fields;
    }
    DoubleSummaryStatistics figures =
        values.stream().mapToDouble(Double::doubleValue).summaryStatistics();
    fields.put("first", values.get(0));
    fields.put("last", values.get(values.size() - 1));
    fields.put("min", figures.getMin());
    fields.put("max", figures.getMax());
    fields.put("mean", figures.getAverage());
    return fields;
  }

  private String topic(TopicTemplate wanted, RouteMessage message) throws RouteFailure {
    try {
      String topic = wanted.fill(place -> place(place, message));
      if (!allowed.allows(topic)) {
        throw new RouteFailure(
            "topic", "routes may not publish to \"%s\" (mqtt.route_topics)".formatted(topic));
      }
      return topic;
    } catch (IllegalArgumentException e) {
      throw new RouteFailure("topic", String.valueOf(e.getMessage()), e);
    }
  }

  private Optional<String> place(String place, RouteMessage message) {
    if (place.startsWith("/")) {
      return Pointer.parse(place)
          .in(message.payload())
          .filter(value -> !(value instanceof Map || value instanceof Iterable))
          .map(Object::toString);
    }
    return switch (place) {
      case "device" -> Optional.of(variables.device());
      case "route" -> Optional.of(config.name());
      case "key" -> Optional.of(message.key());
      default -> Optional.ofNullable(message.levels().get(place));
    };
  }

  /**
   * What is said of messages that cannot go on; empty where nobody wants to know.
   *
   * @param payload the last message's, as it came
   */
  Optional<Publication> error(RouteFailure failure, RouteMessage last, String payload) {
    if (config.output().errors().isEmpty() || last.hops() >= Hops.MOST) {
      return Optional.empty();
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("error", Map.of("code", failure.code(), "message", failure.text()));
    fields.put("route", config.name());
    fields.put("topic", last.topic());
    fields.put("source_ts", Instant.ofEpochMilli(last.sourceMillis()).toString());
    fields.put("payload", payload);
    try {
      return Optional.of(
          new Publication(
              topic(config.output().errors().get(), last),
              json(fields),
              config.output().qos(),
              false,
              JSON_TYPE,
              Hops.after(new Batch(List.of(last)))));
    } catch (RouteFailure unnameable) {
      return Optional.empty();
    }
  }

  /** A payload as it came, but for white space. */
  static Buffer value(@Nullable Object payload) {
    try {
      return Buffer.buffer(JSON.writeValueAsBytes(payload));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("it was read from JSON", e);
    }
  }

  static Buffer json(Map<String, ? extends @Nullable Object> fields) {
    try {
      return Buffer.buffer(JSON.writeValueAsBytes(fields));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not to be written as JSON: " + fields.keySet(), e);
    }
  }
}
