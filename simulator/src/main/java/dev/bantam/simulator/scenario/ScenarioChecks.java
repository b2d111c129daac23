package dev.bantam.simulator.scenario;

import dev.bantam.documents.NearestName;
import dev.bantam.documents.Problem;
import dev.bantam.documents.Section;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds what a schema cannot say. The schema may have complaints, too: what is not of its form is
 * left to it here.
 */
final class ScenarioChecks {

  private static final List<String> SOURCES = List.of("sensors", "logs", "replays", "applications");

  private final Section root;
  private final Attachments attachments;
  private final Set<String> groups;
  private final Set<String> ids = new HashSet<>();
  private final List<Problem> problems = new ArrayList<>();

  ScenarioChecks(Section root, Attachments attachments) {
    this.root = root;
    this.attachments = attachments;
    this.groups = Set.copyOf(root.section("groups").keys());
  }

  List<Problem> problems() {
    if (SOURCES.stream().allMatch(key -> root.list(key).isEmpty())) {
      add(
          root,
          "name",
          "the scenario has nothing to play; give it sensors, logs, replays or applications");
    }
    checkStart();
    Section section = root.section("groups");
    section.keys().forEach(name -> checkGroup(section.section(name)));
    root.list("sensors").forEach(this::checkSensor);
    root.list("logs").forEach(this::checkLog);
    root.list("replays").forEach(this::checkReplay);
    root.list("applications").forEach(this::checkApplication);
    problems.addAll(new ExpectationChecks(root).problems());
    return problems;
  }

  private void checkStart() {
    root.text("starts")
        .ifPresent(
            text -> {
              try {
                Instant.parse(text);
              } catch (DateTimeException e) {
                add(root, "starts", "\"%s\" is no date and time that there is".formatted(text));
              }
            });
  }

  private void checkGroup(Section group) {
    checkBounds(group);
    for (Section modifier : group.list("with")) {
      if (modifier.text("kind").equals(Optional.of("follow"))) {
        add(
            modifier,
            "kind",
            "a group cannot follow a group; use noise, spikes, stuck-at, drop-out");
      }
    }
  }

  private void checkSensor(Section sensor) {
    checkSource(sensor, "every", "rate");
    Section readings = sensor.section("readings");
    for (String name : readings.keys()) {
      Section reading = readings.section(name);
      checkBounds(reading);
      checkFollows(reading);
      reading.list("with").forEach(this::checkFollows);
    }
    sensor.list("anomalies").forEach(anomaly -> checkAnomaly(sensor, anomaly));
    checkQuestion(sensor.section("asks"), readings);
    checkQuestion(sensor.section("asks").section("otherwise"), readings);
  }

  private void checkSource(Section source, String... clocks) {
    source
        .text("id")
        .filter(id -> !ids.add(id))
        .ifPresent(id -> add(source, "id", "\"%s\" is there twice; ids must differ".formatted(id)));
    List<String> given = List.of(clocks).stream().filter(source::has).toList();
    if (given.isEmpty()) {
      add(source, "id", "it is not said when it speaks; give " + String.join(" or ", clocks));
    } else if (given.size() > 1) {
      add(source, given.get(1), "%s says it already; give one".formatted(given.get(0)));
    }
    source
        .text("topic")
        .ifPresent(topic -> unknown(source, "topic", topic, Set.of("id"), "a topic knows no {%s}"));
  }

  private void checkBounds(Section signal) {
    Optional<Double> low = signal.number("low");
    Optional<Double> high = signal.number("high");
    if (low.isEmpty() || high.isEmpty()) {
      return;
    }
    if (low.get() >= high.get()) {
      add(signal, "low", "must be below high, which is " + high.get());
      return;
    }
    signal
        .number("start")
        .filter(start -> start < low.get() || start > high.get())
        .ifPresent(
            start ->
                add(
                    signal,
                    "start",
                    "must be from low to high, that is from %s to %s, but it is %s"
                        .formatted(low.get(), high.get(), start)));
  }

