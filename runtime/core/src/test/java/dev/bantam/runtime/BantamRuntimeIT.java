package dev.bantam.runtime;

import static dev.bantam.runtime.RuntimeFixture.await;
import static dev.bantam.runtime.RuntimeFixture.output;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.documents.ReadResult;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.config.SiteConfigReader;
import dev.bantam.testkit.Eventually;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole runtime with a plugin that needs no model, over a real mosquitto and its own clients.
 */
@Timeout(60)
class BantamRuntimeIT {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final ObjectMapper JSON = RuntimeFixture.JSON;

  @TempDir Path folder;

  private RuntimeFixture fixture;

  @BeforeEach
  void setUp() {
    fixture = new RuntimeFixture(folder);
  }

  @AfterEach
  void tearDown() throws Exception {
    fixture.close();
  }

  private RuntimeOptions options(String... slots) throws IOException {
    return fixture.options(slots);
  }

  private BantamRuntime start(RuntimeOptions options) throws Exception {
    return fixture.start(options);
  }

  private Process asking(String task, String message) throws IOException {
    return fixture.asking(task, message);
  }

  private JsonNode status() throws Exception {
    JsonNode status = fixture.retained("status");
    assertThat(PublishedSchemas.problems("status", status)).isEmpty();
    return status;
  }

  @Test
  void shouldAskForOpenWindowsOfRoutesBeforeItStops() throws Exception {
    // Given a window with two messages
    Path config =
        Files.writeString(
            folder.resolve("bantam.yaml"),
            """
            device: boiler-1
            mqtt: {url: "%s"}
            routes:
              lines:
                from: site/+/log
                payload: text
                window: {quiet: 1h}
                task: echo
                to: site/lines
            """
                .formatted(fixture.broker.url()));
    SiteConfig site = ((ReadResult.Valid<SiteConfig>) new SiteConfigReader().read(config)).value();
    BantamRuntime runtime =
        start(fixture.options(site, "name: assistant, plugin: echo, model: tiny"));
    Process subscriber = fixture.client("mosquitto_sub", "-t", "site/lines", "-C", "1");
    for (String line : List.of("first", "second")) {
      output(fixture.client("mosquitto_pub", "-q", "1", "-t", "site/a/log", "-m", line));
    }
    Eventually.await("both messages stand in the window", LIMIT, () -> pending() == 2);

    // When
    await(runtime.stop());

    // Then
    assertThat(JSON.readTree(output(subscriber)).path("text").asText()).isEqualTo("first\nsecond");
  }

