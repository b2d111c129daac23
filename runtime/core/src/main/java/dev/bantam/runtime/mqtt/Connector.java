package dev.bantam.runtime.mqtt;

import dev.bantam.protocol.Topics;
import dev.bantam.runtime.config.MqttConfig;
import io.vertx.core.Context;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What all connections of one device have in common.
 *
 * @param instance this process, in 8 hexadecimal digits by chance
 * @param brokers where they connect to
 * @param conflict whether another client uses their ids
 * @param paces how long they wait between attempts
 */
record Connector(
    Context context,
    MqttConfig config,
    Topics topics,
    String instance,
    Brokers brokers,
    SessionConflict conflict,
    Pace.Set paces) {

  static Connector of(Context context, MqttConfig config, Topics topics, Pace.Set paces) {
    return new Connector(
        context,
        config,
        topics,
        "%08x".formatted(ThreadLocalRandom.current().nextInt()),
        Brokers.of(config),
        new SessionConflict(topics.device(), paces.conflict()),
        paces);
  }

  /**
   * @param role appended to the client id, with its leading hyphen; empty for the control
   *     connection
   */
  ConnectionSettings settings(String role, int receiveMaximum, List<String> subscriptions) {
    return new ConnectionSettings(
        brokers.current(),
        new BrokerTls(context.owner(), config.security()),
        BrokerLogin.of(config.security()),
        "bantam-" + topics.device() + role,
        receiveMaximum,
        config.maxPacketBytes(),
        config.keepAlive(),
        config.sessionExpiry(),
        subscriptions,
        Optional.empty());
  }
}
