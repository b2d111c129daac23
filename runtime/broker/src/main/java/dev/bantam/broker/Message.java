package dev.bantam.broker;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * An application message as the broker holds it.
 *
 * @param payload never changed after it arrived
 * @param retain the publisher's RETAIN flag
 * @param properties those that are passed on unaltered; without the message expiry interval
 * @param expiry when it is no longer wanted; null for never
 * @param publisher client identifier, for No Local
 */
record Message(
    String topic,
    Buffer payload,
    int qos,
    boolean retain,
    MqttProperties properties,
    @Nullable Expiry expiry,
    String publisher) {

  /** What object headers, queue nodes and small fields cost beside the content, roughly. */
  private static final int OVERHEAD_BYTES = 200;

  /** Memory this message takes, estimated from above. */
  long bytes() {
    return OVERHEAD_BYTES
        + 2L * topic.length()
        + payload.length()
        + 2L * PacketSize.properties(properties);
  }

  boolean isExpired(long nowNanos) {
    return expiry != null && expiry.remainingSeconds(nowNanos) <= 0;
  }

  /**
   * A point in time on the monotonic clock: gateways wake up with the wrong date.
   *
   * @param arrivedNanos when the message came
   * @param seconds how long it is wanted from then on
   */
  record Expiry(long arrivedNanos, long seconds) {

    private static final long NANOS = 1_000_000_000L;

    /** Whole seconds left, rounded up; 0 or less when over. */
    long remainingSeconds(long nowNanos) {
      long waited = nowNanos - arrivedNanos;
      return seconds - Math.floorDiv(waited, NANOS);
    }
  }
}
