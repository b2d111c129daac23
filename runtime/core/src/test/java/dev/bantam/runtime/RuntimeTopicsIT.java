package dev.bantam.runtime;

import static dev.bantam.runtime.RuntimeFixture.JSON;
import static dev.bantam.runtime.RuntimeFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a whole runtime publishes of itself, as {@code mosquitto_sub} sees it. */
@Timeout(90)
class RuntimeTopicsIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

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

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  private static List<String> kinds(List<JsonNode> events) {
    return events.stream().map(event -> event.get("kind").asText()).toList();
  }

  private RuntimeOptions oneOfTwoSlots() throws IOException {
    return fixture
        .options(
            "name: assistant, plugin: echo, model: tiny",
            "name: other, plugin: echo, model: missing")
        .withoutSlots(Map.of("other", "model missing is not installed; pull it"));
  }

  @Test
  void shouldTellItsWholeLifeInEvents() throws Exception {
    // Given
    Path events = fixture.subscribed("event");

    // When
    BantamRuntime runtime = fixture.start(oneOfTwoSlots().withState(folder.resolve("state")));
    Eventually.await(
        "a status without events that wait", LIMIT, () -> !statusText().contains("spool"));
    await(runtime.stop());

    // Then
    Eventually.await("the last words", LIMIT, () -> text(events).contains("runtime_stopped"));
    List<JsonNode> told = RuntimeFixture.messages(events);
    assertThat(kinds(told))
        .containsExactly(
            "runtime_started",
            "slot_serving",
            "slot_unavailable",
            "runtime_draining",
            "slot_stopped",
            "runtime_stopped");
    for (int i = 0; i < told.size(); i++) {
      assertThat(PublishedSchemas.problems("event", told.get(i))).isEmpty();
      assertThat(told.get(i).get("seq").asInt()).isEqualTo(i + 1);
    }
    assertThat(told.get(0).at("/details/profile").asText()).isEqualTo("test");
    assertThat(told.get(1).at("/details/model").asText()).isEqualTo("tiny:3@f32");
    assertThat(told.get(2).at("/details/reason").asText()).contains("pull it");
    assertThat(told.get(5).at("/details/unanswered").asInt()).isZero();
  }

  private String statusText() {
    try {
      return fixture.retained("status").toString();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldCountRequestsThatAStopCutsShort() throws Exception {
    // Given
    Path events = fixture.subscribed("event");
    BantamRuntime runtime =
        fixture.start(
            fixture
                .options("name: assistant, plugin: echo, model: tiny")
                .withDrainLimit(Duration.ofMillis(100)));
    Process client = fixture.asking("wait", "patience");
    Eventually.await("the request is at work", LIMIT, () -> EchoPlugin.WAITING.get() == 1);

    // When
    await(runtime.stop());

    // Then
    assertThat(RuntimeFixture.output(client)).contains("draining");
    Eventually.await("the last words", LIMIT, () -> text(events).contains("runtime_stopped"));
    List<JsonNode> told = RuntimeFixture.messages(events);
    assertThat(told.get(told.size() - 1).at("/details/unanswered").asInt()).isEqualTo(1);
  }

  @Test
  void shouldPublishFiguresFromTimeToTime() throws Exception {
    // Given
    Path telemetry = fixture.subscribed("telemetry");
    fixture.start(
        fixture.options(fixture.talkativeSite(), "name: assistant, plugin: echo, model: tiny"));

    // When
    for (int i = 0; i < 3; i++) {
      RuntimeFixture.output(fixture.asking("echo", "hello " + i));
    }
    fixture.client("mosquitto_pub", "-q", "1", "-t", "site/7/log", "-m", "line").waitFor();

    // Then
    Eventually.await(
        "figures of all", LIMIT, () -> last(telemetry).at("/routes/lines/out").asInt() == 1);
    List<JsonNode> figures = RuntimeFixture.messages(telemetry);
    assertThat(figures).allMatch(f -> PublishedSchemas.problems("telemetry", f).isEmpty());
    JsonNode last = last(telemetry);
    assertThat(last.at("/slots/assistant/answered").asInt()).isEqualTo(3);
    assertThat(last.at("/slots/assistant/model").asText()).isEqualTo("tiny:3@f32");
    assertThat(last.at("/governor/steps").asInt()).isEqualTo(1);
    assertThat(last.at("/process/rss_anon_bytes").asLong()).isPositive();
    assertThat(last.at("/process/cpu_seconds").asDouble()).isPositive();
    assertThat(
            figures.stream().mapToInt(f -> f.at("/slots/assistant/latency_ms/count").asInt()).sum())
        .isEqualTo(3);
    assertThat(figures)
        .filteredOn(f -> f.at("/slots/assistant/latency_ms/count").asInt() > 0)
        .allMatch(f -> f.at("/slots/assistant/latency_ms/p50").asDouble() > 0);
  }

  private static JsonNode last(Path file) {
    try {
      List<JsonNode> all = RuntimeFixture.messages(file);
      return all.isEmpty() ? JSON.createObjectNode() : all.get(all.size() - 1);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldReportWhatEachSlotServesWithAndThatItHasStopped() throws Exception {
    // When
    Path reports = fixture.subscribed("slot/+/reported");
    BantamRuntime runtime = fixture.start(oneOfTwoSlots());

    // Then
    JsonNode assistant = fixture.retained("slot/assistant/reported");
    assertThat(assistant.get("state").asText()).isEqualTo("serving");
    assertThat(assistant.at("/active/model").asText()).isEqualTo("tiny:3@f32");
    assertThat(assistant.at("/active/version").asText()).isEqualTo("3");
    JsonNode other = fixture.retained("slot/other/reported");
    assertThat(other.get("state").asText()).isEqualTo("no_model");
    assertThat(other.get("wanted").asText()).isEqualTo("missing");

    // And when
    await(runtime.stop());

    // Then
    assertThat(fixture.retained("slot/assistant/reported").get("state").asText())
        .isEqualTo("stopped");
    assertThat(RuntimeFixture.messages(reports))
        .allMatch(report -> PublishedSchemas.problems("reported", report).isEmpty())
        .extracting(report -> report.get("slot").asText() + " " + report.get("state").asText())
        .containsExactly(
            "assistant serving",
            "other no_model",
            "assistant draining",
            "other draining",
            "assistant stopped",
            "other stopped");
  }
}
