package dev.bantam.simulator.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.documents.Problem;
import dev.bantam.documents.ReadResult;
import dev.bantam.simulator.scenario.Expectations.Metric;
import java.util.List;
import org.junit.jupiter.api.Test;

class SwapChecksTest {

  private static final String DEVICES = "broker: managed\ndevices: [{id: a}, {id: b}]\n";

  private static List<String> problems(String more) {
    String text = "format: 1\nname: x\nduration: 1m\n" + more;
    ReadResult<Scenario> result = new ScenarioReader().read("x.yaml", text, Attachments.builtIn());
    return result instanceof ReadResult.Invalid<Scenario> invalid
        ? invalid.problems().stream().map(Problem::message).toList()
        : List.of();
  }

  private static String asking(String more) {
    return "applications: [{id: p, device: a, task: t, rate: 1, request: {text: \"{w}\"}, words: {w: [x, y]}%s}]\n"
        .formatted(more);
  }

  private static String swaps(String more) {
    return "swaps: [{id: s, slot: t, models: [m@a, m@b], count: 3%s}]\n".formatted(more);
  }

  @Test
  void shouldAcceptWhatIsRight() {
    assertThat(problems(DEVICES + asking(", reference: true") + swaps(", devices: [a, b]")))
        .isEmpty();
  }

  @Test
  void shouldSayWhatIsWrongWithSwaps() {
    assertThat(problems(DEVICES + asking("") + swaps("")))
        .containsExactly(
            "it is not said whose slot it is, and there are a, b; give device or devices");
    assertThat(problems(DEVICES + asking("") + swaps(", device: c, rate: 1, every: 1s, pause: 1s")))
        .anyMatch(text -> text.startsWith("there is no device \"c\""))
        .contains("every says it already; give one")
        .contains("is for swaps that wait for the one before; leave every and rate out");
    assertThat(problems(DEVICES + asking("") + swaps(", device: a").replace("m@a", "M@")))
        .anyMatch(text -> text.contains("is no model reference"));
  }

  @Test
  void shouldSayWhatCannotBeCompared() {
    assertThat(problems(DEVICES + asking(", reference: true").replace("{w}", "{w} {n}")))
        .anyMatch(text -> text.startsWith("{n} makes each request another"));
    assertThat(problems(asking(", reference: true").replace("device: a", "fleet: f")))
        .anyMatch(text -> text.startsWith("is for one device, which is asked before"));
    assertThat(problems(DEVICES + asking("") + "expect: {at_most: {failed_swaps: 0}}"))
        .containsExactly("nothing is swapped; give swaps");
    assertThat(
            problems(
                DEVICES
                    + asking("")
                    + swaps(", device: a")
                    + "expect: {at_most: {p99_ratio: 2, mixed_answers: 0}}"))
        .anyMatch(text -> text.contains("give quiet in phases"))
        .anyMatch(text -> text.contains("give an application reference: true"));
  }

  @Test
  void shouldShortenSwapsAndNotJudgeGrowthThen() {
    Scenario soak = new ScenarioReader().builtIn("swap-soak");

    assertThat(soak.shortened().swapPlan().swaps().get(0).count()).isEqualTo(100);
    assertThat(soak.expectations().orElseThrow().atMost()).containsKey(Metric.SWAP_MEMORY_GROWTH);
    assertThat(soak.shortened().expectations().orElseThrow().atMost())
        .containsKey(Metric.MIXED_ANSWERS)
        .doesNotContainKey(Metric.SWAP_MEMORY_GROWTH);
  }

  @Test
  void shouldSayThatThereIsNoTimeForSwaps() {
    assertThat(
            problems(
                DEVICES + asking("") + swaps(", device: a") + "phases: {quiet: 1m}\nshort: 10s"))
        .anyMatch(text -> text.startsWith("swaps would begin after the scenario's end"));
    assertThat(problems(DEVICES + asking("") + "phases: {quiet: 1s}"))
        .anyMatch(text -> text.endsWith("the scenario has none; add swaps"));
  }
}
