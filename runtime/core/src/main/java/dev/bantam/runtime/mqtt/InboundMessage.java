package dev.bantam.runtime.mqtt;

import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.Optional;

/**
 * A PUBLISH that arrived, copied out of Paho.
 *
 * @param qos 0 or 1
 * @param retained whether it is a retained message, or was published as one
 * @param redelivered whether the broker sent it before
 * @param correlation the Correlation Data
 * @param expirySeconds the Message Expiry Interval that was left when the broker sent it
 * @param arrivedNanos {@link System#nanoTime()} at arrival
 */
public record InboundMessage(
    String topic,
    Buffer payload,
    int qos,
    boolean retained,
    boolean redelivered,
    Optional<String> responseTopic,
    Optional<Buffer> correlation,
    Optional<String> contentType,
    Optional<Long> expirySeconds,
    Map<String, String> userProperties,
    long arrivedNanos) {

  /** Most bytes of correlation data that a request may carry. */
  static final int MAX_CORRELATION_BYTES = 256;
}
