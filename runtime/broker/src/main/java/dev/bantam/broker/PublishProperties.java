package dev.bantam.broker;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the properties of packets and builds those of a PUBLISH. */
final class PublishProperties {

  /** MQTT 5, 3.3.2.3: what a server passes on unaltered. */
  private static final List<Integer> PASSED_ON =
      List.of(
          MqttProperties.PAYLOAD_FORMAT_INDICATOR,
          MqttProperties.CONTENT_TYPE,
          MqttProperties.RESPONSE_TOPIC,
          MqttProperties.CORRELATION_DATA);

  private PublishProperties() {}

  static @Nullable Long number(@Nullable MqttProperties properties, int id) {
    MqttProperty<?> property = properties == null ? null : properties.getProperty(id);
    return property == null ? null : Integer.toUnsignedLong((Integer) property.value());
  }

  static long number(@Nullable MqttProperties properties, int id, long ifAbsent) {
    Long value = number(properties, id);
    return value == null ? ifAbsent : value;
  }

  static @Nullable String text(@Nullable MqttProperties properties, int id) {
    MqttProperty<?> property = properties == null ? null : properties.getProperty(id);
    return property == null ? null : (String) property.value();
  }

  static boolean has(@Nullable MqttProperties properties, int id) {
    return properties != null && properties.getProperty(id) != null;
  }

  static MqttProperties passedOn(@Nullable MqttProperties received) {
    if (received == null || received.isEmpty()) {
      return MqttProperties.NO_PROPERTIES;
    }
    MqttProperties kept = new MqttProperties();
    for (int id : PASSED_ON) {
      MqttProperty<?> property = received.getProperty(id);
      if (property != null) {
        kept.add(property);
      }
    }
    addUserProperties(received, kept);
    return kept;
  }

  private static void addUserProperties(MqttProperties from, MqttProperties to) {
    MqttProperty<?> users = from.getProperty(MqttProperties.USER_PROPERTY);
    if (users != null) {
      to.add(users);
    }
  }

  /** What goes out: what came in, the time left and the subscriptions' identifiers. */
  static MqttProperties outgoing(Delivery delivery, long nowNanos) {
    Message message = delivery.message();
    Message.Expiry expiry = message.expiry();
    if (expiry == null && delivery.subscriptionIds().isEmpty()) {
      return message.properties();
    }
    MqttProperties properties = new MqttProperties();
    Collection<? extends MqttProperty<?>> kept = all(message.properties());
    kept.forEach(properties::add);
    if (expiry != null) {
      int left = (int) Math.max(1, expiry.remainingSeconds(nowNanos));
      properties.add(new IntegerProperty(MqttProperties.PUBLICATION_EXPIRY_INTERVAL, left));
    }
    for (int id : delivery.subscriptionIds()) {
      properties.add(new IntegerProperty(MqttProperties.SUBSCRIPTION_IDENTIFIER, id));
    }
    return properties;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // Netty declares the element type raw
  private static Collection<? extends MqttProperty<?>> all(MqttProperties properties) {
    return (Collection) properties.listAll();
  }
}
