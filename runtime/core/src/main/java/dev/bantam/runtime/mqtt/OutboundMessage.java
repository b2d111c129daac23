package dev.bantam.runtime.mqtt;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * A message to publish. Its payload is UTF-8 text.
 *
 * @param qos 0 or 1
 * @param deadlineNanos {@link System#nanoTime()} after which it is worth nothing: it is dropped
 *     then, and the seconds left until then travel as its Message Expiry Interval
 * @param userProperties in order
 */
record OutboundMessage(
    String topic,
    Buffer payload,
    int qos,
    boolean retained,
    Optional<String> contentType,
    Optional<Buffer> correlation,
    Optional<Long> deadlineNanos,
    Map<String, String> userProperties) {

  /** A retained QoS 1 message with a JSON payload. */
  static OutboundMessage retainedJson(String topic, Buffer json) {
    return new OutboundMessage(
        topic,
        json,
        1,
        true,
        Optional.of("application/json"),
        Optional.empty(),
        Optional.empty(),
        Map.of());
  }

  boolean expired(long nowNanos) {
    return deadlineNanos.isPresent() && deadlineNanos.get() - nowNanos <= 0;
  }

  /** An upper bound of the packet's size in bytes. */
  long packetBytes() {
    long size = 64L + utf8(topic) + payload.length();
    size += contentType.map(OutboundMessage::utf8).orElse(0);
    size += correlation.map(Buffer::length).orElse(0);
    for (Map.Entry<String, String> property : userProperties.entrySet()) {
      size += 5 + utf8(property.getKey()) + utf8(property.getValue());
    }
    return size;
  }

  private static int utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
