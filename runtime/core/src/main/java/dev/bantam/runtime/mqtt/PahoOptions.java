package dev.bantam.runtime.mqtt;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;

/** What Paho's CONNECT says. */
final class PahoOptions {

  private static final int CONNECT_SECONDS = 10;

  private PahoOptions() {}

  /**
   * Options for one attempt. Reads user and password; blocking.
   *
   * @param sockets makes the socket, not yet connected
   * @throws IOException if the password cannot be read
   */
  static MqttConnectionOptions of(ConnectionSettings settings, Supplier<Socket> sockets)
      throws IOException {
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setSocketFactory(new PahoSockets(sockets));
    options.setCleanStart(false);
    options.setAutomaticReconnect(false);
    options.setSessionExpiryInterval(settings.sessionExpiry().toSeconds());
    options.setKeepAliveInterval((int) settings.keepAlive().toSeconds());
    options.setConnectionTimeout(CONNECT_SECONDS);
    options.setReceiveMaximum(settings.receiveMaximum());
    options.setMaximumPacketSize((long) settings.maxPacketBytes());
    if (settings.login().isPresent()) {
      BrokerLogin login = settings.login().get();
      options.setUserName(login.username().read());
      if (login.password().isPresent()) {
        options.setPassword(login.password().get().read().getBytes(StandardCharsets.UTF_8));
      }
    }
    settings.will().ifPresent(will -> options.setWill(will.topic(), PahoMessages.toPaho(will)));
    return options;
  }
}
