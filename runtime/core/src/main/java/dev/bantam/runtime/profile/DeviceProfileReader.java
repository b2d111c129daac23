package dev.bantam.runtime.profile;

import dev.bantam.documents.Document;
import dev.bantam.documents.DocumentReader;
import dev.bantam.documents.Problem;
import dev.bantam.documents.ReadResult;
import dev.bantam.documents.Section;
import dev.bantam.runtime.heat.TemperatureLimits;
import dev.bantam.spi.ModelReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads one device profile. All problems are reported at once, each with file and line. */
public final class DeviceProfileReader {

  /** The published JSON Schema, as a class-path resource. */
  public static final String SCHEMA = "/device-profiles/device-profile.schema.json";

  private final DocumentReader documents = new DocumentReader(SCHEMA);

  public ReadResult<DeviceProfile> read(Path file) {
    return finish(documents.read(file));
  }

  /**
   * @param name for messages
   */
  public ReadResult<DeviceProfile> read(String name, String text) {
    return finish(documents.read(name, text));
  }

  private static ReadResult<DeviceProfile> finish(Document document) {
    return document.finish(DeviceProfileReader::check, DeviceProfileReader::profile);
  }

  private static List<Problem> check(Section root) {
    List<Problem> problems = new ArrayList<>(TemperatureLimits.problems(root));
    Section match = root.section("match");
    try {
      match.text("device_tree_model").ifPresent(Pattern::compile);
    } catch (PatternSyntaxException e) {
      problems.add(
          match.problem("device_tree_model", "is no regular expression: " + e.getDescription()));
    }
    Set<String> names = new HashSet<>();
    for (Section slot : root.list("slots")) {
      slot.text("name")
          .filter(name -> !names.add(name))
          .map(name -> "two slots are called " + name + "; rename one")
          .ifPresent(message -> problems.add(slot.problem("name", message)));
      if (slot.texts("variants").isPresent()
          && slot.text("model").filter(m -> m.contains("@")).isPresent()) {
        problems.add(
            slot.problem(
                "variants", "the model names its variant already; leave one of the two out"));
      }
    }
    return problems;
  }

  private static DeviceProfile profile(Section root) {
    String name = root.required("name");
    return new DeviceProfile(
        name,
        root.text("title").orElse(name),
        root.integer("priority").orElse(0),
        match(root.section("match")),
        root.integer("threads"),
        root.flag("spinning", false),
        root.text("memory_budget").map(MemoryBudget::new).orElse(MemoryBudget.DEFAULT),
        root.integer("context_length").orElseThrow(),
        TemperatureLimits.of(root),
        root.list("slots").stream().map(DeviceProfileReader::slot).toList());
  }

  private static MatchRules match(Section match) {
    return new MatchRules(
        match.text("architecture"),
        match.text("device_tree_model").map(Pattern::compile),
        Set.copyOf(match.texts("cpu_features").orElse(List.of())),
        match.integer("min_cores"),
        match.integer("max_cores"),
        match.bytes("min_memory"),
        match.bytes("max_memory"),
        match.text("tegra").map(Boolean::valueOf));
  }

  private static SlotProfile slot(Section slot) {
    return new SlotProfile(
        slot.required("name"),
        slot.required("plugin"),
        ModelReference.parse(slot.required("model")),
        slot.texts("variants").orElse(List.of()),
        slot.texts("tasks"),
        slot.integer("workers"),
        slot.integer("queue").orElse(SlotProfile.DEFAULT_QUEUE),
        slot.duration("timeout").orElse(SlotProfile.DEFAULT_TIMEOUT),
        slot.number("min_tokens_per_second"),
        slot.textsByKey("settings"));
  }
}
