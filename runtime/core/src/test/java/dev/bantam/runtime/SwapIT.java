package dev.bantam.runtime;

import static dev.bantam.runtime.RuntimeFixture.BASE;
import static dev.bantam.runtime.RuntimeFixture.JSON;
import static dev.bantam.runtime.RuntimeFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.spi.ModelReference;
import dev.bantam.testkit.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A slot's model is replaced by what a controller writes, over mosquitto. */
@Timeout(120)
class SwapIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String SLOT = "name: assistant, plugin: echo, model: tiny";
  private static final String NO_PROBATION = "\"policy\":{\"probation\":\"0s\"}";

  @TempDir Path folder;

  private RuntimeFixture fixture;
  private Path reports;
  private Path events;

  @BeforeEach
  void setUp() throws Exception {
    fixture = new RuntimeFixture(folder);
    reports = fixture.subscribed("slot/assistant/reported");
    events = fixture.subscribed("event");
  }

  @AfterEach
  void tearDown() throws Exception {
    fixture.close();
    assertThat(RuntimeFixture.messages(reports))
        .allSatisfy(r -> assertThat(PublishedSchemas.problems("reported", r)).isEmpty());
    assertThat(RuntimeFixture.messages(events))
        .allSatisfy(e -> assertThat(PublishedSchemas.problems("event", e)).isEmpty());
  }

  private BantamRuntime start() throws Exception {
    return fixture.start(options());
  }

  private RuntimeOptions options() throws IOException {
    return fixture.options(SLOT).withState(folder.resolve("state"));
  }

  private void wish(int generation, String model, String further) throws Exception {
    fixture.wish(
        "{\"generation\":%d,\"model\":\"%s\"%s}"
            .formatted(generation, model, further.isEmpty() ? "" : "," + further));
  }

  /** The outcome of a wish, once it is there; quick phases may be left out before it. */
  private JsonNode outcome(int generation) {
    Eventually.await(
        "an outcome of generation " + generation,
        LIMIT,
        () -> outcomes().stream().anyMatch(o -> o.get("generation").asInt() == generation));
    return outcomes().stream()
        .filter(o -> o.get("generation").asInt() == generation)
        .findFirst()
        .orElseThrow();
  }

  private List<JsonNode> outcomes() {
    return read(reports).stream()
        .map(report -> report.path("outcome"))
        .filter(JsonNode::isObject)
        .toList();
  }

  private static List<JsonNode> read(Path file) {
    try {
      return RuntimeFixture.messages(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> phases(int generation) {
    List<String> phases = new ArrayList<>();
    for (JsonNode report : read(reports)) {
      JsonNode progress = report.path("progress");
      if (progress.path("generation").asInt() == generation) {
        String phase = progress.get("phase").asText();
        if (phases.isEmpty() || !phases.get(phases.size() - 1).equals(phase)) {
          phases.add(phase);
        }
      }
    }
    return phases;
  }

  private void awaitPhase(int generation, String phase) {
    Eventually.await(phase, LIMIT, () -> phases(generation).contains(phase));
  }

  private JsonNode lastReport() {
    List<JsonNode> all = read(reports);
    return all.isEmpty() ? JSON.nullNode() : all.get(all.size() - 1);
  }

  private String answeringModel() throws Exception {
    String answer = RuntimeFixture.output(fixture.asking("echo", "{\"prompt\":\"hi\"}"));
    return JSON.readTree(answer).path("model").asText(answer);
  }

  private List<String> kinds() {
    return read(events).stream().map(event -> event.get("kind").asText()).toList();
  }

  @Test
  void shouldReplaceTheModelWhileTheOldOneAnswers() throws Exception {
    // Given a request that the old model works on
    start();
    Process asked = fixture.asking("wait", "{\"prompt\":\"one\"}");
    Eventually.await("at work", LIMIT, () -> EchoPlugin.WAITING.get() == 1);

    // When
    wish(3, "other:4", "\"deployment_id\":\"roll-1\"," + NO_PROBATION);
    awaitPhase(3, "draining");

    // Then the new one answers, while the old one is not closed
    assertThat(EchoPlugin.CLOSED).hasValue(0);
    EchoPlugin.GATE.release();
    JsonNode outcome = outcome(3);
    assertThat(JSON.readTree(RuntimeFixture.output(asked)).get("model").asText())
        .isEqualTo("tiny:3@f32");
    assertThat(outcome.get("result").asText()).isEqualTo("SUCCESSFUL");
    assertThat(outcome.get("deployment_id").asText()).isEqualTo("roll-1");
    assertThat(outcome.get("mode").asText()).isEqualTo("overlap");
    assertThat(List.of("validating", "staged", "loading", "probing", "switching", "draining"))
        .containsSubsequence(phases(3));
    assertThat(answeringModel()).isEqualTo("other:4@f32");
    assertThat(lastReport().at("/active/model").asText()).isEqualTo("other:4@f32");
    assertThat(lastReport().at("/previous/model").asText()).isEqualTo("tiny:3@f32");
    assertThat(EchoPlugin.CLOSED).hasValue(1);
    assertThat(kinds()).contains("swap_begun", "swap_succeeded");
    assertThat(fixture.retained("status").at("/slots/0/model").asText()).isEqualTo("other:4@f32");
  }

  private static void assertEnded(JsonNode outcome, String result, String code) {
    assertThat(outcome.get("result").asText()).isEqualTo(result);
    assertThat(outcome.get("code").asText()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({
    "broken, load_failed, the file is broken on purpose",
    "nan, self_test_failed, not finite",
    "slow, too_slow, at least 50.0 are wanted",
    "liar, canary_failed, expected \"lie\"",
    "missing, not_installed, pull it first",
    "rotten, corrupt, model rotten is damaged",
    "echo-only, load_failed, has no task \"wait\""
  })
  void shouldKeepTheOldModelWhereTheNewOneIsNoGood(String model, String code, String reason)
      throws Exception {
    // Given
    start();

    // When
    wish(1, model, "\"policy\":{\"min_tokens_per_second\":50}");

    // Then
    JsonNode outcome = outcome(1);
    assertEnded(outcome, "FAILED_NO_STATE_CHANGE", code);
    assertThat(outcome.get("reason").asText()).contains(reason);
    assertThat(answeringModel()).isEqualTo("tiny:3@f32");
    assertThat(kinds()).contains("swap_failed");
    Eventually.await(
        "only the old one is loaded",
        LIMIT,
        () -> EchoPlugin.LOADED.get() - EchoPlugin.CLOSED.get() == 1);
  }

  @Test
  void shouldLetRequestsWaitWhereThereIsNoRoomForBoth() throws Exception {
    // Given
    start();
    Process old = fixture.asking("wait", "{\"prompt\":\"one\"}");
    Eventually.await("at work", LIMIT, () -> EchoPlugin.WAITING.get() == 1);

    // When
    wish(1, "other", "\"policy\":{\"mode\":\"exclusive\",\"probation\":\"0s\"}");
    awaitPhase(1, "draining");
    Process waiting = fixture.asking("echo", "{\"prompt\":\"two\"}");
    Eventually.await(
        "the request is there",
        LIMIT,
        () -> fixture.broker.log().contains("Sending PUBLISH to bantam-boiler-1-assistant"));
    assertThat(EchoPlugin.LOADED).hasValue(1);
    EchoPlugin.GATE.release();

    // Then each is answered by one of them
    assertThat(JSON.readTree(RuntimeFixture.output(old)).get("model").asText())
        .isEqualTo("tiny:3@f32");
    assertThat(JSON.readTree(RuntimeFixture.output(waiting)).get("model").asText())
        .isEqualTo("other:3@f32");
    assertThat(outcome(1).get("result").asText()).isEqualTo("SUCCESSFUL");
    assertThat(
            List.of(
                "validating", "staged", "draining", "unloading", "loading", "probing", "switching"))
        .containsSubsequence(phases(1));
  }

  @Test
  void shouldSayWhenToAskAgainWhereARequestCannotWaitForTheNewModel() throws Exception {
    // Given a slot without a model for a while
    start();
    wish(1, "sleepy", "\"policy\":{\"mode\":\"exclusive\",\"probation\":\"0s\"}");
    Eventually.await(
        "no model", LIMIT, () -> lastReport().path("state").asText().equals("switching"));

    // When
    Process hurried =
        fixture.client(
            "mosquitto_rr",
            "-t",
            BASE + "/task/echo",
            "-e",
            BASE + "/answer/hurried/echo",
            "-m",
            "{\"prompt\":\"hi\"}",
            "-D",
            "publish",
            "message-expiry-interval",
            "1");
    Process patient = fixture.asking("echo", "{\"prompt\":\"hi\"}");

    // Then
    JsonNode error = JSON.readTree(RuntimeFixture.output(hurried)).get("error");
    assertThat(error.get("code").asText()).isEqualTo("draining");
    assertThat(error.get("retry_after_ms").asLong()).isPositive();
    assertThat(RuntimeFixture.output(patient)).contains("\"model\":\"sleepy:3@f32\"");
  }

  @Test
  void shouldNotGiveTheOldModelUpForADamagedOne() throws Exception {
    start();

    wish(1, "rotten", "\"policy\":{\"mode\":\"exclusive\"}");

    assertEnded(outcome(1), "FAILED_NO_STATE_CHANGE", "corrupt");
    assertThat(EchoPlugin.LOADED).as("the old model alone was ever loaded").hasValue(1);
    assertThat(phases(1)).doesNotContain("unloading");
    assertThat(answeringModel()).isEqualTo("tiny:3@f32");
  }

  @Test
  void shouldGoBackWhereTheNewModelFailsAfterTheOldOneIsGone() throws Exception {
    // Given
    start();

    // When
    wish(1, "nan", "\"policy\":{\"mode\":\"exclusive\"}");

    // Then
    assertEnded(outcome(1), "FAILED_ROLLBACK_COMPLETE", "self_test_failed");
    assertThat(answeringModel()).isEqualTo("tiny:3@f32");
  }

  @Test
  void shouldGoBackWhereRequestsFailInProbation() throws Exception {
    // Given
    start();
    wish(1, "faulty", "\"policy\":{\"probation\":\"30s\"}");
    awaitPhase(1, "probation");

    // When
    for (int i = 0; i < 3; i++) {
      assertThat(RuntimeFixture.output(fixture.asking("echo", "{\"prompt\":\"hi\"}")))
          .contains("plugin_failed");
    }

    // Then
    JsonNode outcome = outcome(1);
    assertEnded(outcome, "FAILED_ROLLBACK_COMPLETE", "too_many_errors");
    assertThat(answeringModel()).isEqualTo("tiny:3@f32");
  }

  @Test
  void shouldEndAnOlderWishForANewerOne() throws Exception {
    // Given a wish in probation, and one that waits for its time
    start();
    wish(1, "second", "\"policy\":{\"probation\":\"1h\"}");
    awaitPhase(1, "probation");
    wish(
        2,
        "third",
        "\"policy\":{\"not_before\":\"%s\"}".formatted(Instant.now().plusSeconds(3600)));
    awaitPhase(2, "deferred");

    // When
    wish(4, "fourth", NO_PROBATION);

    // Then
    assertThat(outcome(4).get("result").asText()).isEqualTo("SUCCESSFUL");
    assertThat(outcome(1).get("result").asText()).isEqualTo("SUPERSEDED");
    assertThat(outcome(2).get("result").asText()).isEqualTo("SUPERSEDED");
    assertThat(answeringModel()).isEqualTo("fourth:3@f32");
    assertThat(lastReport().at("/previous/model").asText()).isEqualTo("second:3@f32");

    // And when an older wish comes late
    wish(3, "late", NO_PROBATION);
    wish(5, "fifth", NO_PROBATION);

    // Then it changes nothing
    assertThat(outcome(5).get("result").asText()).isEqualTo("SUCCESSFUL");
    assertThat(outcomes()).noneMatch(o -> o.get("generation").asInt() == 3);
  }

  @Test
  void shouldWaitWhileTheModelInUseAsksForTime() throws Exception {
    // Given
    start();
    wish(1, "busy", NO_PROBATION);
    outcome(1);

    // When
    wish(2, "other", NO_PROBATION);

    // Then
    assertThat(outcome(2).get("result").asText()).isEqualTo("SUCCESSFUL");
    assertThat(phases(2)).contains("deferred");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"generation\":1}|model",
        "{\"generation\":0,\"model\":\"other\"}|generation",
        "{\"generation\":1,\"model\":\"OTHER\"}|model",
        "{\"generation\":1,\"model\":\"other\",\"policy\":{\"probation\":\"soon\"}}|probation",
        "{\"generation\":1,\"model\":\"other\",\"policy\":{\"not_before\":\"tomorrow\"}}|2026-01-31T22:00:00Z",
        "{\"generation\":1,\"model\":\"other\",\"source\":\"https://a.example/release.json\"}|sha256",
        "{\"generation\":1,|no JSON",
      })
  void shouldSayWhatIsWrongWithAWish(String wish, String word) throws Exception {
    // Given
    start();

    // When
    fixture.wish(wish);

    // Then
    Eventually.await("refused", LIMIT, () -> kinds().contains("desired_refused"));
    assertThat(read(events))
        .filteredOn(e -> e.get("kind").asText().equals("desired_refused"))
        .allSatisfy(e -> assertThat(e.get("message").asText()).contains(word));
    assertThat(answeringModel()).isEqualTo("tiny:3@f32");
  }

  @Test
  void shouldGoOnWithTheCommittedModelAfterARestart() throws Exception {
    // Given
    BantamRuntime first = start();
    wish(1, "other:7", NO_PROBATION);
    outcome(1);
    await(first.stop());

    // When
    BantamRuntime second = start();

    // Then it serves, and the retained wish is not done again
    assertThat(answeringModel()).isEqualTo("other:7@f32");
    assertThat(EchoPlugin.LOADED).hasValue(3);
    await(second.stop());

    // And when the configuration names another model
    SiteConfig changed = fixture.site().withModel("assistant", ModelReference.parse("own:1"));
    fixture.start(fixture.options(changed, SLOT).withState(folder.resolve("state")));

    // Then that counts
    assertThat(answeringModel()).isEqualTo("own:1@f32");
  }

  @Test
  void shouldTakeAWishThatCameWhileTheDeviceWasAway() throws Exception {
    // Given
    await(start().stop());

    // When
    wish(1, "other", NO_PROBATION);
    start();

    // Then
    assertThat(outcome(1).get("result").asText()).isEqualTo("SUCCESSFUL");
    assertThat(answeringModel()).isEqualTo("other:3@f32");
  }

  @Test
  void shouldGoBackAfterARestartInProbation() throws Exception {
    // Given
    BantamRuntime first = start();
    wish(1, "other", "\"policy\":{\"probation\":\"1h\"}");
    awaitPhase(1, "probation");
    assertThat(answeringModel()).isEqualTo("other:3@f32");
    await(first.stop());

    // When
    start();

    // Then
    assertThat(answeringModel()).isEqualTo("tiny:3@f32");
    JsonNode outcome = outcome(1);
    assertEnded(outcome, "FAILED_ROLLBACK_COMPLETE", "interrupted");
    assertThat(Optional.of(lastReport().path("progress").isMissingNode())).contains(true);
  }
}
