package dev.bantam.runtime.mqtt;

import dev.bantam.runtime.config.MqttSecurity;
import dev.bantam.runtime.config.TextSource;
import java.util.Optional;

/**
 * The user whom the broker knows this device as. Neither name nor password is kept: they are read
 * at each attempt to connect, so that a changed one needs no restart.
 */
record BrokerLogin(TextSource username, Optional<TextSource> password) {

  /** What the configuration says; empty where the broker is to be entered without a name. */
  static Optional<BrokerLogin> of(MqttSecurity security) {
    return security.username().map(name -> new BrokerLogin(name, security.password()));
  }
}
