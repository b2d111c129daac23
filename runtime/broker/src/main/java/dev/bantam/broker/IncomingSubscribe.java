package dev.bantam.broker;

import dev.bantam.protocol.TopicNames;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttTopicSubscription;
import io.vertx.mqtt.messages.MqttSubscribeMessage;
import io.vertx.mqtt.messages.MqttUnsubscribeMessage;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import io.vertx.mqtt.messages.codes.MqttSubAckReasonCode;
import io.vertx.mqtt.messages.codes.MqttUnsubAckReasonCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SUBSCRIBE and UNSUBSCRIBE packets of one connection. */
final class IncomingSubscribe {

  private final Client client;
  private final MqttEndpoint endpoint;

  IncomingSubscribe(Client client, MqttEndpoint endpoint) {
    this.client = client;
    this.endpoint = endpoint;
  }

  void subscribe(MqttSubscribeMessage packet) {
    String violation = violation(packet);
    if (violation != null) {
      EndpointLink.disconnect(endpoint, MqttDisconnectReasonCode.PROTOCOL_ERROR, violation);
      return;
    }
    int identifier =
        (int)
            PublishProperties.number(
                packet.properties(), MqttProperties.SUBSCRIPTION_IDENTIFIER, 0);
    List<MqttSubAckReasonCode> codes = new ArrayList<>();
    List<Subscription> wantRetained = new ArrayList<>();
    for (MqttTopicSubscription requested : packet.topicSubscriptions()) {
      codes.add(forVersion(subscribe(requested, identifier, wantRetained)));
    }
    endpoint.subscribeAcknowledge(packet.messageId(), codes, MqttProperties.NO_PROPERTIES);
    long now = System.nanoTime();
    wantRetained.forEach(each -> client.router().sendRetained(client.session(), each, now));
  }

  /** MQTT 3.1.1 knows one failure code. */
  private MqttSubAckReasonCode forVersion(MqttSubAckReasonCode code) {
    boolean failure = Byte.toUnsignedInt(code.value()) >= 0x80;
    return failure && !EndpointLink.isV5(endpoint) ? MqttSubAckReasonCode.UNSPECIFIED_ERROR : code;
  }

  private MqttSubAckReasonCode subscribe(
      MqttTopicSubscription requested, int identifier, List<Subscription> wantRetained) {
    MqttSubscriptionOption option = requested.subscriptionOption();
    Session session = client.session();
    Subscription subscription =
        Subscription.parse(
            requested.topicName(),
            option.qos().value(),
            option.isNoLocal(),
            option.isRetainAsPublished(),
            identifier);
    if (subscription == null) {
      return MqttSubAckReasonCode.TOPIC_FILTER_INVALID;
    }
    boolean known = session.subscriptions().containsKey(subscription.requested());
    if (!known && session.subscriptions().size() >= client.options().maxSubscriptionsPerSession()) {
      return MqttSubAckReasonCode.QUOTA_EXCEEDED;
    }
    client.router().subscribe(session, subscription);
    if (!subscription.isShared() && wantsRetained(option, known)) {
      wantRetained.add(subscription);
    }
    return MqttSubAckReasonCode.qosGranted(option.qos());
  }

  /** Retain Handling (MQTT-3.3.1-9 to MQTT-3.3.1-11). */
  private static boolean wantsRetained(MqttSubscriptionOption option, boolean known) {
    return switch (option.retainHandling()) {
      case SEND_AT_SUBSCRIBE -> true;
      case SEND_AT_SUBSCRIBE_IF_NOT_YET_EXISTS -> !known;
      case DONT_SEND_AT_SUBSCRIBE -> false;
    };
  }

  private static @Nullable String violation(MqttSubscribeMessage packet) {
    if (packet.topicSubscriptions().isEmpty()) {
      return "SUBSCRIBE without a topic filter";
    }
    if (PublishProperties.number(packet.properties(), MqttProperties.SUBSCRIPTION_IDENTIFIER, 1)
        == 0) {
      return "a subscription identifier of 0";
    }
    for (MqttTopicSubscription requested : packet.topicSubscriptions()) {
      if (requested.subscriptionOption().isNoLocal()
          && requested.topicName().startsWith(TopicNames.SHARE_PREFIX)) {
        return "No Local on a shared subscription";
      }
    }
    return null;
  }

  void unsubscribe(MqttUnsubscribeMessage packet) {
    if (packet.topics().isEmpty()) {
      EndpointLink.disconnect(
          endpoint, MqttDisconnectReasonCode.PROTOCOL_ERROR, "UNSUBSCRIBE without a topic filter");
      return;
    }
    List<MqttUnsubAckReasonCode> codes = new ArrayList<>();
    for (String filter : packet.topics()) {
      codes.add(
          client.router().unsubscribe(client.session(), filter)
              ? MqttUnsubAckReasonCode.SUCCESS
              : MqttUnsubAckReasonCode.NO_SUBSCRIPTION_EXISTED);
    }
    if (EndpointLink.isV5(endpoint)) {
      endpoint.unsubscribeAcknowledge(packet.messageId(), codes, MqttProperties.NO_PROPERTIES);
    } else {
      endpoint.unsubscribeAcknowledge(packet.messageId());
    }
  }
}
