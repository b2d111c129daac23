package dev.bantam.simulator.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.protocol.UserProperties;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A message that came to an application.
 *
 * @param key the request that it belongs to
 * @param content what it says
 * @param again whether the broker marks it as sent before
 */
record Reply(String key, Content content, boolean again) {

  /** What a reply says. */
  sealed interface Content {

    /**
     * A piece of text.
     *
     * @param index its number, where MQTT 5 carries it
     * @param text the piece itself
     */
    record Piece(OptionalInt index, String text) implements Content {}

    /**
     * The whole answer.
     *
     * @param body its JSON
     */
    record Answer(JsonNode body) implements Content {}

    /**
     * No answer.
     *
     * @param code as {@code unknown_task}
     * @param body its JSON
     */
    record Failure(String code, JsonNode body) implements Content {}
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads a message.
   *
   * @return empty if it does not say to which request it belongs
   */
  static Optional<Reply> of(MqttPublishMessage message) {
    JsonNode payload;
    try {
      payload = JSON.readTree(message.payload().getBytes());
    } catch (IOException e) {
      payload = JSON.nullNode();
    }
    Optional<String> key = correlation(message.properties());
    if (key.isEmpty() && payload.hasNonNull("id")) {
      key = Optional.of(payload.get("id").asText());
    }
    Content content = content(payload, message.properties());
    return key.map(name -> new Reply(name, content, message.isDup()));
  }

  private static Content content(JsonNode payload, MqttProperties properties) {
    if (payload.has("error")) {
      return new Content.Failure(payload.at("/error/code").asText("unknown"), payload);
    }
    return payload.has("delta")
        ? new Content.Piece(streamIndex(properties), payload.get("delta").asText())
        : new Content.Answer(payload);
  }

  private static Optional<String> correlation(MqttProperties properties) {
    MqttProperties.MqttProperty<?> property =
        properties.getProperty(MqttPropertyType.CORRELATION_DATA.value());
    return property != null && property.value() instanceof byte[] bytes
        ? Optional.of(new String(bytes, StandardCharsets.UTF_8))
        : Optional.empty();
  }

  private static OptionalInt streamIndex(MqttProperties properties) {
    for (MqttProperties.MqttProperty<?> property :
        properties.getProperties(MqttPropertyType.USER_PROPERTY.value())) {
      if (property.value() instanceof MqttProperties.StringPair pair
          && pair.key.equals(UserProperties.STREAM_INDEX)
          && pair.value.matches("[0-9]{1,9}")) {
        return OptionalInt.of(Integer.parseInt(pair.value));
      }
    }
    return OptionalInt.empty();
  }
}
