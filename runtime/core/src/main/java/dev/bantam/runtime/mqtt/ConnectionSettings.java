package dev.bantam.runtime.mqtt;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What one connection is for.
 *
 * @param receiveMaximum messages that the broker may send before the first is acknowledged
 * @param maxPacketBytes largest packet that is taken; a broker drops what is larger
 * @param subscriptions topic filters, subscribed after each connect
 * @param will published by the broker when the connection is lost
 */
record ConnectionSettings(
    BrokerAddress address,
    String clientId,
    Optional<Credentials> credentials,
    int receiveMaximum,
    int maxPacketBytes,
    Duration keepAlive,
    Duration sessionExpiry,
    List<String> subscriptions,
    Optional<OutboundMessage> will) {

  /** User name and password for the broker. */
  record Credentials(String username, Optional<String> password) {
    @Override
    public String toString() {
      return "Credentials[" + username + "]";
    }
  }
}
