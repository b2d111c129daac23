package dev.bantam.broker;

import java.nio.charset.StandardCharsets;
import java.util.Queue;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/** Notes what a Paho client receives. */
record PahoRecorder(Queue<String> got) implements MqttCallback {

  @Override
  public void messageArrived(String topic, MqttMessage message) {
    got.add(
        new String(message.getPayload(), StandardCharsets.UTF_8)
            + " -> "
            + message.getProperties().getResponseTopic());
  }

  @Override
  public void disconnected(MqttDisconnectResponse response) {}

  @Override
  public void mqttErrorOccurred(MqttException exception) {}

  @Override
  public void deliveryComplete(IMqttToken token) {}

  @Override
  public void connectComplete(boolean reconnect, String serverUri) {}

  @Override
  public void authPacketArrived(int reasonCode, MqttProperties properties) {}
}
