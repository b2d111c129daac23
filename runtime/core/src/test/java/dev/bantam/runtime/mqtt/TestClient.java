package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.runtime.PublishedSchemas;
import dev.bantam.testkit.Eventually;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
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

/**
 * A client that asks: publishes requests, collects what comes back, and on closing fails if an
 * answer did not keep its published schema.
 */
final class TestClient implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** One message that came back. */
  record Reply(String topic, byte[] payload, boolean retained, int qos, MqttProperties properties) {
    String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }

    JsonNode json() {
      try {
        return JSON.readTree(payload);
      } catch (java.io.IOException e) {
        throw new AssertionError("no JSON: " + text(), e);
      }
    }

    Map<String, String> user() {
      Map<String, String> user = new HashMap<>();
      properties.getUserProperties().forEach(p -> user.put(p.getKey(), p.getValue()));
      return user;
    }

    String correlation() {
      byte[] data = properties.getCorrelationData();
      return data == null ? "" : new String(data, StandardCharsets.UTF_8);
    }

    boolean isFinal() {
      return user().containsKey("__stat");
    }
  }

  final List<Reply> replies = new CopyOnWriteArrayList<>();
  private final MqttAsyncClient client;

  private TestClient(MqttAsyncClient client) {
    this.client = client;
  }

  static TestClient connect(String url, String... subscriptions) throws MqttException {
    return connect(url, new MqttConnectionOptions(), subscriptions);
  }

  /** As a user of the broker. */
  static TestClient connectAs(String user, String password, String url, String... subscriptions)
      throws MqttException {
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setUserName(user);
    options.setPassword(password.getBytes(StandardCharsets.UTF_8));
    return connect(url, options, subscriptions);
  }

  private static TestClient connect(
      String url, MqttConnectionOptions options, String... subscriptions) throws MqttException {
    String id = "test-" + UUID.randomUUID();
    MqttAsyncClient paho =
        new MqttAsyncClient(url.replace("mqtt://", "tcp://"), id, new MemoryPersistence());
    TestClient client = new TestClient(paho);
    paho.setCallback(client.new Callback());
    options.setCleanStart(true);
    options.setAutomaticReconnect(false);
    paho.connect(options).waitForCompletion(10_000);
    for (String filter : subscriptions) {
      paho.subscribe(filter, 1).waitForCompletion(10_000);
    }
    return client;
  }

  /** Subscribes if the broker lets it. */
  void trySubscribe(String filter) {
    try {
      client.subscribe(filter, 1).waitForCompletion(10_000);
    } catch (MqttException refused) {
      assertThat(refused.getReasonCode()).isEqualTo(0x87);
    }
  }

  static MqttProperties properties(String responseTopic, String correlation) {
    MqttProperties properties = new MqttProperties();
    if (!responseTopic.isEmpty()) {
      properties.setResponseTopic(responseTopic);
    }
    if (!correlation.isEmpty()) {
      properties.setCorrelationData(correlation.getBytes(StandardCharsets.UTF_8));
    }
    return properties;
  }

  void publish(String topic, byte[] payload, int qos, boolean retained, MqttProperties properties)
      throws MqttException {
    MqttMessage message = new MqttMessage(payload);
    message.setQos(qos);
    message.setRetained(retained);
    message.setProperties(properties);
    client.publish(topic, message).waitForCompletion(10_000);
  }

  void ask(String topic, String payload, String responseTopic, String correlation)
      throws MqttException {
    publish(
        topic,
        payload.getBytes(StandardCharsets.UTF_8),
        1,
        false,
        properties(responseTopic, correlation));
  }

  /** The {@code n}th message with {@code __stat}, from 0. */
  Reply finalReply(int n) {
    Eventually.await("final reply " + n, LIMIT, () -> finals().size() > n);
    return finals().get(n);
  }

  List<Reply> finals() {
    return replies.stream().filter(Reply::isFinal).toList();
  }

  private static List<String> problems(Reply reply) {
    if (!"application/json".equals(reply.properties().getContentType())
        || !(reply.topic().contains("/answer/") || reply.topic().startsWith("clients/"))) {
      return List.of();
    }
    JsonNode json = reply.json();
    return PublishedSchemas.problems(PublishedSchemas.kindOf(json), json);
  }

  @Override
  public void close() throws MqttException {
    assertThat(replies).flatExtracting(TestClient::problems).isEmpty();
    try {
      client.disconnectForcibly(0, 500, false);
    } finally {
      client.close(true);
    }
  }

  private final class Callback implements MqttCallback {
    @Override
    public void messageArrived(String topic, MqttMessage message) {
      replies.add(
          new Reply(
              topic,
              message.getPayload(),
              message.isRetained(),
              message.getQos(),
              message.getProperties()));
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
}
