package dev.bantam.simulator.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.documents.ReadResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Holds simulator/README.md to the schema. {@code -Dbantam.write=true} in the test's JVM writes the
 * reference anew.
 */
class ScenarioReferenceTest {

  private static final Path README =
      Path.of(System.getProperty("bantam.root", ".."), "simulator", "README.md");
  private static final String BEGIN =
      "<!-- reference: made of the schema by ScenarioReferenceTest -->\n";
  private static final String END = "<!-- end of the reference -->";
  private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  /** Definitions that are sections, in the README's order, with their headings. */
  private static final List<Map.Entry<String, String>> SECTIONS =
      List.of(
          Map.entry("sensor", "A sensor, in `sensors`"),
          Map.entry("bursts", "`bursts` of a sensor or log"),
          Map.entry("constant", "Reading or group of kind `constant`"),
          Map.entry("drift", "Reading or group of kind `drift`"),
          Map.entry("ramp", "Reading or group of kind `ramp`"),
          Map.entry("daily_cycle", "Reading or group of kind `daily-cycle`"),
          Map.entry("random_walk", "Reading or group of kind `random-walk`"),
          Map.entry("follow", "Reading of kind `follow`"),
          Map.entry("words", "Reading of kind `words`"),
          Map.entry("noise", "In `with`: kind `noise`"),
          Map.entry("spikes", "In `with`: kind `spikes`"),
          Map.entry("stuck_at", "In `with`: kind `stuck-at`"),
          Map.entry("drop_out", "In `with`: kind `drop-out`"),
          Map.entry("follow_too", "In `with`: kind `follow`"),
          Map.entry("anomaly", "An anomaly, in `anomalies` of a sensor"),
          Map.entry("anomaly_shift", "Anomaly of kind `shift`"),
          Map.entry("anomaly_scale", "Anomaly of kind `scale`"),
          Map.entry("anomaly_drift", "Anomaly of kind `drift`"),
          Map.entry("anomaly_plain", "Anomaly of kind `stuck-at` or `drop-out`"),
          Map.entry("anomaly_spikes", "Anomaly of kind `spikes`"),
          Map.entry("question", "`asks` of a sensor"),
          Map.entry("log", "An event log, in `logs`"),
          Map.entry("template", "A template, in `templates` of a log"),
          Map.entry("replay", "A recorded file, in `replays`"),
          Map.entry("replay_time", "`time` of a replay"),
          Map.entry("application", "An application, in `applications`"),
          Map.entry("vocabulary", "`words` of a log or an application"),
          Map.entry("device", "A device, in `devices`"),
          Map.entry("import", "A model that is made of a file, in `imports` of a device"),
          Map.entry("phases", "`phases`, before swaps"),
          Map.entry("swaps", "Models that are replaced, in `swaps`"),
          Map.entry("fault_fixed", "A fault, in `faults`"),
          Map.entry("fault_plain", "Fault that only lasts: kills, freezes, cuts, disks and models"),
          Map.entry("fault_drop", "Fault of kind `network-drop`"),
          Map.entry("fault_delay", "Fault of kind `network-delay`"),
          Map.entry("fault_loss", "Fault of kind `network-loss`"),
          Map.entry("fault_throttle", "Fault of kind `network-throttle` or `slow-consumer`"),
          Map.entry("fault_draw", "Faults that are drawn, in `faults`"),
          Map.entry("draw", "`draw` of faults"),
          Map.entry("expect", "What is expected, in `expect`"),
          Map.entry("bounds", "`at_most` and `at_least`"),
          Map.entry("detection", "What is found, in `detections`"),
          Map.entry("when", "`when` of detections"),
          Map.entry("order", "Messages in their order, in `order`"),
          Map.entry("events", "Events in their order, in `events`"));

  private final JsonNode schema = schema();

  private static JsonNode schema() {
    try (InputStream in = ScenarioReferenceTest.class.getResourceAsStream(ScenarioReader.SCHEMA)) {
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shouldListEveryKeyOfTheSchema() throws IOException {
    String readme = Files.readString(README);
    int begin = readme.indexOf(BEGIN) + BEGIN.length();
    int end = readme.indexOf(END);
    if (Boolean.getBoolean("bantam.write")) {
      Files.writeString(README, readme.substring(0, begin) + reference() + readme.substring(end));
    }

    assertThat(Files.readString(README)).contains(BEGIN + reference() + END);
  }

  @Test
  void shouldHaveAHeadingForEverySection() {
    TreeSet<String> sections = new TreeSet<>();
    schema
        .get("$defs")
        .fields()
        .forEachRemaining(
            def -> {
              if (def.getValue().has("additionalProperties")) {
                sections.add(def.getKey());
              }
            });

    assertThat(SECTIONS.stream().map(Map.Entry::getKey)).containsAll(sections);
  }

  @Test
  void shouldHaveExamplesThatAreScenarios() throws IOException {
    List<String> examples =
        EXAMPLE.matcher(Files.readString(README)).results().map(m -> m.group(1)).toList();

    assertThat(examples).isNotEmpty();
    for (String example : examples) {
      ReadResult<Scenario> result =
          new ScenarioReader().read("README.md", example, Attachments.builtIn());
      assertThat(result).as(example).isInstanceOf(ReadResult.Valid.class);
    }
  }

  private String reference() {
    StringBuilder text = new StringBuilder("\n### The document\n\n").append(table(schema));
    SECTIONS.forEach(
        section ->
            text.append("\n### ")
                .append(section.getValue())
                .append("\n\n")
                .append(table(schema.at("/$defs/" + section.getKey()))));
    return text.append('\n').toString();
  }

  private String table(JsonNode section) {
    StringBuilder table =
        new StringBuilder(sentence(section)).append("\n\n| key | value |\n|---|---|\n");
    TreeSet<String> required = new TreeSet<>();
    section.path("required").forEach(key -> required.add(key.asText()));
    section
        .path("properties")
        .fields()
        .forEachRemaining(
            entry -> {
              if (entry.getValue().isObject()) {
                table.append(
                    "| `%s`%s | %s |%n"
                        .formatted(
                            entry.getKey(),
                            required.contains(entry.getKey()) ? " (must be there)" : "",
                            value(entry.getValue())));
              }
            });
    return table
            .toString()
            .replace(
                "| key | value |\n|---|---|\n",
                hasKeys(section) ? "| key | value |\n|---|---|\n" : "")
            .stripTrailing()
        + "\n";
  }

  private static boolean hasKeys(JsonNode section) {
    for (JsonNode property : section.path("properties")) {
      if (property.isObject()) {
        return true;
      }
    }
    return false;
  }

  private static String sentence(JsonNode section) {
    String text = section.path("description").asText();
    return Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
  }

  private String value(JsonNode property) {
    JsonNode rule =
        property.has("$ref") ? schema.at(property.get("$ref").asText().substring(1)) : property;
    String text =
        property.has("description")
            ? property.get("description").asText()
            : rule.get("description").asText();
    if (!rule.has("enum") || rule.get("enum").get(0).isNumber()) {
      return text;
    }
    StringBuilder values = new StringBuilder();
    rule.get("enum")
        .forEach(
            v ->
                values
                    .append(values.isEmpty() ? "" : ", ")
                    .append('`')
                    .append(v.asText())
                    .append('`'));
    return text + ": " + values;
  }
}
