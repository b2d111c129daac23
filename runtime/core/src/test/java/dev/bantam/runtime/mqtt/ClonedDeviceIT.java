package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.runtime.PublishedSchemas;
import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.runtime.event.EventKind;
import dev.bantam.runtime.health.StatusDocument;
import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two runtimes with one device's name at a real mosquitto, as a copied SD card makes them. */
@Timeout(120)
class ClonedDeviceIT {

  private static final String BASE = "bantam/v1/device/gw-1";
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A minute and five are too long for a test. */
  private static final Pace.Set PACES =
      new Pace.Set(Pace.Set.STANDARD.usual(), Pace.Set.STANDARD.person(), new Pace(3_000, 4_000));

  @TempDir Path folder;

  private static GatewayFixture start(Mosquitto broker) {
    return GatewayFixture.starting(
        MqttConfig.of(URI.create(broker.url())), new FakeHandler(), PACES);
  }

  private static Optional<JsonNode> conflict(TestClient watcher) {
    return watcher.replies.stream()
        .map(TestClient.Reply::json)
        .filter(status -> status.has("conflict"))
        .findFirst();
  }

  private static long takeOvers(Mosquitto broker) {
    return broker.log().lines().filter(line -> line.contains("already connected")).count();
  }

  @Test
  void shouldNotTakeItsOwnEarlierRunForACopy() throws Exception {
    try (Mosquitto broker = Mosquitto.start(folder);
        TestClient watcher = TestClient.connect(broker.url(), BASE + "/status")) {
      // Given a run that has left its status, and ends
      try (GatewayFixture earlier = start(broker)) {
        earlier.awaitConnected();
      }

      // When
      try (GatewayFixture fixture = start(broker)) {
        fixture.awaitConnected();
        for (int i = 0; i < 3; i++) {
          broker.kill();
          Eventually.await("noticed", LIMIT, () -> !fixture.connected());
          broker.restart();
          fixture.awaitConnected();
        }

        // Then
        assertThat(conflict(watcher)).isEmpty();
        try (TestClient client = TestClient.connect(broker.url(), BASE + "/status")) {
          Eventually.await("a status", LIMIT, () -> !client.replies.isEmpty());
          assertThat(conflict(client)).isEmpty();
        }
      }
    }
  }

  @Test
  void shouldStepAsideAndSaySoInTheStatus() throws Exception {
    try (Mosquitto broker = Mosquitto.start(folder);
        TestClient watcher = TestClient.connect(broker.url(), BASE + "/status");
        EventWatcher events = EventWatcher.on(broker.url());
        GatewayFixture original = start(broker)) {
      original.awaitConnected();

      // When
      try (GatewayFixture copy = start(broker)) {
        Eventually.await("a conflict in the status", LIMIT, () -> conflict(watcher).isPresent());

        // Then
        JsonNode status = conflict(watcher).orElseThrow();
        assertThat(status.get("state").asText()).isEqualTo("online");
        assertThat(status.at("/conflict/message").asText())
            .contains("another device is called \"gw-1\"")
            .contains("SD card")
            .contains("the key device");
        assertThat(status.at("/conflict/taken_over").asInt()).isGreaterThanOrEqualTo(2);
        assertThat(schemaProblems(status)).isEmpty();
        assertThat(events.await(EventKind.SESSION_CONFLICT).at("/details/taken_over").asInt())
            .isGreaterThanOrEqualTo(2);

        // And they no longer take the session from each other several times a second
        long before = takeOvers(broker);
        long end = System.nanoTime() + Duration.ofSeconds(6).toNanos();
        Eventually.await("six seconds", LIMIT, () -> System.nanoTime() - end > 0);
        assertThat(takeOvers(broker) - before).isLessThan(20);
        assertThat(copy.vertx).isNotNull();
      }

      // And once the copy is gone, nothing is said of it any more
      original.awaitConnected();
      Eventually.await(
          "the conflict is forgotten",
          LIMIT,
          () -> {
            JsonNode last = watcher.replies.get(watcher.replies.size() - 1).json();
            return last.get("state").asText().equals("online") && !last.has("conflict");
          });
      events.await(EventKind.SESSION_CONFLICT_OVER);
    }
  }

  /** The fixture's status has not all fields of a real one. */
  private static List<String> schemaProblems(JsonNode status) {
    ObjectNode whole =
        JSON.valueToTree(
            new StatusDocument(
                    "gw-1",
                    List.of("line-2"),
                    "1.0",
                    "test",
                    Instant.now(),
                    Duration.ZERO,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    List.of())
                .fields());
    whole.set("state", status.get("state"));
    whole.set("instance", status.get("instance"));
    whole.set("conflict", status.get("conflict"));
    return PublishedSchemas.problems("status", whole);
  }
}
