package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.runtime.config.MqttSecurity;
import dev.bantam.runtime.config.TextSource;
import dev.bantam.runtime.event.Event;
import dev.bantam.runtime.event.EventKind;
import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a device says of what happens to it, over a real mosquitto. */
@Timeout(120)
class EventsIT {

  @TempDir Path folder;

  private Mosquitto broker;

  @BeforeEach
  void start() {
    broker = Mosquitto.start(folder.resolve("broker"));
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  private static Event draining(long seconds) {
    return new Event(EventKind.RUNTIME_DRAINING, "stops", Map.of("limit_seconds", seconds));
  }

  private GatewayFixture keeping() {
    return GatewayFixture.keeping(
        MqttConfig.of(URI.create(broker.url())), folder.resolve("gw-1.db"), new FakeHandler());
  }

  @Test
  void shouldKeepEventsWhileTheBrokerIsAwayOverARestartAndSendThemInOrder() throws Exception {
    // Given
    try (GatewayFixture gateway = keeping()) {
      gateway.awaitConnected();
      broker.kill();
      Eventually.await("noticed", GatewayFixture.LIMIT, () -> !gateway.connected());
      for (int i = 0; i < 20; i++) {
        gateway.events.tell(draining(i));
      }
      Eventually.await(
          "on the disk",
          GatewayFixture.LIMIT,
          () -> gateway.store.orElseThrow().counts().waiting() == 20);
    }

    // When
    broker.restart();
    try (EventWatcher watcher = EventWatcher.on(broker.url());
        GatewayFixture gateway = keeping()) {
      gateway.events.tell(draining(20));

      // Then
      Eventually.await(
          "all are there",
          GatewayFixture.LIMIT,
          () -> watcher.all(EventKind.RUNTIME_DRAINING).size() == 21);
      List<JsonNode> events = watcher.all(EventKind.RUNTIME_DRAINING);
      for (int i = 0; i <= 20; i++) {
        assertThat(events.get(i).at("/details/limit_seconds").asInt()).isEqualTo(i);
      }
      for (int i = 1; i < 20; i++) {
        assertThat(events.get(i).get("seq").asLong())
            .isEqualTo(events.get(i - 1).get("seq").asLong() + 1);
      }
      assertThat(events.get(20).get("instance")).isNotEqualTo(events.get(0).get("instance"));
      Eventually.await(
          "the disk is empty",
          GatewayFixture.LIMIT,
          () -> gateway.store.orElseThrow().counts().waiting() == 0);
    }
  }

  @Test
  void shouldTellRefusedRequestsTogetherAndNotEach() throws Exception {
    try (EventWatcher watcher = EventWatcher.on(broker.url());
        TestClient client = TestClient.connect(broker.url());
        GatewayFixture gateway = GatewayFixture.start(broker.url())) {
      // When
      for (int i = 0; i < 50; i++) {
        client.ask(GatewayFixture.TOPICS.task("echo"), "x", "plant/valve/7/set", "c" + i);
      }

      // Then
      JsonNode event = watcher.await(EventKind.REQUESTS_REFUSED);
      assertThat(event.at("/details/reason").asText()).isEqualTo("response_topic_not_allowed");
      assertThat(event.at("/details/response_topic").asText()).isEqualTo("plant/valve/7/set");
      Eventually.await(
          "all are refused",
          GatewayFixture.LIMIT,
          () -> gateway.refused().getOrDefault("response_topic_not_allowed", 0L) == 50);
      gateway.drain(GatewayFixture.LIMIT);
      assertThat(watcher.all(EventKind.REQUESTS_REFUSED)).hasSize(1);
    }
  }

  @Test
  void shouldTellThatTheBrokerIsAnother() throws Exception {
    try (Mosquitto second = Mosquitto.start(folder.resolve("second"));
        EventWatcher watcher = EventWatcher.on(second.url());
        GatewayFixture gateway =
            GatewayFixture.starting(
                MqttConfig.of(URI.create(broker.url()))
                    .withUrls(List.of(URI.create(broker.url()), URI.create(second.url()))),
                new FakeHandler())) {
      gateway.awaitConnected();

      // When
      broker.kill();

      // Then
      JsonNode event = watcher.await(EventKind.BROKER_CHANGED);
      assertThat(event.at("/details/from").asText()).endsWith(":" + broker.port());
      assertThat(event.at("/details/to").asText()).endsWith(":" + second.port());
      broker.restart();
    }
  }

  @Test
  void shouldTellThatTheBrokerIsBackAndHasForgottenTheSession() throws Exception {
    try (GatewayFixture gateway = GatewayFixture.start(broker.url())) {
      // When
      broker.kill();
      Eventually.await("noticed", GatewayFixture.LIMIT, () -> !gateway.connected());
      Files.deleteIfExists(folder.resolve("broker/mosquitto.db"));
      broker.restart();

      // Then
      assertThat(gateway.awaitTold(EventKind.BROKER_BACK).details())
          .containsEntry("broker", "127.0.0.1:" + broker.port());
      assertThat(gateway.awaitTold(EventKind.SESSION_FORGOTTEN).message()).contains("are lost");
    }
  }

  @Test
  void shouldTellThatAPasswordIsNewOrCannotBeRead() throws Exception {
    Path password = Files.writeString(folder.resolve("password"), "first\n");
    MqttConfig config =
        MqttConfig.of(URI.create(broker.url()))
            .withSecurity(
                MqttSecurity.NONE.as(
                    new TextSource.Given("gw-1"),
                    Optional.of(new TextSource.InFile("mqtt.password_file", password))));
    try (GatewayFixture gateway = GatewayFixture.starting(config, new FakeHandler())) {
      gateway.awaitConnected();
      assertThat(gateway.told).isEmpty();

      // When
      Files.delete(password);
      broker.kill();
      Event unreadable = gateway.awaitTold(EventKind.SECRET_UNREADABLE);
      Files.writeString(password, "second\n");
      Event renewed = gateway.awaitTold(EventKind.SECRET_RENEWED);
      broker.restart();

      // Then
      assertThat(unreadable.details())
          .containsEntry("key", "mqtt.password_file")
          .extractingByKey("reason")
          .asString()
          .contains(password.toString());
      assertThat(renewed.toString()).contains("mqtt.password_file").doesNotContain("second");
    }
  }
}
