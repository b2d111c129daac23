package dev.bantam.runtime;

import static dev.bantam.runtime.RuntimeFixture.JSON;
import static dev.bantam.runtime.RuntimeFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.testkit.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A slot whose model cannot be had at the start, over mosquitto. */
@Timeout(120)
class VacantSlotIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String SLOT = "name: assistant, plugin: echo, model: missing";
  private static final String REASON = "model missing cannot be reached; try again";

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

  private BantamRuntime start(String... slots) throws Exception {
    return fixture.start(
        fixture
            .options(fixture.site(), slots)
            .withoutSlots(Map.of("assistant", REASON))
            .withState(folder.resolve("state")));
  }

  private JsonNode answer() throws Exception {
    return JSON.readTree(RuntimeFixture.output(fixture.asking("echo", "{\"prompt\":\"hi\"}")));
  }

  private void wish(int generation, String model) throws Exception {
    fixture.wish(
        "{\"generation\":%d,\"model\":\"%s\",\"policy\":{\"probation\":\"0s\"}}"
            .formatted(generation, model));
  }

  private void awaitEvent(String kind, int count) {
    Eventually.await(kind, LIMIT, () -> RuntimeFixture.events(events, kind).size() >= count);
  }

  @Test
  void shouldGetItsModelByAWishAndKeepItOverAStart() throws Exception {
    // Given
    BantamRuntime runtime = start(SLOT);
    JsonNode refusal = answer().get("error");
    assertThat(refusal.get("message").asText()).isEqualTo("slot assistant has no model: " + REASON);
    assertThat(refusal.get("retry_after_ms").asInt()).isPositive();
    JsonNode before = fixture.retained("slot/assistant/reported");
    assertThat(before.get("state").asText()).isEqualTo("no_model");
    assertThat(before.get("reason").asText()).isEqualTo(REASON);
    assertThat(PublishedSchemas.problems("reported", before)).isEmpty();

    // When it cannot be had yet, and then another one
    wish(1, "missing");
    awaitEvent("swap_failed", 1);
    wish(2, "wished");
    awaitEvent("swap_succeeded", 1);

    // Then
    assertThat(answer().get("text").asText()).isEqualTo("hi");
    JsonNode after = fixture.retained("slot/assistant/reported");
    assertThat(after.get("state").asText()).isEqualTo("serving");
    assertThat(after.at("/active/model").asText()).isEqualTo("wished:3@f32");
    assertThat(PublishedSchemas.problems("reported", after)).isEmpty();

    // And the device begins with it
    await(runtime.stop());
    start(SLOT);
    assertThat(answer().get("model").asText()).isEqualTo("wished:3@f32");
  }

  @Test
  void shouldTryAgainWhenTheConfigurationIsRead() throws Exception {
    // Given
    BantamRuntime runtime = start(SLOT);

    // When
    ReloadReport still = await(runtime.reload(fixture.site("")));
    ReloadReport other =
        await(runtime.reload(fixture.site("slots: {assistant: {model: other, workers: 2}}")));

    // Then
    assertThat(still.failed()).containsOnlyKeys("slots.assistant");
    assertThat(other.applied()).contains("slots.assistant");
    assertThat(answer().get("model").asText()).isEqualTo("other:3@f32");
    assertThat(
            await(runtime.reload(fixture.site("slots: {assistant: {model: other, workers: 2}}")))
                .toString())
        .contains("nothing has changed");
  }

  @Test
  void shouldGetItsModelByItselfOnceThatIsThere() throws Exception {
    // Given
    fixture.start(
        fixture
            .options(fixture.site(), "name: assistant, plugin: echo, model: late")
            .withoutSlots(Map.of("assistant", REASON))
            .withVacancyRetry(Duration.ofMillis(100)));
    awaitEvent("swap_failed", 1);

    // When
    fixture.lateIsThere = true;

    // Then
    awaitEvent("swap_succeeded", 1);
    assertThat(answer().get("model").asText()).isEqualTo("late:3@f32");
  }

  @Test
  void shouldWaitForAModelWhereNoneCanBeLoaded() throws Exception {
    // Given
    fixture.start(
        fixture
            .options(fixture.site(), "name: assistant, plugin: echo, model: broken")
            .waitingForModels(true));
    assertThat(answer().at("/error/message").asText())
        .isEqualTo("slot assistant has no model: the file is broken on purpose");

    // When
    wish(1, "wished");
    awaitEvent("swap_succeeded", 1);

    // Then
    assertThat(answer().get("model").asText()).isEqualTo("wished:3@f32");
  }

  @Test
  void shouldLeaveItsWorkToAnotherSlotAndToOtherDevicesMeanwhile() throws Exception {
    // Given a slot after it that has the task, too, and a fleet
    SiteConfig site = fixture.site("fleet: [press]\n").orElseThrow(IllegalStateException::new);
    fixture.start(
        fixture
            .options(site, SLOT, "name: other, plugin: echo, model: tiny, tasks: [echo]")
            .withoutSlots(Map.of("assistant", REASON)));

    // When / Then
    assertThat(answer().get("slot").asText()).isEqualTo("other");
    assertThat(fixture.broker.log()).doesNotContain("$share/press/bantam/v1/fleet/press/task/wait");

    // And when it has a model
    wish(1, "wished");
    awaitEvent("swap_succeeded", 1);
    Eventually.await(
        "shared work",
        LIMIT,
        () -> fixture.broker.log().contains("$share/press/bantam/v1/fleet/press/task/wait"));
    assertThat(answer().get("slot").asText()).isEqualTo("assistant");
  }
}