  private int pending() {
    try {
      return JSON.readTree(output(asking("route-stats", "{}"))).findPath("pending").asInt();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shouldAnswerTextWithTextAndJsonWithJson() throws Exception {
    // Given
    start(options("name: assistant, plugin: echo, model: tiny"));

    // When
    String text = output(asking("echo", "hello"));
    JsonNode json = JSON.readTree(output(asking("echo", "{\"prompt\":\"hello\"}")));
    JsonNode unknown = JSON.readTree(output(asking("dance", "hello")));

    // Then
    assertThat(text).isEqualTo("hello");
    assertThat(json.path("text").asText()).isEqualTo("hello");
    assertThat(json.path("slot").asText()).isEqualTo("assistant");
    assertThat(json.path("model").toString()).contains("tiny").contains("3").contains("f32");
    assertThat(unknown.at("/error/code").asText()).isEqualTo("unknown_task");
    assertThat(unknown.at("/error/message").asText()).contains("echo, wait");
  }

  @Test
  void shouldLetTheRequestChooseAmongSeveralSlots() throws Exception {
    // Given
    start(
        options(
            "name: assistant, plugin: echo, model: tiny",
            "name: triage, plugin: echo, model: other",
            "name: quiet, plugin: echo, model: third, tasks: [wait]"));

    // When / Then
    assertAnsweredBy("assistant", "tiny", "{\"prompt\":\"a\"}");
    assertAnsweredBy("triage", "other", "{\"prompt\":\"a\",\"slot\":\"triage\"}");
    assertAnsweredBy("triage", "other", "{\"prompt\":\"a\",\"model\":\"other:3\"}");
    assertAnsweredBy(
        "assistant", "tiny", "{\"prompt\":\"a\",\"slot\":\"assistant\",\"model\":\"tiny\"}");
    assertRefused(
        "{\"prompt\":\"a\",\"model\":\"gpt-9\"}",
        "unknown_model",
        "leave \"model\" out or name one of: tiny:3@f32, other:3@f32");
    assertRefused(
        "{\"prompt\":\"a\",\"slot\":\"assistant\",\"model\":\"other\"}",
        "unknown_model",
        "name one of: tiny:3@f32");
    assertRefused(
        "{\"prompt\":\"a\",\"slot\":\"kitchen\"}",
        "unknown_model",
        "its slots are: assistant, triage, quiet");
    assertRefused(
        "{\"prompt\":\"a\",\"slot\":\"quiet\"}", "unknown_task", "slot quiet serves: wait");
  }

  private void assertAnsweredBy(String slot, String model, String payload) throws Exception {
    JsonNode answer = JSON.readTree(output(asking("echo", payload)));
    assertThat(answer.path("slot").asText()).as(payload).isEqualTo(slot);
    assertThat(answer.path("model").asText()).as(payload).startsWith(model + ":");
  }

  private void assertRefused(String payload, String code, String message) throws Exception {
    JsonNode answer = JSON.readTree(output(asking("echo", payload)));
    assertThat(answer.at("/error/code").asText()).as(payload).isEqualTo(code);
    assertThat(answer.at("/error/message").asText()).contains(message);
  }

  @Test
  void shouldNotLetOneSlotsWorkHoldUpAnother() throws Exception {
    // Given
    start(
        options(
            "name: assistant, plugin: echo, model: tiny, workers: 1, queue: 1",
            "name: triage, plugin: echo, model: other"));
    Process waiting = asking("wait", "patience");
    Eventually.await("the request is at work", LIMIT, () -> EchoPlugin.WAITING.get() == 1);

    // When
    assertAnsweredBy("triage", "other", "{\"prompt\":\"a\",\"slot\":\"triage\"}");

    // Then
    assertThat(waiting.isAlive()).isTrue();
    EchoPlugin.GATE.release();
    assertThat(output(waiting)).isEqualTo("patience");
  }

  @Test
  void shouldSayWhatItIsInTheRetainedStatus() throws Exception {
    // Given
    BantamRuntime runtime =
        start(
            options(
                "name: assistant, plugin: echo, model: tiny, tasks: [echo], queue: 3",
                "name: second, plugin: echo, model: other, tasks: [wait]"));

    // When
    JsonNode online = status();
    await(runtime.stop());
    JsonNode offline = status();

    // Then
    assertThat(online.path("state").asText()).isEqualTo("online");
    assertThat(online.path("device").asText()).isEqualTo("boiler-1");
    assertThat(online.path("profile").asText()).isEqualTo("test");
    assertThat(online.path("version").asText()).matches("[0-9].*");
    assertThat(online.path("uptime_seconds").isIntegralNumber()).isTrue();
    assertThat(online.at("/plugins/0/name").asText()).isEqualTo("echo");
    assertThat(online.at("/slots/0/name").asText()).isEqualTo("assistant");
    assertThat(online.at("/slots/0/state").asText()).isEqualTo("serving");
    assertThat(online.at("/slots/0/model").asText()).isEqualTo("tiny:3@f32");
    assertThat(online.at("/slots/0/tasks").toString()).isEqualTo("[\"echo\"]");
    assertThat(online.at("/slots/1/model").asText()).isEqualTo("other:3@f32");
    assertThat(offline.path("state").asText()).isEqualTo("offline");
  }

  @Test
  void shouldAnswerRequestsInFlightBeforeItStops() throws Exception {
    // Given
    BantamRuntime runtime = start(options("name: assistant, plugin: echo, model: tiny"));
    Process client = asking("wait", "patience");
    Eventually.await("the request is at work", LIMIT, () -> EchoPlugin.WAITING.get() == 1);

    // When
    Future<Void> stopped = runtime.stop();
    assertThat(runtime.stop()).isSameAs(stopped);
    EchoPlugin.GATE.release();

    // Then
    await(stopped);
    assertThat(output(client)).isEqualTo("patience");
    assertThat(EchoPlugin.CLOSED).hasValue(1);
    assertThat(runtime.status().slots()).allMatch(slot -> slot.state().equals("stopped"));
  }

  @Test
  void shouldTellClientsWhenDrainTimeIsUp() throws Exception {
    // Given
    BantamRuntime runtime =
        start(
            options("name: assistant, plugin: echo, model: tiny")
                .withDrainLimit(Duration.ofMillis(100)));
    Process client = asking("wait", "patience");
    Eventually.await("the request is at work", LIMIT, () -> EchoPlugin.WAITING.get() == 1);

    // When
    await(runtime.stop());

    // Then
    assertThat(JSON.readTree(output(client)).at("/error/code").asText()).isEqualTo("draining");
    assertThat(EchoPlugin.CLOSED).hasValue(1);
  }

  @Test
  void shouldLoadTheModelsOfAllSlotsAtOnce() throws Exception {
    // When each of them waits for the other
    BantamRuntime runtime =
        start(
            options(
                "name: assistant, plugin: echo, model: paired",
                "name: triage, plugin: echo, model: paired"));

    // Then
    assertThat(runtime.status().slots())
        .extracting(slot -> slot.name() + " " + slot.state())
        .containsExactly("assistant serving", "triage serving");
  }

  @Test
  void shouldLoadNothingWhereASlotCannotBe() throws Exception {
    // Given
    RuntimeOptions options =
        options(
            "name: assistant, plugin: echo, model: tiny",
            "name: bad, plugin: echo, model: tiny, tasks: [sing]");

    // When / Then
    assertThatThrownBy(() -> await(BantamRuntime.start(fixture.vertx, options)))
        .cause()
        .isInstanceOf(StartException.class)
        .hasMessageStartingWith("slot bad (plugin echo, model tiny): plugin echo has no task");
    assertThat(EchoPlugin.LOADED).hasValue(0);
  }

  @Test
  void shouldServeTheSlotsWhoseModelsCanBeLoaded() throws Exception {
    // When
    BantamRuntime runtime =
        start(
            options(
                "name: bad, plugin: echo, model: broken",
                "name: assistant, plugin: echo, model: tiny"));

    // Then
    assertThat(runtime.status().slots())
        .extracting(slot -> slot.name() + " " + slot.state() + " " + slot.reason().orElse(""))
        .containsExactlyInAnyOrder(
            "bad no_model the file is broken on purpose", "assistant serving ");
  }

  @Test
  void shouldNotStartWhereNoSlotsModelCanBeLoaded() {
    // When / Then
    assertThatThrownBy(
            () ->
                await(
                    BantamRuntime.start(
                        fixture.vertx, options("name: bad, plugin: echo, model: broken"))))
        .cause()
        .isInstanceOf(StartException.class)
        .hasMessage("slot bad (plugin echo, model broken): the file is broken on purpose");
    assertThat(EchoPlugin.LOADED).hasValue(0);
  }

  @Test
  void shouldServeTheOtherSlotsAndShowTheOneWithoutAModel() throws Exception {
    // Given
    RuntimeOptions options =
        options(
            "name: assistant, plugin: echo, model: missing",
            "name: other, plugin: echo, model: tiny");

    // When
    start(options.withoutSlots(Map.of("assistant", "model missing is not installed; pull it")));

    // Then
    JsonNode slots = status().path("slots");
    assertThat(slots.findValuesAsText("name")).containsExactly("assistant", "other");
    assertThat(slots.findValuesAsText("state")).containsExactly("no_model", "serving");
    assertThat(slots.get(0).path("model").asText()).isEqualTo("missing");
    assertThat(slots.get(0).path("reason").asText()).contains("pull it");
  }

  @Test
  void shouldSayWhyItCannotStart() throws Exception {
    // Given
    RuntimeOptions good = options("name: assistant, plugin: echo, model: tiny");

    // When / Then
    assertThatThrownBy(
            () ->
                await(
                    BantamRuntime.start(
                        fixture.vertx, good.withProfile(Optional.of("x68-gateway")))))
        .hasMessageContaining("did you mean \"x86-gateway\"?");
    assertThatThrownBy(
            () ->
                await(
                    BantamRuntime.start(
                        fixture.vertx, options("name: assistant, plugin: echo, model: missing"))))
        .hasMessageContaining("model missing is not installed; pull it first");
    assertThatThrownBy(
            () ->
                await(
                    BantamRuntime.start(
                        fixture.vertx, options("name: a, plugin: eco, model: tiny"))))
        .hasMessageContaining("there is no plugin \"eco\"; did you mean \"echo\"? known: echo");
    assertThatThrownBy(
            () ->
                await(
                    BantamRuntime.start(
                        fixture.vertx,
                        options("name: a, plugin: echo, model: tiny, tasks: [ecko]"))))
        .hasMessageContaining("plugin echo has no task \"ecko\"; it has: echo, wait");
    assertThat(EchoPlugin.CLOSED.get()).isEqualTo(EchoPlugin.LOADED.get());
  }

  @Test
  void shouldServeWhatTheModelIsMadeForWithTheWorkersItLikes() throws Exception {
    // Given two slots that list no tasks, and one that lists what its model cannot do
    start(
        options(
            "name: narrow, plugin: echo, model: echo-only",
            "name: wide, plugin: echo, model: tiny, workers: 2"));

    // Then
    JsonNode online = status();
    assertThat(online.at("/slots/0/tasks").toString()).isEqualTo("[\"echo\"]");
    assertThat(online.at("/slots/0/workers").asInt()).isEqualTo(3);
    assertThat(online.at("/slots/1/tasks").toString()).isEqualTo("[\"echo\",\"wait\"]");
    assertThat(online.at("/slots/1/workers").asInt()).isEqualTo(2);
    assertThatThrownBy(
            () ->
                await(
                    BantamRuntime.start(
                        fixture.vertx,
                        options("name: a, plugin: echo, model: echo-only, tasks: [wait]"))))
        .hasMessageContaining("model echo-only has no task \"wait\"; it has: echo");
    assertThat(EchoPlugin.CLOSED.get()).isEqualTo(1);
  }

  @Test
  void shouldServeAgainWhenTheBrokerComesBack() throws Exception {
    // Given
    BantamRuntime runtime = start(options("name: assistant, plugin: echo, model: tiny"));

    // When
    fixture.broker.kill();
    Eventually.await("the loss is noticed", LIMIT, () -> !connected(runtime));
    fixture.broker.restart();
    Eventually.await("connected again", LIMIT, () -> connected(runtime));

    // Then
    assertThat(output(asking("echo", "again"))).isEqualTo("again");
    assertThat(status().path("state").asText()).isEqualTo("online");
  }

  private static boolean connected(BantamRuntime runtime) {
    return runtime.connected().toCompletionStage().toCompletableFuture().join();
  }
}
