package dev.bantam.runtime;

import static dev.bantam.runtime.RuntimeFixture.BASE;
import static dev.bantam.runtime.RuntimeFixture.JSON;
import static dev.bantam.runtime.RuntimeFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.documents.ReadResult;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.testkit.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A device goes on with a changed configuration, over mosquitto. */
@Timeout(120)
class ConfigReloadIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String SLOT = "name: assistant, plugin: echo, model: tiny, workers: 2";

  @TempDir Path folder;

  private RuntimeFixture fixture;
  private Path events;

  @BeforeEach
  void setUp() throws Exception {
    fixture = new RuntimeFixture(folder);
    events = fixture.subscribed("event");
  }

  @AfterEach
  void tearDown() throws Exception {
    fixture.close();
    assertThat(RuntimeFixture.messages(events))
        .allSatisfy(e -> assertThat(PublishedSchemas.problems("event", e)).isEmpty());
  }

  /**
   * @param further lines after the device's name and broker
   */
  private ReadResult<SiteConfig> file(String further) {
    return fixture.site(further);
  }

  private BantamRuntime start(String further) throws Exception {
    SiteConfig site = file(further).orElseThrow(IllegalStateException::new);
    return fixture.start(fixture.options(site, SLOT).withState(folder.resolve("state")));
  }

  private JsonNode answer() throws Exception {
    return JSON.readTree(RuntimeFixture.output(fixture.asking("echo", "{\"prompt\":\"hi\"}")));
  }

  private JsonNode event(String kind) {
    Eventually.await(kind, LIMIT, () -> all(kind).size() == 1);
    return all(kind).get(0);
  }

  private List<JsonNode> all(String kind) {
    return RuntimeFixture.events(events, kind);
  }

  @Test
  void shouldLoadAModelAnewForOtherSettingsAndLoseNoRequest() throws Exception {
    // Given a request at work, and others all the time
    BantamRuntime runtime = start("");
    Process asked = fixture.asking("wait", "{\"prompt\":\"one\"}");
    Eventually.await("at work", LIMIT, () -> EchoPlugin.WAITING.get() == 1);
    Asking asking = Asking.begin(fixture);

    // When
    var reloading = runtime.reload(file("slots: {assistant: {settings: {after: '!'}}}"));
    asking.awaitAnswer("hi!");
    EchoPlugin.GATE.release();
    ReloadReport report = await(reloading);

    // Then the old model has answered what it had begun
    assertThat(report.applied()).containsExactly("slots.assistant");
    assertThat(report.failed()).isEmpty();
    assertThat(report.needsRestart()).isEmpty();
    assertThat(JSON.readTree(RuntimeFixture.output(asked)).get("text").asText()).isEqualTo("one");
    assertThat(asking.end()).containsOnly("hi", "hi!").startsWith("hi").endsWith("hi!");
    assertThat(EchoPlugin.CLOSED).hasValue(1);
    assertThat(event("config_reloaded").at("/details/applied/0").asText())
        .isEqualTo("slots.assistant");
    assertThat(fixture.retained("slot/assistant/reported").has("outcome")).isFalse();
  }

  @Test
  void shouldKeepTheOldPromptsWhereNewOnesAreNoGood() throws Exception {
    // Given
    Path prompt = Files.createDirectories(folder.resolve("prompts")).resolve("after.txt");
    Files.writeString(prompt, "?");
    String prompts = "slots: {assistant: {prompts: prompts}}";
    BantamRuntime runtime = start(prompts);
    assertThat(answer().get("text").asText()).isEqualTo("hi?");

    // When
    Files.writeString(prompt, "broken");
    ReloadReport report = await(runtime.reload(file(prompts)));

    // Then
    assertThat(report.failed()).containsOnlyKeys("slots.assistant");
    assertThat(report.toString()).contains("as before: slots.assistant (", "broken on purpose");
    assertThat(report.applied()).isEmpty();
    assertThat(answer().get("text").asText()).isEqualTo("hi?");
    assertThat(event("swap_failed").at("/details/reason").asText()).contains("broken on purpose");

    // And when they are mended
    Files.writeString(prompt, "...");
    assertThat(await(runtime.reload(file(prompts))).applied()).containsExactly("slots.assistant");

    // Then they are used, and nothing is left to do
    assertThat(answer().get("text").asText()).isEqualTo("hi...");
    assertThat(await(runtime.reload(file(prompts))).toString()).contains("nothing has changed");
    assertThat(EchoPlugin.LOADED.get() - EchoPlugin.CLOSED.get()).isEqualTo(1);
  }

  @Test
  void shouldTryModelsByTheSitesOwnCanaries() throws Exception {
    // Given
    String slot =
        "slots: {assistant: {%scanaries: [{task: echo, request: {prompt: hi}, expect: {text: %s}}]}}";
    BantamRuntime runtime = start(slot.formatted("", "hi"));

    // When, Then by a configuration
    ReloadReport report =
        await(runtime.reload(file(slot.formatted("settings: {after: '!'}, ", "hi"))));
    assertThat(report.failed()).containsOnlyKeys("slots.assistant");
    assertThat(event("swap_failed").at("/details/reason").asText())
        .contains("the canary for task echo", "expected \"hi\", found \"hi!\"");
    assertThat(answer().get("text").asText()).isEqualTo("hi");

    // And by wishes
    assertThat(wished(1, "other").get("result").asText()).isEqualTo("SUCCESSFUL");
    assertThat(await(runtime.reload(file(slot.formatted("", "ho")))).failed())
        .as("the model that serves must have the answer, too")
        .containsOnlyKeys("slots.assistant");
    await(runtime.stop());
    BantamRuntime unused = start(slot.formatted("", "ho"));
    JsonNode outcome = wished(2, "another");
    assertThat(outcome.get("result").asText()).isEqualTo("FAILED_NO_STATE_CHANGE");
    assertThat(outcome.get("code").asText()).isEqualTo("canary_failed");
    assertThat(answer().get("model").asText()).isEqualTo("other:3@f32");
  }

  private JsonNode wished(int generation, String model) throws Exception {
    String slot = BASE + "/slot/assistant/";
    String wish =
        "{\"generation\":%d,\"model\":\"%s\",\"policy\":{\"probation\":\"0s\"}}"
            .formatted(generation, model);
    fixture.client("mosquitto_pub", "-r", "-q", "1", "-t", slot + "desired", "-m", wish).waitFor();
    AtomicReference<JsonNode> outcome = new AtomicReference<>(JSON.createObjectNode());
    Eventually.await(
        "outcome " + generation,
        LIMIT,
        () -> {
          outcome.set(reported());
          return outcome.get().path("generation").asInt() == generation;
        });
    return outcome.get();
  }

  private JsonNode reported() {
    try {
      return fixture.retained("slot/assistant/reported").path("outcome");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shouldPutTheNewlyConfiguredModelIn() throws Exception {
    // Given
    BantamRuntime runtime = start("");
    String other = "slots: {assistant: {model: other, workers: 3}}\nfleet: [press]";

    // When
    ReloadReport report = await(runtime.reload(file(other)));

    // Then
    assertThat(report.applied()).containsExactly("slots.assistant.workers", "slots.assistant");
    assertThat(report.needsRestart()).containsExactly("fleet");
    assertThat(runtime.status().slots().get(0).workers()).isEqualTo(3);
    assertThat(answer().get("model").asText()).isEqualTo("other:3@f32");

    // And when the device starts again
    await(runtime.stop());
    start(other);

    // Then it is not loaded for another reason
    assertThat(answer().get("model").asText()).isEqualTo("other:3@f32");
  }

  @Test
  void shouldTakeMoreAndFewerRequestsWithoutLoadingTheModel() throws Exception {
    // Given two at work, which are all workers
    BantamRuntime runtime = start("");
    List<Process> asked = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      asked.add(fixture.client("mosquitto_rr", waiting("a" + i)));
    }
    Eventually.await("at work", LIMIT, () -> EchoPlugin.WAITING.get() == 2);

    // When there are two more
    ReloadReport more =
        await(runtime.reload(file("slots: {assistant: {workers: 4, queue: 0, timeout: 25s}}")));
    for (int i = 0; i < 2; i++) {
      asked.add(fixture.client("mosquitto_rr", waiting("b" + i)));
    }

    // Then
    assertThat(more.applied())
        .containsExactly(
            "slots.assistant.workers", "slots.assistant.queue", "slots.assistant.timeout");
    Eventually.await("at work", LIMIT, () -> EchoPlugin.WAITING.get() == 4);

    // And when there is one left
    await(runtime.reload(file("slots: {assistant: {workers: 1, queue: 8}}")));
    EchoPlugin.GATE.release(4);
    for (Process one : asked) {
      assertThat(RuntimeFixture.output(one)).contains("\"x\"");
    }
    assertThat(answer().get("text").asText()).isEqualTo("hi");
    assertThat(runtime.status().slots().get(0).workers()).isEqualTo(1);
    assertThat(EchoPlugin.LOADED).hasValue(1);
  }

  private static String[] waiting(String client) {
    String base = RuntimeFixture.BASE;
    String answer = base + "/answer/" + client + "/wait";
    return new String[] {"-t", base + "/task/wait", "-e", answer, "-m", "{\"prompt\":\"x\"}"};
  }

  @Test
  void shouldReloadTheModelThatAWishHasPutInAndGoBackToIt() throws Exception {
    // Given
    BantamRuntime runtime = start("");
    fixture.wish("{\"generation\":4,\"model\":\"wished\",\"policy\":{\"probation\":\"0s\"}}");
    event("swap_succeeded");

    // When
    await(runtime.reload(file("slots: {assistant: {settings: {after: '!'}}}")));

    // Then
    assertThat(answer().get("model").asText()).isEqualTo("wished:3@f32");
    assertThat(answer().get("text").asText()).isEqualTo("hi!");
    JsonNode reported = fixture.retained("slot/assistant/reported");
    assertThat(reported.at("/outcome/generation").asInt()).isEqualTo(4);
    assertThat(reported.at("/previous/model").asText()).isEqualTo("tiny:3@f32");
  }

  @Test
  void shouldChangeNothingWhereAnythingIsWrong() throws Exception {
    // Given
    BantamRuntime runtime = start("");

    // When
    ReloadReport unreadable =
        await(runtime.reload(file("slots: {assistant: {settings: {after: '!'}}}\nquality: best")));
    ReloadReport unknown =
        await(
            runtime.reload(
                file("slots: {assistant: {settings: {after: '!'}}, asistant: {threads: 1}}")));

    // Then
    assertThat(unreadable.refused().orElseThrow()).contains("quality");
    assertThat(unknown.refused().orElseThrow()).contains("asistant");
    assertThat(answer().get("text").asText()).isEqualTo("hi");
    assertThat(EchoPlugin.LOADED).hasValue(1);
    Eventually.await("two events", LIMIT, () -> all("config_refused").size() == 2);
  }

  @Test
  void shouldChangeTheTimeOfTelemetry() throws Exception {
    // Given none
    BantamRuntime runtime = start("");
    SiteConfig site = file("").orElseThrow(IllegalStateException::new);
    SiteConfig often = site.withMqtt(site.mqtt().withTelemetry(Duration.ofMillis(50)));
    Path figures = fixture.subscribed("telemetry");

    // When
    ReloadReport report = await(runtime.reload(new ReadResult.Valid<>(often)));

    // Then
    assertThat(report.applied()).containsExactly("mqtt.telemetry");
    Eventually.await(
        "telemetry",
        LIMIT,
        () -> {
          try {
            return RuntimeFixture.messages(figures).size() > 2;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
