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

    /** A message at QoS 0 is lost, for too many are waiting. */
    void overflowed(String topic);

    /** Paho has lost the connection, or the broker has ended it. */
    void failed(@Nullable Throwable cause);
  }

  private static final Logger log = LoggerFactory.getLogger(PahoInbox.class);
  private static final int MAX_UNREAD_AT_QOS_0 = 1_000;

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
      receiver.overflowed(topic);
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
    receiver.failed(response.getException());
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
