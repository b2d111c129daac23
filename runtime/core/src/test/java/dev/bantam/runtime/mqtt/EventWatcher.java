package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.protocol.Topics;
import dev.bantam.runtime.PublishedSchemas;
import dev.bantam.runtime.event.EventKind;
import dev.bantam.testkit.Eventually;
import java.util.List;
import org.eclipse.paho.mqttv5.common.MqttException;

/** Listens to a device's events, which must all keep the published schema. */
final class EventWatcher implements AutoCloseable {

  private final TestClient client;

  private EventWatcher(TestClient client) {
    this.client = client;
  }

  static EventWatcher on(String url) throws MqttException {
    return on(url, GatewayFixture.TOPICS);
  }

  /** Of another device. */
  static EventWatcher on(String url, Topics topics) throws MqttException {
    return new EventWatcher(TestClient.connect(url, topics.event()));
  }

  /** All so far. */
  List<JsonNode> all() {
    List<JsonNode> events = client.replies.stream().map(TestClient.Reply::json).toList();
    events.forEach(event -> assertThat(PublishedSchemas.problems("event", event)).isEmpty());
    return events;
  }

  List<JsonNode> all(EventKind kind) {
    return all().stream().filter(e -> e.get("kind").asText().equals(kind.wireName())).toList();
  }

  /** The first of a kind, waited for. */
  JsonNode await(EventKind kind) {
    Eventually.await(
        "an event " + kind.wireName(), GatewayFixture.LIMIT, () -> !all(kind).isEmpty());
    return all(kind).get(0);
  }

  @Override
  public void close() throws MqttException {
    client.close();
  }
}
