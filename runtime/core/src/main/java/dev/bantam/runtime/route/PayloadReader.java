package dev.bantam.runtime.route;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.bantam.documents.UntrustedJson;
import dev.bantam.runtime.config.RouteConfig;
import dev.bantam.runtime.config.RouteConfig.Form;
import dev.bantam.runtime.config.TopicPattern;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a route's messages. Immutable; any thread. */
final class PayloadReader {

  private static final double FIRST_MILLISECONDS = 1e11;

  private static final ObjectReader JSON = UntrustedJson.mapper(false).readerFor(Object.class);

  private final RouteConfig config;
  private final Pointer value;
  private final Optional<Pointer> timestamp;
  private final Optional<Pointer> keyInPayload;
  private final boolean valueRequired;

  PayloadReader(RouteConfig config) {
    this.config = config;
    this.value = Pointer.parse(config.payload().value().orElse(""));
    this.timestamp = config.payload().timestamp().map(Pointer::parse);
    this.keyInPayload = config.keys().by().filter(k -> k.startsWith("/")).map(Pointer::parse);
    this.valueRequired =
        config.sifting().deadband().isPresent()
            || config.window().flatMap(RouteConfig.Window::change).isPresent()
            || config.payload().form() == Form.NUMBER;
  }

  /** The named levels of a topic. */
  Map<String, String> levels(String topic) {
    for (TopicPattern pattern : config.from()) {
      if (pattern.matches(topic)) {
        return pattern.levels(topic);
      }
    }
    return Map.of();
  }

  /**
   * Reads a message.
   *
   * @param nowMillis the time of arrival, since 1970
   * @throws RouteFailure {@code invalid_payload}, {@code no_value}, {@code no_key} or {@code
   *     no_timestamp}
   */
  RouteMessage read(String topic, Buffer payload, int hops, long nowMillis, Runnable acknowledge)
      throws RouteFailure {
    Map<String, String> levels = levels(topic);
    Object content = content(payload.getBytes());
    return new RouteMessage(
        topic,
        levels,
        content,
        number(content),
        key(topic, levels, content),
        time(content, nowMillis),
        hops,
        acknowledge);
  }

  private @Nullable Object content(byte[] bytes) throws RouteFailure {
    return switch (config.payload().form()) {
      case JSON -> json(bytes);
      case TEXT -> text(bytes);
      case NUMBER -> parsed(text(bytes));
    };
  }

  private static @Nullable Object json(byte[] bytes) throws RouteFailure {
    try {
      return JSON.readValue(bytes);
    } catch (JsonProcessingException e) {
      throw new RouteFailure("invalid_payload", "the payload is no JSON: " + said(e), e);
    } catch (IOException e) {
      throw new RouteFailure("invalid_payload", "the payload is no JSON: " + e.getMessage(), e);
    }
  }

  private static String said(JsonProcessingException e) {
    String place =
        e.getLocation() == null
            ? ""
            : " (line %d, column %d)"
                .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    return UntrustedJson.words(e) + place;
  }

  private static String text(byte[] bytes) throws RouteFailure {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new RouteFailure("invalid_payload", "the payload is no valid UTF-8", e);
    }
  }

  private static Object parsed(String text) throws RouteFailure {
    try {
      double number = Double.parseDouble(text.strip());
      if (Double.isFinite(number) && text.length() <= UntrustedJson.MAX_NUMBER_LENGTH) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
            ? (Object) (long) number
            : number;
      }
    } catch (NumberFormatException e) {
      throw new RouteFailure("invalid_payload", "the payload is no number", e);
    }
    throw new RouteFailure("invalid_payload", "the payload is no finite number");
  }

  private double number(@Nullable Object content) throws RouteFailure {
    Object found = value.in(content).orElse("");
    if (found instanceof Number number) {
      return number.doubleValue();
    }
    if (valueRequired) {
      throw new RouteFailure(
          "no_value",
          "there is no number at \"%s\" in the payload"
              .formatted(config.payload().value().orElse("")));
    }
    return Double.NaN;
  }

  private String key(String topic, Map<String, String> levels, @Nullable Object content)
      throws RouteFailure {
    if (config.keys().by().isEmpty()) {
      return topic;
    }
    if (keyInPayload.isEmpty()) {
      return levels.getOrDefault(config.keys().by().get(), "");
    }
    Optional<Object> found = keyInPayload.get().in(content);
    if (found.isEmpty() || found.get() instanceof Map || found.get() instanceof Iterable) {
      throw new RouteFailure(
          "no_key",
          "there is no text or number at \"%s\" in the payload"
              .formatted(config.keys().by().get()));
    }
    return found.get().toString();
  }

  private long time(@Nullable Object content, long nowMillis) throws RouteFailure {
    Optional<Object> found = timestamp.flatMap(pointer -> pointer.in(content));
    if (found.isEmpty()) {
      return nowMillis;
    }
    if (found.get() instanceof Number number) {
      double seconds = number.doubleValue();
      return Math.round(Math.abs(seconds) < FIRST_MILLISECONDS ? seconds * 1000 : seconds);
    }
    try {
      return OffsetDateTime.parse(found.get().toString()).toInstant().toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw new RouteFailure(
          "no_timestamp",
          "there is no time at \"%s\" in the payload; seconds or milliseconds since 1970 or ISO 8601 are taken"
              .formatted(config.payload().timestamp().orElse("")),
          e);
    }
  }
}
