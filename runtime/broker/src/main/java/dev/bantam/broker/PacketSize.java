package dev.bantam.broker;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringPair;
import java.util.List;

/** Encoded sizes in bytes (MQTT 5, 1.5 and 2.1), to respect a client's Maximum Packet Size. */
final class PacketSize {

  private PacketSize() {}

  /** A whole PUBLISH packet. */
  static long publish(
      String topic, int payloadBytes, int qos, MqttProperties properties, boolean v5) {
    long remaining = 2L + ByteBufUtil.utf8Bytes(topic) + (qos > 0 ? 2 : 0) + payloadBytes;
    if (v5) {
      int propertyBytes = properties(properties);
      remaining += variableInteger(propertyBytes) + propertyBytes;
    }
    return 1 + variableInteger(remaining) + remaining;
  }

  static int properties(MqttProperties properties) {
    int bytes = 0;
    for (MqttProperty<?> property : properties.listAll()) {
      bytes += property(property);
    }
    return bytes;
  }

  private static int property(MqttProperty<?> property) {
    Object value = property.value();
    if (value instanceof String text) {
      return 3 + ByteBufUtil.utf8Bytes(text);
    }
    if (value instanceof byte[] data) {
      return 3 + data.length;
    }
    if (value instanceof List<?> pairs) {
      return pairs.stream().mapToInt(pair -> userProperty((StringPair) pair)).sum();
    }
    int number = (Integer) value;
    return switch (property.propertyId()) {
      case MqttProperties.PAYLOAD_FORMAT_INDICATOR -> 2;
      case MqttProperties.SUBSCRIPTION_IDENTIFIER -> 1 + variableInteger(number);
      default -> 5;
    };
  }

  private static int userProperty(StringPair pair) {
    return 5 + ByteBufUtil.utf8Bytes(pair.key) + ByteBufUtil.utf8Bytes(pair.value);
  }

  private static int variableInteger(long value) {
    if (value < 128) {
      return 1;
    }
    return value < 16_384 ? 2 : value < 2_097_152 ? 3 : 4;
  }
}
