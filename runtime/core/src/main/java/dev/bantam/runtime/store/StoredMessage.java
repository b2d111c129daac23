package dev.bantam.runtime.store;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * A message to publish, as it is kept.
 *
 * @param qos 0 or 1
 * @param userProperties in order
 */
public record StoredMessage(
    String topic,
    Buffer payload,
    int qos,
    boolean retained,
    Optional<String> contentType,
    Optional<Buffer> correlation,
    Map<String, String> userProperties) {

  private static final int ROW_BYTES = 200;

  /** About what it takes in memory and on the disk. */
  public long bytes() {
    long bytes = ROW_BYTES + topic.length() + payload.length();
    for (Map.Entry<String, String> property : userProperties.entrySet()) {
      bytes += property.getKey().length() + utf8(property.getValue());
    }
    return bytes;
  }

  private static int utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
