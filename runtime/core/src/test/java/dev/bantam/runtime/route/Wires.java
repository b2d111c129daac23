package dev.bantam.runtime.route;

import dev.bantam.testkit.Eventually;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

/** Sensors and subscribers: publishes, and keeps what comes. */
final class Wires implements AutoCloseable, MqttCallback {

  /** A message that came. */
  record Got(String topic, String payload, boolean retained, MqttProperties properties) {}

  final List<Got> got = new CopyOnWriteArrayList<>();
  private final MqttAsyncClient client;

  Wires(String url, String... filters) throws MqttException {
    client =
        new MqttAsyncClient(
            url.replace("mqtt://", "tcp://"),
            "wires-" + UUID.randomUUID(),
            new MemoryPersistence());
    client.setCallback(this);
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setCleanStart(true);
    client.connect(options).waitForCompletion(20_000);
    for (String filter : filters) {
      client.subscribe(filter, 1).waitForCompletion(20_000);
    }
  }

  void publish(String topic, String payload) throws MqttException {
    publish(topic, payload, 1, Map.of());
  }

  void publish(String topic, String payload, int qos, Map<String, String> user)
      throws MqttException {
    send(topic, payload, qos, user).waitForCompletion(20_000);
  }

  /** Does not wait for the broker. */
  IMqttToken send(String topic, String payload, int qos, Map<String, String> user)
      throws MqttException {
    MqttMessage message = new MqttMessage(payload.getBytes(StandardCharsets.UTF_8));
    message.setQos(qos);
    MqttProperties properties = new MqttProperties();
    properties.setUserProperties(
        user.entrySet().stream().map(e -> new UserProperty(e.getKey(), e.getValue())).toList());
    message.setProperties(properties);
    return client.publish(topic, message);
  }

  /** Asks, and waits for the answer. */
  String ask(String task, String payload) throws MqttException {
    String answers = "bantam/v1/device/gw-1/answer/" + UUID.randomUUID() + "/x";
    client.subscribe(answers, 1).waitForCompletion(20_000);
    MqttMessage message = new MqttMessage(payload.getBytes(StandardCharsets.UTF_8));
    MqttProperties properties = new MqttProperties();
    properties.setResponseTopic(answers);
    message.setQos(1);
    message.setProperties(properties);
    client.publish("bantam/v1/device/gw-1/task/" + task, message).waitForCompletion(20_000);
    return await(answers, 1).get(0).payload();
  }

  /** At least so many messages of a topic. */
  List<Got> await(String topic, int count) {
    Eventually.await(
        count + " messages on " + topic, RouteFixture.LIMIT, () -> on(topic).size() >= count);
    return on(topic);
  }

  List<Got> on(String topic) {
    return got.stream().filter(g -> g.topic().equals(topic)).toList();
  }

  @Override
  public void messageArrived(String topic, MqttMessage message) {
    got.add(
        new Got(
            topic,
            new String(message.getPayload(), StandardCharsets.UTF_8),
            message.isRetained(),
            message.getProperties()));
  }

  @Override
  public void close() throws MqttException {
    try {
      client.disconnectForcibly(0, 500, false);
    } finally {
      client.close(true);
    }
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
