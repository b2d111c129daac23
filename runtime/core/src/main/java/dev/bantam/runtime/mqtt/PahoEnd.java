package dev.bantam.runtime.mqtt;

import java.util.function.Supplier;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Frees a Paho client with its threads, whatever it is at. */
final class PahoEnd {

  private static final Logger log = LoggerFactory.getLogger(PahoSession.class);
  private static final long START_MS = 3_000;

  private interface Step {
    void on(MqttAsyncClient paho) throws MqttException;
  }

  private PahoEnd() {}

  /**
   * Frees it. Blocking.
   *
   * @param connecting Paho's connecting thread, if it has begun: it would wait for ever for others
   *     that are stopped as they start
   * @param client asked once that thread has ended
   */
  static void of(
      String clientId, @Nullable Thread connecting, Supplier<@Nullable MqttAsyncClient> client) {
    if (connecting != null) {
      try {
        connecting.join(START_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    MqttAsyncClient paho = client.get();
    if (paho != null) {
      attempt(clientId, paho, one -> one.disconnectForcibly(0, 1, false));
      attempt(clientId, paho, one -> one.close(true));
    }
  }

  private static void attempt(String clientId, MqttAsyncClient paho, Step step) {
    try {
      step.on(paho);
    } catch (MqttException | RuntimeException e) {
      log.debug("{}: {}", clientId, ConnectFailure.plain(e));
    }
  }
}
