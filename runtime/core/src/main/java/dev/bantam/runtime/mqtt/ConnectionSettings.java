package dev.bantam.runtime.mqtt;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What one connection is for.
 *
 * @param address of the broker that is tried first
 * @param tls how to encrypt, where the address asks for it
 * @param login empty where the broker asks for none
 * @param receiveMaximum messages that the broker may send before the first is acknowledged
 * @param maxPacketBytes largest packet that is taken; a broker drops what is larger
 * @param subscriptions topic filters, subscribed after each connect, until they change
 * @param retained of these, those whose retained messages are asked for at each connect
 * @param will published by the broker when the connection is lost
 */
record ConnectionSettings(
    BrokerAddress address,
    BrokerTls tls,
    Optional<BrokerLogin> login,
    String clientId,
    int receiveMaximum,
    int maxPacketBytes,
    Duration keepAlive,
    Duration sessionExpiry,
    List<String> subscriptions,
    List<String> retained,
    Optional<OutboundMessage> will) {

  /** The same for a connection that may be sent so many messages at once. */
  ConnectionSettings receiving(int maximum) {
    return new ConnectionSettings(
        address,
        tls,
        login,
        clientId,
        maximum,
        maxPacketBytes,
        keepAlive,
        sessionExpiry,
        subscriptions,
        retained,
        will);
  }

  /** The same for another attempt. */
  ConnectionSettings at(BrokerAddress other, Optional<OutboundMessage> otherWill) {
    return new ConnectionSettings(
        other,
        tls,
        login,
        clientId,
        receiveMaximum,
        maxPacketBytes,
        keepAlive,
        sessionExpiry,
        subscriptions,
        retained,
        otherWill);
  }
}
