package dev.bantam.simulator.scenario;

import dev.bantam.documents.NearestName;
import dev.bantam.documents.Problem;
import dev.bantam.documents.Section;
import dev.bantam.protocol.TopicNames;
import dev.bantam.simulator.scenario.Expectations.Metric;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Finds in {@code expect} what a schema cannot say. */
final class ExpectationChecks {

  private final Section root;
  private final Section expect;
  private final List<Problem> problems = new ArrayList<>();

  ExpectationChecks(Section root) {
    this.root = root;
    this.expect = root.section("expect");
  }

  List<Problem> problems() {
    List<Section> detections = expect.list("detections");
    Set<String> ids = new HashSet<>();
    detections.forEach(detection -> checkListened(detection, ids));
    detections.forEach(this::checkLabels);
    expect.list("order").forEach(order -> checkListened(order, ids));
    expect.list("events").forEach(events -> checkEvents(events, ids));
    Stream.of("at_most", "at_least").map(expect::section).forEach(this::checkThereIsSomething);
    return problems;
  }

  private void checkListened(Section listened, Set<String> ids) {
    listened
        .text("id")
        .filter(id -> !ids.add(id))
        .ifPresent(id -> add(listened, "id", "\"%s\" is there twice; ids must differ", id));
    listened
        .text("topic")
        .filter(topic -> !TopicNames.isFilter(topic))
        .ifPresent(topic -> add(listened, "topic", "\"%s\" is no topic filter", topic));
  }

  private void checkEvents(Section events, Set<String> ids) {
    checkListened(events, ids);
    List<String> kinds = events.texts("kinds").orElse(List.of());
    events.texts("are").orElse(List.of()).stream()
        .filter(event -> !kinds.contains(event.split(" ", 2)[0]))
        .findFirst()
        .ifPresent(
            event ->
                add(
                    events,
                    "are",
                    "\"%s\" is of none of the kinds; add it there, or write one of: %s",
                    event,
                    String.join(", ", kinds)));
  }

  private void checkLabels(Section detection) {
    Set<String> known = labels();
    // What is in the column of a recorded file is not looked at here.
    boolean replays = root.list("replays").stream().anyMatch(replay -> replay.has("label"));
    if (known.isEmpty() && !replays) {
      add(detection, "id", "the scenario has no anomalies and no templates with labels");
      return;
    }
    for (String label : detection.texts("labels").orElse(List.of())) {
      if (!known.contains(label) && !replays) {
        add(
            detection,
            "labels",
            "no anomaly has the label \"%s\"%s",
            label,
            NearestName.hint(label, known));
      }
    }
  }

  private Set<String> labels() {
    Set<String> labels = new TreeSet<>();
    Stream.concat(
            root.list("sensors").stream().flatMap(sensor -> sensor.list("anomalies").stream()),
            root.list("logs").stream().flatMap(log -> log.list("templates").stream()))
        .forEach(labelled -> labelled.text("label").ifPresent(labels::add));
    return labels;
  }

  /** To measure. */
  private void checkThereIsSomething(Section bounds) {
    for (Metric metric : Metric.values()) {
      String key = metric.name().toLowerCase(Locale.ROOT);
      if (bounds.has(key)) {
        lacks(metric).ifPresent(what -> add(bounds, key, "%s", what));
      }
    }
  }

  private Optional<String> lacks(Metric metric) {
    if (metric.isOfDetections() && expect.list("detections").isEmpty()) {
      return Optional.of(
          "nothing is detected; give detections beside it: the topics that they come on");
    }
    if (metric.isOfSwaps() && root.list("swaps").isEmpty()) {
      return Optional.of("nothing is swapped; give swaps");
    }
    if (metric == Metric.P99_RATIO && !root.section("phases").has("quiet")) {
      return Optional.of("there is no time without swaps to compare with; give quiet in phases");
    }
    boolean compares =
        root.list("applications").stream().anyMatch(each -> each.flag("reference", false));
    return metric == Metric.MIXED_ANSWERS && !compares
        ? Optional.of("no answers are compared; give an application reference: true")
        : Optional.empty();
  }

  private void add(Section section, String key, String message, Object... values) {
    problems.add(section.problem(key, message.formatted(values)));
  }
}
