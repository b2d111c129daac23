package dev.bantam.simulator.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.simulator.scenario.Attachments;
import dev.bantam.simulator.scenario.BuiltIn;
import dev.bantam.simulator.scenario.Scenario;
import dev.bantam.simulator.scenario.ScenarioReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScheduleTest {

  private static final long MILLI = 1_000_000L;

  @TempDir Path folder;

  private final ScenarioReader reader = new ScenarioReader();

  /** All but one in which everybody asks when he is answered, and nothing by the clock. */
  static Stream<String> names() {
    return BuiltIn.names().stream().filter(name -> !name.equals("request-storm"));
  }

  private Scenario scenario(String sources) {
    String head = "format: 1\nname: x\nseed: 4\nduration: 10s\n";
    return reader
        .read("x.yaml", head + sources, Attachments.in(folder))
        .orElseThrow(IllegalArgumentException::new);
  }

  private static List<Publication> all(Scenario scenario) {
    return events(scenario).stream()
        .filter(Publication.class::isInstance)
        .map(Publication.class::cast)
        .toList();
  }

  private static List<Event> events(Scenario scenario) {
    List<Event> events = new ArrayList<>();
    try (Schedule schedule = Schedule.of(scenario)) {
      for (Optional<Event> next = schedule.next(); next.isPresent(); next = schedule.next()) {
        events.add(next.get());
      }
    }
    return events;
  }

  private static String hash(Scenario scenario) {
    ScheduleHash hash = new ScheduleHash();
    events(scenario).forEach(hash::add);
    return hash.finish();
  }

  private static Stream<String> texts(List<Publication> publications) {
    return publications.stream().map(p -> new String(p.payload(), StandardCharsets.UTF_8));
  }

  private static Stream<Long> millis(List<Publication> publications) {
    return publications.stream().map(p -> p.atNanos() / MILLI);
  }

  @ParameterizedTest
  @MethodSource("names")
  void shouldBeTheSameForTheSameSeedAndOrderedByTime(String name) {
    Scenario scenario = reader.builtIn(name).shortened();
    List<Event> events = events(scenario);

    assertThat(events).isNotEmpty();
    assertThat(events.stream().map(Event::atNanos)).isSorted();
    assertThat(events.get(events.size() - 1).atNanos()).isLessThan(scenario.duration().toNanos());
    assertThat(all(scenario)).allMatch(publication -> !publication.topic().contains("{"));
    assertThat(hash(scenario)).isEqualTo(hash(scenario));
    assertThat(hash(scenario.withSeed(scenario.seed() + 1))).isNotEqualTo(hash(scenario));
  }

  @Test
  void shouldLetABoilerAColdStoreAndADoorAskAtTheDemosStart() {
    List<Request> round = new ArrayList<>();
    Scenario demo = reader.builtIn("demo").lasting(Duration.ofMillis(1));
    try (Schedule schedule = Schedule.of(demo, Set.of("classify"))) {
      for (Optional<Event> next = schedule.next(); next.isPresent(); next = schedule.next()) {
        if (next.get() instanceof Request request) {
          round.add(request);
        }
      }
    }

    assertThat(round.stream().map(request -> request.about().orElseThrow().title()))
        .containsExactly("boiler", "cold store", "door");
    assertThat(round).allMatch(request -> request.task().equals("classify"));
    assertThat(new String(round.get(0).body(), StandardCharsets.UTF_8))
        .contains(round.get(0).about().orElseThrow().readings().get("temperature"))
        .doesNotContain("{temperature}");
    assertThat(demo.inTurn()).containsExactlyInAnyOrder("boiler", "cold-store", "door");
  }

  @Test
  void shouldSpeakAtItsPaceAndInBursts() {
    List<Publication> all =
        all(
            scenario(
                """
                sensors:
                  - {id: a, every: 4s, bursts: {every: 5s, count: 2, spacing: 10ms}, readings: {v: {kind: constant, value: 1}}}
                """));

    assertThat(millis(all)).containsExactly(0L, 4000L, 5000L, 5010L, 8000L);
  }

  @Test
  void shouldArriveAtRandomAtTheGivenRate() {
    List<Publication> all =
        all(scenario("logs: [{id: a, rate: 100, arrivals: random, templates: [{text: 'hello'}]}]"));
    long differentGaps =
        Stream.iterate(1, i -> i < all.size(), i -> i + 1)
            .map(i -> all.get(i).atNanos() - all.get(i - 1).atNanos())
            .distinct()
            .count();

    assertThat(all.size()).isBetween(850, 1150);
    assertThat(differentGaps).isGreaterThan(all.size() / 2);
  }

  @Test
  void shouldNotChangeASensorByAddingOneOfAnotherName() {
    String noisy = "readings: {v: {kind: constant, value: 1, with: [{kind: noise, deviation: 1}]}}";
    String one = "sensors:\n  - {id: a, every: 1s, jitter: 0.2, " + noisy + "}\n";
    List<Publication> alone = all(scenario(one));
    List<Publication> together =
        all(scenario(one + "  - {id: b, count: 3, every: 100ms, " + noisy + "}\n"));

    List<Publication> same = together.stream().filter(p -> p.source().equals("a")).toList();
    assertThat(texts(same)).containsExactlyElementsOf(texts(alone).toList());
    assertThat(together.stream().map(Publication::source).distinct()).contains("b-1", "b-2", "b-3");
  }

  @Test
  void shouldKeepTheTruthAboutAnomalies() {
    List<Publication> all =
        all(
            scenario(
                """
                sensors:
                  - id: a
                    count: 2
                    form: text
                    every: 1s
                    readings: {v: {kind: constant, value: 1, decimals: 0}}
                    anomalies:
                      - {label: jump, at: 2s, for: 2s, every: 5s, reading: v, kind: shift, by: 10, count: 1}
                """));
    List<Publication> labelled = all.stream().filter(p -> p.label().isPresent()).toList();

    assertThat(labelled).hasSize(4).allMatch(p -> p.source().equals("a-1"));
    assertThat(labelled.stream().map(p -> p.label().orElseThrow())).containsOnly("jump");
    assertThat(texts(labelled)).containsOnly("11");
    assertThat(texts(all.stream().filter(p -> p.label().isEmpty()).toList())).containsOnly("1");
  }

  @Test
  void shouldSendNothingWhereEveryReadingIsMissing() {
    List<Publication> all =
        all(
            scenario(
                """
                sensors:
                  - id: a
                    form: text
                    every: 1s
                    readings: {v: {kind: constant, value: 1}}
                    anomalies: [{label: gone, at: 3s, for: 7s, reading: v, kind: drop-out}]
                  - id: b
                    every: 1s
                    readings: {v: {kind: constant, value: 1, with: [{kind: drop-out, chance: 1, for: 1s}]}}
                """));

    assertThat(millis(all)).containsExactly(0L, 1000L, 2000L);
  }

  @Test
  void shouldMakeLinesOfTemplatesAndWords() {
    List<Publication> all =
        all(
            scenario(
                """
                logs:
                  - id: door
                    rate: 20
                    templates:
                      - {text: "{who} came in by door {n}", weight: 9}
                      - {text: "{who} broke in", label: intrusion}
                    words: {who: [Ann, Bo], n: [1, 2]}
                """));

    assertThat(texts(all))
        .allMatch(text -> text.matches("(Ann|Bo) (came in by door [12]|broke in)"));
    assertThat(all)
        .allMatch(
            p ->
                new String(p.payload(), StandardCharsets.UTF_8).endsWith("broke in")
                    == p.label().equals(Optional.of("intrusion")));
    assertThat(all.stream().filter(p -> p.label().isPresent()).count()).isBetween(5L, 40L);
    assertThat(all.get(0).topic()).isEqualTo("logs/door");
  }

  @Test
  void shouldReplayAFileAtScaledTimeAndAgain() throws IOException {
    Files.writeString(
        folder.resolve("pump.csv"), "time,flow,note,bad\n100,1.50,\"a, b\",\n104,2,,leak\n");

    List<Publication> all =
        all(
            scenario(
                """
                replays:
                  - {id: pump, file: pump.csv, time: {field: time, speed: 2}, label: bad, repeat: true}
                """));

    assertThat(millis(all)).containsExactly(0L, 2000L, 4000L, 6000L, 8000L);
    assertThat(texts(all).limit(2))
        .containsExactly("{\"flow\":1.50,\"note\":\"a, b\"}", "{\"flow\":2}");
    assertThat(all.get(0).label()).isEmpty();
    assertThat(all.get(1).label()).contains("leak");
    assertThat(all.get(2).label()).isEmpty();
  }

  @Test
  void shouldReplayJsonLinesAtTheirOwnTimesAsText() throws IOException {
    Files.writeString(
        folder.resolve("a.jsonl"),
        "{\"at\":\"2026-01-01T00:00:00Z\",\"v\":1}\n{\"at\":\"2026-01-01T01:00:00.250+01:00\",\"v\":2}\n");

    List<Publication> all =
        all(
            scenario(
                "replays: [{id: a, file: a.jsonl, form: text, time: {field: at, unit: iso}}]"));

    assertThat(millis(all)).containsExactly(0L, 250L);
    assertThat(texts(all)).containsExactly("1", "2");
  }

  @Test
  void shouldSayWhichFileWentAwayUnderIt() throws IOException {
    Path file = Files.writeString(folder.resolve("a.csv"), "v\n1\n");
    Scenario scenario = scenario("replays: [{id: a, file: a.csv, every: 1s}]");
    Files.delete(file);

    assertThatThrownBy(() -> all(scenario))
        .isInstanceOf(ScheduleException.class)
        .hasMessageContaining("a.csv");
  }
}