  private void checkFollows(Section section) {
    section
        .text("group")
        .filter(name -> !groups.contains(name))
        .ifPresent(
            name ->
                add(
                    section,
                    "group",
                    "there is no group \"%s\"%s".formatted(name, NearestName.hint(name, groups))));
  }

  private void checkAnomaly(Section sensor, Section anomaly) {
    Section readings = sensor.section("readings");
    List<String> numbers =
        readings.keys().stream()
            .filter(name -> !readings.section(name).text("kind").equals(Optional.of("words")))
            .toList();
    anomaly
        .text("reading")
        .filter(name -> !numbers.contains(name))
        .ifPresent(
            name ->
                add(
                    anomaly,
                    "reading",
                    "the sensor has no number \"%s\"%s"
                        .formatted(name, NearestName.hint(name, numbers))));
    int sensors = sensor.integer("count").orElse(1);
    if (anomaly.integer("count").orElse(1) > sensors) {
      add(
          anomaly,
          "count",
          "must not be more than the sensors; their count is %d".formatted(sensors));
    }
    Optional<Duration> interval = duration(anomaly, "every");
    Optional<Duration> lasts = duration(anomaly, "for");
    if (interval.isPresent() && lasts.isPresent() && interval.get().compareTo(lasts.get()) < 0) {
      add(anomaly, "every", "must not be less than for: it would begin again before it ends");
    }
  }

  /** Empty where the schema has a complaint. */
  private static Optional<Duration> duration(Section section, String key) {
    try {
      return section.duration(key);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private void checkQuestion(Section question, Section readings) {
    Set<String> names = Set.copyOf(readings.keys());
    Placeholders.in(question.anything("request"))
        .filter(name -> !names.contains(name))
        .distinct()
        .forEach(
            name ->
                add(
                    question,
                    "request",
                    "the sensor has no reading \"%s\"%s"
                        .formatted(name, NearestName.hint(name, names))));
  }

  private void checkLog(Section log) {
    checkSource(log, "every", "rate");
    Set<String> words = Set.copyOf(log.section("words").keys());
    for (Section template : log.list("templates")) {
      template
          .text("text")
          .ifPresent(text -> unknown(template, "text", text, words, "there are no words for {%s}"));
    }
  }

  private void checkReplay(Section replay) {
    checkSource(replay, "every", "rate", "time");
    if (replay.text("file").isPresent()) {
      problems.addAll(new ReplayCheck(replay, attachments).problems());
    }
  }

  private void checkApplication(Section application) {
    checkSource(application, "concurrency", "every", "rate");
    Set<String> words = new HashSet<>(application.section("words").keys());
    words.add("n");
    Placeholders.in(application.anything("request"))
        .filter(name -> !words.contains(name))
        .distinct()
        .forEach(
            name ->
                add(
                    application,
                    "request",
                    "there are no words for {%s}%s"
                        .formatted(name, NearestName.hint(name, words))));
    double odd = application.number("wrong").orElse(0.0);
    if (odd + application.number("cancelled").orElse(0.0) > 1) {
      add(application, "cancelled", "together with wrong it is more than all requests");
    }
    Optional<Duration> deadline = duration(application, "deadline");
    Duration patience = duration(application, "patience").orElse(ApplicationDecoder.USUAL_PATIENCE);
    if (deadline.isPresent() && deadline.get().compareTo(patience) >= 0) {
      add(
          application,
          "deadline",
          "must be less than patience, which is %d s: an answer that comes at the deadline would be lost"
              .formatted(patience.toSeconds()));
    }
  }

  private void unknown(
      Section section, String key, String text, Set<String> known, String complaint) {
    Placeholders.in(text)
        .filter(name -> !known.contains(name))
        .distinct()
        .forEach(
            name -> add(section, key, complaint.formatted(name) + NearestName.hint(name, known)));
  }

  private void add(Section section, String key, String message) {
    problems.add(section.problem(key, message));
  }
}
