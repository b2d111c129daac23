package dev.bantam.runtime.mqtt;

import dev.bantam.protocol.Topics;
import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.runtime.event.Events;
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
 * @param events what happens to connections is told here
 * @param secrets whether the files by which they enter the broker have changed
 * @param paces how long they wait between attempts
 */
record Connector(
    Context context,
    MqttConfig config,
    Topics topics,
    String instance,
    Brokers brokers,
    SessionConflict conflict,
    Events events,
    SecretWatch secrets,
    Pace.Set paces) {

  static Connector of(Context context, GatewaySetup setup, Pace.Set paces) {
    Events events = setup.events();
    return new Connector(
        context,
        setup.config(),
        setup.topics(),
        "%08x".formatted(ThreadLocalRandom.current().nextInt()),
        Brokers.of(setup.config()),
        new SessionConflict(setup.topics().device(), paces.conflict(), events),
        events,
        new SecretWatch(context, setup.config().security(), events),
        paces);
  }

  /**
   * @param role appended to the client id, with its leading hyphen; empty for the control
   *     connection
   */
  ConnectionSettings settings(String role, int receiveMaximum, List<String> subscriptions) {
    return settings(role, receiveMaximum, subscriptions, List.of());
  }

  /**
   * @param retained of the subscriptions, those whose retained messages are asked for
   */
  ConnectionSettings settings(
      String role, int receiveMaximum, List<String> subscriptions, List<String> retained) {
    return new ConnectionSettings(
        brokers.current(),
        new BrokerTls(context.owner(), config.security()),
        BrokerLogin.of(config.security()),
        "bantam-" + topics.device() + role,
        receiveMaximum,
        config.maxPacketBytes().orElse(MqttConfig.DEFAULT_MAX_PACKET_BYTES),
        config.keepAlive(),
        config.sessionExpiry(),
        subscriptions,
        retained,
        Optional.empty());
  }
}
