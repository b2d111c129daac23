package dev.bantam.runtime.mqtt;

import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.Optional;

/**
 * A message that the device publishes by itself, not as an answer.
 *
 * @param topic without wildcards
 * @param payload UTF-8 text
 * @param qos 0 or 1
 * @param retained whether the broker keeps it for later subscribers
 * @param contentType such as {@code application/json}
 * @param userProperties MQTT 5's, in order
 */
public record Publication(
    String topic,
    Buffer payload,
    int qos,
    boolean retained,
    Optional<String> contentType,
    Map<String, String> userProperties) {

  OutboundMessage message() {
    return new OutboundMessage(
        topic,
        payload,
        qos,
        retained,
        contentType,
        Optional.empty(),
        Optional.empty(),
        userProperties);
  }
}
