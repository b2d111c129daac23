package dev.bantam.runtime.mqtt;

import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/** Messages and subscriptions between Bantam's records and Paho's classes. */
final class PahoMessages {

  private static final int NO_RETAINED_MESSAGES = 2;

  private PahoMessages() {}

  /** Expiry is what is left of the deadline now, in whole seconds, at least 1. */
  static MqttMessage toPaho(OutboundMessage out) {
    MqttProperties properties = new MqttProperties();
    properties.setPayloadFormat(true);
    out.contentType().ifPresent(properties::setContentType);
    out.correlation().ifPresent(c -> properties.setCorrelationData(c.getBytes()));
    out.deadlineNanos()
        .ifPresent(d -> properties.setMessageExpiryInterval(secondsLeft(d - System.nanoTime())));
    properties.setUserProperties(
        out.userProperties().entrySet().stream()
            .map(e -> new UserProperty(e.getKey(), e.getValue()))
            .toList());
    MqttMessage message = new MqttMessage(out.payload().getBytes());
    message.setQos(out.qos());
    message.setRetained(out.retained());
    message.setProperties(properties);
    return message;
  }

  private static long secondsLeft(long nanos) {
    return Math.max(1, (nanos + 999_999_999L) / 1_000_000_000L);
  }

  /** A copy; Paho's message may be reused. */
  static InboundMessage fromPaho(String topic, MqttMessage message) {
    MqttProperties properties = message.getProperties();
    Map<String, String> user = new LinkedHashMap<>();
    properties.getUserProperties().forEach(p -> user.putIfAbsent(p.getKey(), p.getValue()));
    return new InboundMessage(
        topic,
        Buffer.buffer(message.getPayload()),
        message.getQos(),
        message.isRetained(),
        user.containsKey(PublishFrame.REDELIVERED),
        Optional.ofNullable(properties.getResponseTopic()),
        Optional.ofNullable(properties.getCorrelationData()).map(Buffer::buffer),
        Optional.ofNullable(properties.getContentType()),
        Optional.ofNullable(properties.getMessageExpiryInterval()),
        user,
        System.nanoTime());
  }

  /**
   * At QoS 1.
   *
   * @param retained whether the messages that were retained before are wanted
   */
  static MqttSubscription subscription(String filter, boolean retained) {
    MqttSubscription subscription = new MqttSubscription(filter, 1);
    subscription.setRetainAsPublished(true);
    subscription.setRetainHandling(retained ? 0 : NO_RETAINED_MESSAGES);
    return subscription;
  }
}
