package dev.bantam.runtime.mqtt;

import dev.bantam.protocol.Topics;
import dev.bantam.runtime.config.MqttConfig;
import io.vertx.core.Context;
import java.util.List;
import java.util.Optional;

/** What all connections of one device have in common. */
record Connector(Context context, MqttConfig config, Topics topics) {

  /**
   * @param role appended to the client id, with its leading hyphen; empty for the control
   *     connection
   */
  ConnectionSettings settings(
      String role, int receiveMaximum, List<String> subscriptions, Optional<OutboundMessage> will) {
    return new ConnectionSettings(
        BrokerAddress.of(config.url()),
        new BrokerTrust(config.caFile()),
        BrokerLogin.of(config),
        "bantam-" + topics.device() + role,
        receiveMaximum,
        config.maxPacketBytes(),
        config.keepAlive(),
        config.sessionExpiry(),
        subscriptions,
        will);
  }
}
