package dev.bantam.simulator.scenario;

import dev.bantam.documents.Section;
import dev.bantam.simulator.scenario.Scenario.FormName;
import dev.bantam.simulator.scenario.Scenario.Outlet;
import dev.bantam.simulator.scenario.SensorSpec.Question;
import dev.bantam.simulator.signal.NumberReading;
import dev.bantam.simulator.signal.ReadingSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Turns a document that has passed all checks into records.
 *
 * @param attachments the files that it names
 */
record ScenarioDecoder(Attachments attachments) {

  private static final Duration USUALLY_SHORT = Duration.ofSeconds(10);
  private static final Instant USUAL_START = Instant.parse("2026-01-05T06:00:00Z");

  Scenario scenario(Section root) {
    Duration duration = root.duration("duration").orElseThrow();
    Duration usuallyShort = duration.compareTo(USUALLY_SHORT) < 0 ? duration : USUALLY_SHORT;
    Map<String, NumberReading> groups = new LinkedHashMap<>();
    Section section = root.section("groups");
    section.keys().forEach(name -> groups.put(name, SignalDecoder.number(section.section(name))));
    return new Scenario(
        root.required("name"),
        root.text("summary").orElse(""),
        root.wholeNumber("seed").orElse(1L),
        root.text("starts").map(Instant::parse).orElse(USUAL_START),
        duration,
        root.duration("short").orElse(usuallyShort),
        root.number("speed").orElse(1.0),
        root.integer("connections").orElse(1),
        groups,
        root.list("sensors").stream().map(ScenarioDecoder::sensor).toList(),
        root.list("logs").stream().map(ScenarioDecoder::log).toList(),
        root.list("replays").stream().map(this::replay).toList(),
        root.list("applications").stream().map(ApplicationDecoder::application).toList(),
        new SetupDecoder(attachments).setup(root),
        SwapDecoder.plan(root),
        root.has("expect")
            ? Optional.of(ExpectationDecoder.expectations(root.section("expect")))
            : Optional.empty());
  }

  private static SensorSpec sensor(Section sensor) {
    String id = sensor.required("id");
    int count = sensor.integer("count").orElse(1);
    Map<String, ReadingSpec> readings = new LinkedHashMap<>();
    Section section = sensor.section("readings");
    section
        .keys()
        .forEach(name -> readings.put(name, SignalDecoder.reading(section.section(name))));
    return new SensorSpec(
        id,
        sensor.text("title").orElse(id),
        sensor.text("model").orElse("Simulated"),
        count,
        outlet(sensor, "json"),
        pace(sensor),
        readings,
        sensor.list("anomalies").stream().map(anomaly -> anomaly(anomaly, count)).toList(),
        sensor.has("asks") ? Optional.of(question(sensor.section("asks"))) : Optional.empty());
  }

  private static AnomalySpec anomaly(Section anomaly, int sensors) {
    return new AnomalySpec(
        anomaly.required("label"),
        anomaly.duration("at").orElseThrow(),
        anomaly.duration("for").orElseThrow(),
        anomaly.duration("every"),
        anomaly.required("reading"),
        SignalDecoder.effect(anomaly),
        anomaly.integer("count").orElse(sensors));
  }

  private static Question question(Section asks) {
    return new Question(
        asks.required("task"),
        asks.anything("request"),
        asks.flag("in_turn", false),
        asks.has("otherwise")
            ? Optional.of(question(asks.section("otherwise")))
            : Optional.empty());
  }

  private static LogSpec log(Section log) {
    List<LogSpec.Template> templates =
        log.list("templates").stream()
            .map(
                template ->
                    new LogSpec.Template(
                        template.required("text"),
                        template.number("weight").orElse(1.0),
                        template.text("label")))
            .toList();
    return new LogSpec(log.required("id"), outlet(log, "text"), pace(log), templates, words(log));
  }

  static Map<String, List<String>> words(Section source) {
    Map<String, List<String>> words = new LinkedHashMap<>();
    Section section = source.section("words");
    section.keys().forEach(name -> words.put(name, section.texts(name).orElseThrow()));
    return words;
  }

  private ReplaySpec replay(Section replay) {
    return new ReplaySpec(
        replay.required("id"),
        replay.required("file"),
        attachments,
        outlet(replay, "json"),
        clock(replay),
        replay.text("label"),
        replay.flag("repeat", false));
  }

  static ReplaySpec.Clock clock(Section replay) {
    if (!replay.has("time")) {
      return new ReplaySpec.Clock.Even(interval(replay));
    }
    Section time = replay.section("time");
    return new ReplaySpec.Clock.Recorded(
        time.text("field").orElse(""),
        ReplaySpec.TimeUnit.valueOf(time.text("unit").orElse("s").toUpperCase(Locale.ROOT)),
        time.number("speed").orElse(1.0));
  }

  private static Outlet outlet(Section section, String form) {
    String name = section.text("form").orElse(form);
    return new Outlet(
        section.text("topic"),
        FormName.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_')),
        section.integer("qos").orElse(0),
        section.flag("retain", false));
  }

  static Pace pace(Section section) {
    Section bursts = section.section("bursts");
    return new Pace(
        interval(section),
        section.number("jitter").orElse(0.0),
        section.text("arrivals").orElse("regular").equals("random"),
        section.has("bursts")
            ? Optional.of(
                new Pace.Bursts(
                    bursts.duration("every").orElseThrow(),
                    bursts.integer("count").orElseThrow(),
                    bursts.duration("spacing").orElseThrow()))
            : Optional.empty());
  }

  private static Duration interval(Section section) {
    return section
        .duration("every")
        .orElseGet(() -> Duration.ofNanos(Math.round(1e9 / section.number("rate").orElse(1.0))));
  }
}
