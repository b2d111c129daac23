package dev.bantam.runtime.mqtt;

import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * Where and how one request is answered.
 *
 * @param topic the answer's topic, checked
 * @param correlation echoed
 * @param qos the request's
 * @param deadlineNanos {@link System#nanoTime()} after which nothing is sent any more
 */
record ReplyAddress(
    String topic, Optional<Buffer> correlation, int qos, Optional<Long> deadlineNanos) {}
