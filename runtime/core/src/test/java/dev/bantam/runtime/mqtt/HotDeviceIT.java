package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.bantam.protocol.Topics;
import dev.bantam.runtime.BantamRuntime;
import dev.bantam.runtime.PublishedSchemas;
import dev.bantam.runtime.RuntimeOptions;
import dev.bantam.runtime.config.SiteConfigReader;
import dev.bantam.runtime.event.EventKind;
import dev.bantam.runtime.governor.SensorFiles;
import dev.bantam.runtime.governor.SystemFolder;
import dev.bantam.runtime.governor.Zones;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two whole devices that share work over a real mosquitto, one of which gets hot. */
@Timeout(120)
class HotDeviceIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String ANSWERS = "clients/me/";
  private static final String FLEET = "bantam/v1/fleet/line/task/echo";

  @TempDir Path folder;

  private final List<BantamRuntime> started = new ArrayList<>();
  private Vertx vertx;
  private Mosquitto broker;
  private TestClient client;
  private EventWatcher events;
  private Zones zones;
  private int asked;

  @BeforeEach
  void setUp() throws Exception {
    vertx = Vertx.vertx();
    broker = Mosquitto.start(folder.resolve("broker"));
    client = TestClient.connect(broker.url(), ANSWERS + "#", "bantam/v1/device/+/status");
    events = EventWatcher.on(broker.url(), new Topics("sunny"));
    zones = zones("sunny");
    start("shady");
  }

  @AfterEach
  void tearDown() throws Exception {
    client.close();
    events.close();
    for (BantamRuntime runtime : started) {
      await(runtime.stop());
    }
    broker.close();
    await(vertx.close());
  }

  private Zones zones(String device) {
    return new SystemFolder(folder.resolve(device)).zones();
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  /** Its model is called like the device, so that an answer says who gave it. */
  private void start(String device) throws Exception {
    Path profile =
        Files.writeString(
            folder.resolve(device + ".yaml"),
            """
            name: test
            match: {}
            context_length: 64
            temperature: {warm: 60, hot: 80, critical: 90, hold: 1s}
            slots:
              - {name: assistant, plugin: echo, model: %s, tasks: [echo]}
            """
                .formatted(device));
    String site =
        "device: %s\nfleet: [line]\nmqtt: {url: \"%s\"}\nprofile: %s\n"
            .formatted(device, broker.url(), profile);
    RuntimeOptions options =
        RuntimeOptions.of(
                new SiteConfigReader()
                    .read("bantam.yaml", site, folder)
                    .orElseThrow(IllegalArgumentException::new),
                (reference, variants) ->
                    new ModelFiles(ModelReference.of(reference.name(), "3", "f32"), Map.of()))
            .withSensors(new SensorFiles(folder.resolve(device)));
    BantamRuntime runtime = await(BantamRuntime.start(vertx, options));
    started.add(runtime);
    await(runtime.ready());
  }

  /** The last status of the device that gets hot. */
  private JsonNode status() {
    List<JsonNode> all =
        client.replies.stream()
            .filter(reply -> reply.topic().equals("bantam/v1/device/sunny/status"))
            .map(TestClient.Reply::json)
            .toList();
    return all.isEmpty() ? MissingNode.getInstance() : all.get(all.size() - 1);
  }

  private void awaitState(String state) {
    Eventually.await(
        "the device is " + state,
        LIMIT,
        () -> status().at("/temperature/state").asText().equals(state));
    assertThat(PublishedSchemas.problems("status", status())).isEmpty();
  }

  private String ask(String topic) throws Exception {
    client.ask(topic, "{\"prompt\":\"hello\"}", ANSWERS + "echo", "c" + asked);
    JsonNode answer = client.finalReply(asked).json();
    asked++;
    return answer.path("model").asText(answer.at("/error/code").asText());
  }

  private List<String> askFleet(int count) throws Exception {
    List<String> models = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      models.add(ask(FLEET));
    }
    return models;
  }

  private void awaitTurns() {
    Eventually.await(
        "both devices take turns",
        LIMIT,
        () -> {
          try {
            return askFleet(4).contains("sunny:3@f32");
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
  }

  @Test
  void shouldLeaveItsFleetsWhileItIsHot() throws Exception {
    // Given
    zones.heat(50);
    start("sunny");
    assertThat(askFleet(6)).contains("sunny:3@f32", "shady:3@f32");

    // When it gets hot, it does its own work only
    zones.heat(85);
    awaitState("hot");
    assertThat(askFleet(10)).containsOnly("shady:3@f32");
    assertThat(ask("bantam/v1/device/sunny/task/echo")).isEqualTo("sunny:3@f32");
    assertThat(status().at("/temperature/celsius").asDouble()).isEqualTo(85);
    assertThat(status().at("/temperature/zone").asText()).isEqualTo("cpu-thermal");

    // When it gets hotter, it does none
    zones.heat(95);
    awaitState("critical");
    assertThat(ask("bantam/v1/device/sunny/task/echo")).isEqualTo("too_hot");
    JsonNode refusal = client.finalReply(asked - 1).json();
    assertThat(refusal.at("/error/retry_after_ms").asInt()).isEqualTo(1000);
    assertThat(askFleet(4)).containsOnly("shady:3@f32");

    // When it cools down, but not enough
    zones.heat(70);
    awaitState("hot");
    assertThat(ask("bantam/v1/device/sunny/task/echo")).isEqualTo("sunny:3@f32");
    assertThat(askFleet(4)).containsOnly("shady:3@f32");

    // Then it is back once it is cool
    zones.heat(50);
    awaitState("normal");
    awaitTurns();
    assertThat(events.await(EventKind.DEVICE_COOLED).at("/details/celsius").asInt()).isEqualTo(50);
    assertThat(events.all())
        .extracting(event -> event.path("kind").asText())
        .containsSubsequence("device_hot", "device_critical", "device_hot", "device_cooled");
  }

  @Test
  void shouldNotEnterItsFleetsIfItIsHotFromTheStart() throws Exception {
    // When
    zones.heat(85);
    start("sunny");
    awaitState("hot");

    // Then
    assertThat(askFleet(10)).containsOnly("shady:3@f32");

    // And once it is cool it does
    zones.heat(50);
    awaitState("normal");
    awaitTurns();
  }
}
