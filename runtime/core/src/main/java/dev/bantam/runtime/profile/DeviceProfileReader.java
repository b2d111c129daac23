package dev.bantam.runtime.profile;

import dev.bantam.runtime.config.DocumentReader;
import dev.bantam.runtime.config.Problem;
import dev.bantam.runtime.config.ReadResult;
import dev.bantam.runtime.config.Section;
import dev.bantam.runtime.config.YamlTree;
import dev.bantam.spi.ModelReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
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

  private static ReadResult<DeviceProfile> finish(ReadResult<YamlTree> document) {
    if (document instanceof ReadResult.Invalid<YamlTree> invalid) {
      return new ReadResult.Invalid<>(invalid.problems());
    }
    Section root = Section.of(((ReadResult.Valid<YamlTree>) document).value());
    List<Problem> problems = new ArrayList<>();
    Optional<Pattern> model = model(root.section("match"), problems);
    slotNames(root, problems);
    return problems.isEmpty()
        ? new ReadResult.Valid<>(profile(root, model))
        : new ReadResult.Invalid<>(problems);
  }

  private static DeviceProfile profile(Section root, Optional<Pattern> model) {
    String name = root.required("name");
    return new DeviceProfile(
        name,
        root.text("title").orElse(name),
        root.integer("priority").orElse(0),
        match(root.section("match"), model),
        root.integer("threads"),
        root.flag("spinning", false),
        root.text("memory_budget").map(MemoryBudget::new).orElse(MemoryBudget.DEFAULT),
        root.integer("context_length").orElseThrow(),
        root.list("slots").stream().map(DeviceProfileReader::slot).toList());
  }

  private static MatchRules match(Section match, Optional<Pattern> model) {
    return new MatchRules(
        match.text("architecture"),
        model,
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
        slot.texts("tasks"),
        slot.integer("workers").orElse(SlotProfile.DEFAULT_WORKERS),
        slot.integer("queue").orElse(SlotProfile.DEFAULT_QUEUE),
        slot.duration("timeout").orElse(SlotProfile.DEFAULT_TIMEOUT),
        slot.textsByKey("settings"));
  }

  private static Optional<Pattern> model(Section match, List<Problem> problems) {
    try {
      return match.text("device_tree_model").map(Pattern::compile);
    } catch (PatternSyntaxException e) {
      problems.add(
          match.problem("device_tree_model", "is no regular expression: " + e.getDescription()));
      return Optional.empty();
    }
  }

  private static void slotNames(Section root, List<Problem> problems) {
    Set<String> names = new HashSet<>();
    for (Section slot : root.list("slots")) {
      String name = slot.required("name");
      if (!names.add(name)) {
        problems.add(slot.problem("name", "two slots are called " + name + "; rename one"));
      }
    }
  }
}
