package dev.bantam.runtime.mqtt;

import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Paho reports of a connection, on Paho's threads: copied and handed on. Of messages at QoS 0
 * only so many wait; for those at QoS 1 the broker keeps to the Receive Maximum.
 */
final class PahoInbox implements MqttCallback {

  /** Takes what has arrived; called by Paho's threads. */
  interface Receiver {

    /**
     * @param packetId 0 at QoS 0
     * @param handled to be run once the message has been taken up
     */
    void arrived(InboundMessage message, int packetId, Runnable handled);

    /** Paho has lost the connection. */
    void failed(Throwable cause);

    /** The broker ends the connection, for a reason in words. */
    void ended(String reason);
  }

  private static final Logger log = LoggerFactory.getLogger(PahoInbox.class);
  private static final int MAX_UNREAD_AT_QOS_0 = 1_000;

  /** MQTT 5 section 3.14.2.1. */
  private static final int SESSION_TAKEN_OVER = 0x8E;

  private final String clientId;
  private final Receiver receiver;
  private final AtomicInteger unread = new AtomicInteger();

  PahoInbox(String clientId, Receiver receiver) {
    this.clientId = clientId;
    this.receiver = receiver;
  }

  @Override
  public void messageArrived(String topic, MqttMessage message) {
    boolean acknowledged = message.getQos() > 0;
    if (!acknowledged && unread.get() >= MAX_UNREAD_AT_QOS_0) {
      return;
    }
    unread.incrementAndGet();
    receiver.arrived(
        PahoMessages.fromPaho(topic, message),
        acknowledged ? message.getId() : 0,
        unread::decrementAndGet);
  }

  @Override
  public void disconnected(MqttDisconnectResponse response) {
    MqttException cause = response.getException();
    if (cause != null) {
      receiver.failed(cause);
      return;
    }
    int code = response.getReturnCode();
    String why =
        code == SESSION_TAKEN_OVER
            ? ", another client connected as \"%s\"; is a second runtime using this device name?"
                .formatted(clientId)
            : "";
    receiver.ended("the broker disconnects: reason code 0x%02x%s".formatted(code, why));
  }

  @Override
  public void mqttErrorOccurred(MqttException exception) {
    log.debug("{}: {}", clientId, ConnectFailure.plain(exception));
  }

  @Override
  public void deliveryComplete(@Nullable IMqttToken token) {}

  @Override
  public void connectComplete(boolean reconnect, @Nullable String serverUri) {}

  @Override
  public void authPacketArrived(int reasonCode, @Nullable MqttProperties properties) {}
}
