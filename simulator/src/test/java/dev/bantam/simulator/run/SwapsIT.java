package dev.bantam.simulator.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.simulator.report.Reports;
import dev.bantam.simulator.scenario.Expectations.Metric;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.swap.SlotReport;
import dev.bantam.simulator.swap.SwapResult;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Swaps of a device that is a process, over a real mosquitto. The device is a double that swaps in
 * a moment; what is wrong with it must be found, and nothing else.
 */
@Timeout(120)
class SwapsIT {

  private static final String SCENARIO =
      """
      duration: 60s
      devices: [{id: gateway, config: {slot: {name: assistant, model: "m:1@b"%s}}}]
      phases: {warm_up: 200ms, quiet: 500ms}
      swaps: [{id: storm, slot: assistant, models: [m@a, m@b], limit: 2s, %s}]
      applications:
        - {id: panel, task: echo, request: {text: "{w}", temperature: 0}, words: {w: [one, two, three]},
           rate: 50, clients: 4, deadline: 1s, reference: true}
      expect:
        at_most: {lost_requests: 0, extra_answers: 0, refused_requests: 0, overdue_answers: 0, failed_swaps: 0,
                  superseded_swaps: 0, mixed_answers: 0, p99_ratio: 1000, swap_memory_ratio: 1.05,
                  swap_memory_growth: 10MiB, first_answer_p50: 1s}
        at_least: {successful_swaps: 30}
      """;

  @TempDir Path home;

