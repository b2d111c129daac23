package dev.bantam.runtime;

import static dev.bantam.runtime.RuntimeFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.runtime.governor.SystemFolder;
import dev.bantam.testkit.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole device over a real mosquitto whose memory gets short, and plenty again. */
@Timeout(120)
class GovernorIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String SLOT =
      "name: assistant, plugin: echo, model: tiny, workers: 4, queue: 2";
  private static final String RULES =
      "governor: {step: 500ms, hold: 500ms, ladder: [fewer_sequences, no_low_priority]%s}\n";

  @TempDir Path folder;

  private RuntimeFixture fixture;
  private SystemFolder system;

  @BeforeEach
  void setUp() throws Exception {
    fixture = new RuntimeFixture(folder);
    system = new SystemFolder(folder.resolve("system")).memoryPressure(0);
  }

  @AfterEach
  void tearDown() throws Exception {
    fixture.close();
  }

  private BantamRuntime start(String further) throws Exception {
    return fixture.start(
        fixture
            .options(fixture.site(further).orElseThrow(IllegalStateException::new), SLOT)
            .withSensors(system.sensors()));
  }

  private static String rules(String further) {
    return RULES.formatted(further);
  }

  /** Steps and what is critical, as they were told: kind and measure. */
  private static List<String> told(Path events) {
    try {
      return RuntimeFixture.messages(events).stream()
          .filter(event -> event.path("kind").asText().matches("(governor|memory)_.*"))
          .map(GovernorIT::words)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String words(JsonNode event) {
    assertThat(PublishedSchemas.problems("event", event)).isEmpty();
    JsonNode details = event.get("details");
    return Stream.of(event.get("kind"), details.get("step"), details.get("measure"))
        .filter(Objects::nonNull)
        .map(JsonNode::asText)
        .reduce((one, next) -> one + " " + next)
        .orElseThrow();
  }

  private void awaitTold(Path events, String last) {
    Eventually.await(
        last,
        LIMIT,
        () -> told(events).stream().reduce((one, next) -> next).orElse("").equals(last));
  }

  private String ask(String priority) throws Exception {
    return RuntimeFixture.output(
        fixture.asking("echo", "{\"prompt\":\"hi\",\"priority\":\"%s\"}".formatted(priority)));
  }

  @Test
  void shouldStepDownAndUpInOrderAndTellIt() throws Exception {
    // Given
    Path events = fixture.subscribed("event");
    start(rules(""));
    assertThat(fixture.retained("status").at("/governor/step").asInt()).isZero();

    // When memory is short
    system.memoryPressure(40);
    awaitTold(events, "governor_stepped_down 2 no_low_priority");

    // Then
    JsonNode status = fixture.retained("status");
    assertThat(PublishedSchemas.problems("status", status)).isEmpty();
    assertThat(status.at("/governor/measures"))
        .extracting(JsonNode::asText)
        .containsExactly("fewer_sequences", "no_low_priority");
    assertThat(status.at("/governor/sensors/memory").asText()).isEqualTo("high");
    assertThat(status.at("/governor/sensors/throttling").asText()).isEqualTo("unknown");
    assertThat(status.at("/slots/0/workers").asInt()).isEqualTo(2);
    assertThat(status.at("/slots/0/queue").asInt()).isEqualTo(4);
    assertThat(ask("low")).contains("\"busy\"").contains("\"retry_after_ms\":500");
    assertThat(ask("normal")).contains("\"hi\"");

    // When it is plenty
    system.memoryPressure(0);
    awaitTold(events, "governor_stepped_up 0 fewer_sequences");

    // Then
    assertThat(told(events))
        .containsExactly(
            "governor_stepped_down 1 fewer_sequences",
            "governor_stepped_down 2 no_low_priority",
            "governor_stepped_up 1 no_low_priority",
            "governor_stepped_up 0 fewer_sequences");
    assertThat(ask("low")).contains("\"hi\"");
    assertThat(fixture.retained("status").at("/slots/0/workers").asInt()).isEqualTo(4);
  }

  private String model() throws Exception {
    return fixture.retained("status").at("/slots/0/model").asText();
  }

  private void awaitModel(String model) {
    Eventually.await(
        model,
        LIMIT,
        () -> {
          try {
            return model().equals(model);
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
  }

  private BantamRuntime startSized() throws Exception {
    return fixture.start(
        fixture
            .options(
                fixture
                    .site("governor: {step: 500ms, hold: 500ms, ladder: [smaller_variant]}\n")
                    .orElseThrow(IllegalStateException::new),
                "name: assistant, plugin: echo, model: sized")
            .withState(folder.resolve("state"))
            .withSensors(system.sensors()));
  }

  @Test
  void shouldServeWithASmallerVariantMeanwhile() throws Exception {
    // Given
    Path events = fixture.subscribed("event");
    BantamRuntime runtime = startSized();
    assertThat(model()).isEqualTo("sized:3@q8");

    // When
    system.memoryPressure(40);
    awaitModel("sized:3@q4");

    // Then
    Eventually.await(
        "told", LIMIT, () -> !RuntimeFixture.events(events, "swap_succeeded").isEmpty());
    assertThat(ask("normal")).contains("\"hi\"").contains("sized:3@q4");

    // And with the step up, and after a restart, it has what it had before
    system.memoryPressure(0);
    awaitModel("sized:3@q8");
    system.memoryPressure(40);
    awaitModel("sized:3@q4");
    await(runtime.stop());
    system.memoryPressure(0);
    startSized();
    assertThat(model()).isEqualTo("sized:3@q8");
  }

  @Test
  void shouldLeaveAWishItsWay() throws Exception {
    // Given
    Path events = fixture.subscribed("event");
    startSized();
    system.memoryPressure(40);
    awaitModel("sized:3@q4");

    // When a controller wishes for another model meanwhile
    fixture.wish("{\"generation\":1,\"model\":\"tiny\",\"policy\":{\"probation\":\"0s\"}}");
    awaitModel("tiny:3@f32");
    system.memoryPressure(0);
    awaitTold(events, "governor_stepped_up 0 smaller_variant");

    // Then it stays, and is not made smaller either
    fixture.wish("{\"generation\":2,\"model\":\"sized@q8\",\"policy\":{\"probation\":\"0s\"}}");
    awaitModel("sized:3@q8");
    int swaps = RuntimeFixture.events(events, "swap_begun").size();
    system.memoryPressure(40);
    awaitTold(events, "governor_stepped_down 1 smaller_variant");
    system.memoryPressure(0);
    awaitTold(events, "governor_stepped_up 0 smaller_variant");
    assertThat(RuntimeFixture.events(events, "swap_begun")).hasSize(swaps);
    assertThat(model()).isEqualTo("sized:3@q8");
  }

  @Test
  void shouldRefuseAllWhileMemoryIsCritical() throws Exception {
    // Given
    Path events = fixture.subscribed("event");
    start("governor: {step: 1h, hold: 1s}\n");

    // When / Then
    system.memoryPressure(90);
    awaitTold(events, "memory_critical");
    assertThat(ask("high")).contains("\"busy\"").contains("short of memory");
    system.memoryPressure(0);
    awaitTold(events, "memory_relieved");
    assertThat(ask("high")).contains("\"hi\"");
  }

  @Test
  void shouldGoOnByOtherRulesAtOnce() throws Exception {
    // Given
    Path events = fixture.subscribed("event");
    BantamRuntime runtime = start(rules(""));
    system.memoryPressure(40);
    awaitTold(events, "governor_stepped_down 2 no_low_priority");

    // When the ladder is the same one, it stays on its rung
    assertThat(await(runtime.reload(fixture.site(rules(", max_tokens: 8")))).applied())
        .containsExactly("governor");
    assertThat(ask("low")).contains("\"busy\"");

    // When there is none, it gets back what it gave up
    assertThat(await(runtime.reload(fixture.site("governor: {ladder: []}\n"))).applied())
        .containsExactly("governor");

    // Then
    assertThat(ask("low")).contains("\"hi\"");
    awaitTold(events, "governor_stepped_up 0 fewer_sequences");

    // And what is wrong changes nothing
    assertThat(
            await(runtime.reload(fixture.site("governor: {memory: {high: 5}}\n")))
                .refused()
                .orElseThrow())
        .contains("governor.memory");
  }
}
