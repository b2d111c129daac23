package dev.bantam.runtime.mqtt;

import dev.bantam.runtime.config.MqttConfig;
import java.util.List;
import java.util.Optional;

/**
 * The addresses of the brokers in the user's order, and the one that all connections of a device
 * are to be at: requests on one broker and the status on another would mislead. After a lost
 * connection the first is tried first; one that cannot be reached gives way to the next.
 */
final class Brokers {

  private final List<BrokerAddress> all;
  private int current;
  private Optional<BrokerAddress> settled = Optional.empty();

  /**
   * @param all at least one
   */
  Brokers(List<BrokerAddress> all) {
    this.all = List.copyOf(all);
  }

  static Brokers of(MqttConfig config) {
    return new Brokers(config.urls().stream().map(BrokerAddress::of).toList());
  }

  /** Where the next attempt goes. */
  BrokerAddress current() {
    return all.get(current);
  }

  /** A connection is there; the others are to follow it. */
  void connected(BrokerAddress address) {
    settled = Optional.of(address);
    current = Math.max(0, all.indexOf(address));
  }

  /** Whether another connection has found a different broker since. */
  boolean hasMovedFrom(BrokerAddress address) {
    return settled.isPresent() && !settled.get().equals(address);
  }

  /** A connection that was there is gone. */
  void lost(BrokerAddress address) {
    if (address.equals(current())) {
      current = 0;
    }
  }

  /**
   * An attempt to connect has failed.
   *
   * @return whether there is another address to try at once; if not, the first is next
   */
  boolean failed(BrokerAddress address) {
    if (address.equals(current())) {
      current = (current + 1) % all.size();
    }
    return current != 0;
  }

  /**
   * Prefers the broker that another has named, if it is one of the user's own: a name in a packet
   * is no reason to give a stranger the password.
   *
   * @param reference {@code host} or {@code host:port}, perhaps several with spaces between
   * @return whether it is one of them
   */
  boolean prefer(String reference) {
    for (String name : reference.split(" ")) {
      for (int i = 0; i < all.size(); i++) {
        if (name.equals(all.get(i).toString()) || name.equals(all.get(i).host())) {
          current = i;
          return true;
        }
      }
    }
    return false;
  }
}