  private final Vertx vertx = Vertx.vertx();
  private final List<String> did = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get();
    assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive)).isEmpty();
  }

  private RunReport play(String device, String swaps) throws Exception {
    return play(ManagedScenario.of(SCENARIO.formatted(device, swaps)));
  }

  private RunReport play(Scenario scenario) throws Exception {
    Stage.Means means =
        new Stage.Means(
            Optional.empty(), DoomedSimulator.means(home).launcher(), did::add, () -> false);
    try (Stage stage = Stage.set(vertx, scenario, means)) {
      RunOptions options =
          RunOptions.quiet(1, Optional.empty())
              .withProcesses(stage::processes)
              .withProgress(progress -> progress.preparing().ifPresent(did::add));
      RunReport report = new ScenarioRun(scenario, options, () -> false).play(vertx, stage);
      assertThat(Reports.problems(report.allFields())).isEmpty();
      for (SlotReport slot : report.swaps().slots()) {
        assertThat(slot.results().values().stream().mapToLong(count -> count).sum())
            .isEqualTo(slot.count());
      }
      return report;
    }
  }

  private static List<Metric> broken(RunReport report) {
    return report.verdicts().stream()
        .filter(verdict -> !verdict.ok())
        .map(Verdict::metric)
        .toList();
  }

  @Test
  void shouldFindNothingWrongWithADeviceThatSwapsWell() throws Exception {
    RunReport report = play("", "count: 40");

    assertThat(broken(report)).as(report.fields().toString()).isEmpty();
    assertThat(report.ok()).isTrue();
    assertThat(report.wall().toSeconds()).as("it ends with the last swap").isLessThan(30);
    assertThat(report.swaps().versions()).containsOnlyKeys("m:1@a", "m:1@b");
    assertThat(report.swaps().phases())
        .extracting(phase -> phase.latency().count())
        .doesNotContain(0L);
    assertThat(report.timeline().samples())
        .anyMatch(sample -> sample.swaps().outcome().count() > 0)
        .anyMatch(sample -> sample.swaps().firstAnswer().count() > 0);
    assertThat(did).anyMatch(text -> text.startsWith("asking m@a of device gateway"));
  }

  @Test
  void shouldFindADeviceThatLeaks() throws Exception {
    assertThat(broken(play(", leak_kib: 1024", "count: 40")))
        .containsExactly(Metric.SWAP_MEMORY_RATIO, Metric.SWAP_MEMORY_GROWTH);
  }

  @Test
  void shouldFindADeviceThatMixesVersions() throws Exception {
    RunReport report = play(", mixes: 25", "count: 40");

    assertThat(broken(report)).containsExactly(Metric.MIXED_ANSWERS);
    assertThat(report.swaps().mixedExamples().get(0))
        .contains("panel-", "was answered", "but not", "by m:1@");
  }

  @Test
  void shouldFindAnswersThatAreNotThoseOfAQuietDeviceWhereNothingIsSwapped() throws Exception {
    String scenario =
        """
        duration: 5s
        devices: [{id: gateway, config: {slot: {name: assistant, model: "m:1@b"%s}}}]
        applications:
          - {id: panel, task: echo, request: {text: "{w}"}, words: {w: [one, two]}, concurrency: 2, requests: 60, reference: true}
        expect: {at_most: {lost_requests: 0, mixed_answers: 0}}
        """;

    RunReport good = play(ManagedScenario.of(scenario.formatted("")));
    assertThat(broken(good)).isEmpty();
    assertThat(good.swaps().versions()).containsExactly(Map.entry("m:1@b", 60L));

    String mixing = ", other: \"m:1@a\", mixes: 25";
    assertThat(broken(play(ManagedScenario.of(scenario.formatted(mixing)))))
        .containsExactly(Metric.MIXED_ANSWERS);
  }

  @Test
  void shouldFindADeviceThatRejectsAndForgetsSwaps() throws Exception {
    RunReport report = play(", rejects: 9, forgets: 14", "count: 40, pause: 20ms");

    assertThat(broken(report)).containsExactly(Metric.FAILED_SWAPS);
    SlotReport slot = report.swaps().slots().get(0);
    assertThat(slot.results().keySet())
        .containsExactly(SwapResult.SUCCESSFUL, SwapResult.REJECTED, SwapResult.SILENT);
    assertThat(slot.problems())
        .hasSize((int) slot.failed())
        .anyMatch(text -> text.contains("because"));
  }

  @Test
  void shouldTellRefusalsWithAHintFromThoseWithout() throws Exception {
    String expect = SCENARIO.replace("refused_requests: 0", "refused_without_hint: 0");
    String exclusive = ", exclusive: true, swap_ms: 100";
    String swaps = "count: 32, pause: 50ms, policy: {mode: exclusive}";
    RunReport good = play(ManagedScenario.of(expect.formatted(exclusive, swaps)));
    RunReport bad = play(ManagedScenario.of(expect.formatted(exclusive + ", hints: false", swaps)));

    assertThat(broken(good)).as(good.fields().toString()).isEmpty();
    assertThat(good.requests().refused()).isPositive();
    assertThat(broken(bad)).containsExactly(Metric.REFUSED_WITHOUT_HINT);
  }

  @Test
  void shouldCountWishesThatANewerOneEnds() throws Exception {
    RunReport report = play("", "count: 200, controllers: 4, pause: 10ms");

    // The faster the machine, the fewer are left that anything could be measured after.
    assertThat(broken(report))
        .contains(Metric.SUPERSEDED_SWAPS)
        .isSubsetOf(
            Metric.SUPERSEDED_SWAPS,
            Metric.SUCCESSFUL_SWAPS,
            Metric.FIRST_ANSWER_P50,
            Metric.SWAP_MEMORY_RATIO,
            Metric.SWAP_MEMORY_GROWTH);
    assertThat(report.swaps().slots().get(0).results().keySet())
        .containsExactly(SwapResult.SUCCESSFUL, SwapResult.SUPERSEDED);
  }

  @Test
  void shouldSwapByTheClockAndSayWhatThereWasNoTimeFor() throws Exception {
    Scenario scenario =
        ManagedScenario.of(
            SCENARIO
                .replace("duration: 60s", "duration: 3s")
                .formatted("", "count: 40, every: 100ms, arrivals: random"));
    RunReport report = play(scenario);

    assertThat(report.scheduleSha256()).isEqualTo(DryRun.of(scenario).scheduleSha256());
    assertThat(broken(report)).contains(Metric.FAILED_SWAPS);
    assertThat(report.swaps().slots().get(0).results().keySet())
        .contains(SwapResult.SUCCESSFUL, SwapResult.NOT_ASKED);
  }

  @Test
  void shouldSayWhyAVersionCannotBeAskedBefore() {
    assertThatThrownBy(() -> play(", rejects: 1", "count: 40"))
        .hasMessageContaining("slot assistant of device gateway cannot be given m@a")
        .hasMessageContaining("REJECTED because");
    assertThatThrownBy(
            () ->
                play(
                    ManagedScenario.of(
                        SCENARIO
                            .formatted("", "count: 40")
                            .replace("slot: assistant,", "slot: triage,"))))
        .hasMessageContaining("device gateway says nothing of a slot triage");
  }

  @Test
  void shouldMakeModelsOfFilesBeforeDevicesStart() throws Exception {
    Scenario scenario =
        ManagedScenario.of(
            """
            duration: 1s
            devices: [{id: gateway, imports: [{file: tiny.gguf, name: t}, {file: tiny.gguf, name: t, quantize: 8bit}]}]
            applications: [{id: panel, task: echo, request: {text: "{n}"}, rate: 10}]
            """);

    assertThat(play(scenario).ok()).isTrue();
    assertThat(did).filteredOn(text -> text.startsWith("model t: model import")).hasSize(2);
  }
}
