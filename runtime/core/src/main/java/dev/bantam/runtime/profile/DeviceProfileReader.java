package dev.bantam.runtime.profile;

import dev.bantam.documents.DocumentReader;
import dev.bantam.documents.Problem;
import dev.bantam.documents.ReadResult;
import dev.bantam.documents.Section;
import dev.bantam.documents.YamlTree;
import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.runtime.config.PacketLimit;
import dev.bantam.runtime.governor.GovernorSettings;
import dev.bantam.runtime.governor.TemperatureLimits;
import dev.bantam.runtime.http.HttpSettings;
import dev.bantam.spi.ModelReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads one device profile. All problems are reported at once, each with file and line. */
public final class DeviceProfileReader {

  /** The published JSON Schema, as a class-path resource. */
  public static final String SCHEMA = "/device-profiles/device-profile.schema.json";

  private final DocumentReader documents = new DocumentReader(SCHEMA);
  private final Optional<Set<String>> plugins;

  /** Leaves the names of plugins to whoever loads them. */
  public DeviceProfileReader() {
    this.plugins = Optional.empty();
  }

  /**
   * Checks the names of plugins, too.
   *
   * @param plugins those that are there
   */
  public DeviceProfileReader(Set<String> plugins) {
    this.plugins = Optional.of(Set.copyOf(plugins));
  }

  /** What the file extends is read, too. */
  public ReadResult<DeviceProfile> read(Path file) {
    return finish(ProfileDocument.of(documents, file), plugins);
  }

  /**
   * @param name for messages
   */
  public ReadResult<DeviceProfile> read(String name, String text) {
    return finish(ProfileDocument.of(documents, name, text), plugins);
  }

  /**
   * @param name one of {@link ShippedProfiles#NAMES}
   */
  ReadResult<DeviceProfile> shipped(String name) {
    return finish(ProfileDocument.shipped(documents, name), Optional.empty());
  }

  private ReadResult<DeviceProfile> finish(ProfileDocument own, Optional<Set<String>> known) {
    Lineage lineage = Lineage.of(own, documents);
    ProfileLayers layers = new ProfileLayers(lineage);
    return own.document()
        .finish(
            root -> {
              List<Problem> problems = problems(root, lineage, layers);
              known.ifPresent(names -> problems.addAll(ProfileChecks.plugins(root, names)));
              return problems;
            },
            root -> profile(layers));
  }

  private static List<Problem> problems(Section root, Lineage lineage, ProfileLayers layers) {
    List<Problem> problems = new ArrayList<>(lineage.problems());
    for (YamlTree tree : lineage.oldestFirst()) {
      problems.addAll(ProfileChecks.ofDocument(Section.of(tree)));
    }
    if (lineage.isWhole()) {
      problems.addAll(ProfileChecks.ofWhole(root, layers));
    }
    return problems;
  }

  private static DeviceProfile profile(ProfileLayers layers) {
    NavigableMap<Long, DeviceProfile> tiers = new TreeMap<>();
    for (long memory : layers.steps()) {
      tiers.put(memory, profile(layers.at(memory), layers));
    }
    DeviceProfile least = tiers.firstEntry().getValue();
    return tiers.size() == 1 ? least : least.withTiers(tiers);
  }

  private static DeviceProfile profile(Section root, ProfileLayers layers) {
    String name = root.required("name");
    return new DeviceProfile(
        name,
        root.text("title").orElse(name),
        root.integer("priority").orElse(0),
        match(root.section("match")),
        ReferenceMachine.of(root),
        root.integer("threads"),
        root.flag("spinning", false),
        providers(root),
        root.text("memory_budget").map(MemoryBudget::new).orElse(MemoryBudget.DEFAULT),
        root.text("power_mode").map(Pattern::compile),
        PacketLimit.of(root.section("mqtt")).orElse(MqttConfig.DEFAULT_MAX_PACKET_BYTES),
        root.integer("context_length").orElseThrow(),
        TemperatureLimits.of(root),
        GovernorSettings.of(root),
        HttpSettings.of(root),
        root.list("slots").stream()
            .map(slot -> slot(slot, layers.place(slot.required("name"))))
            .toList(),
        new TreeMap<>());
  }

  /** What is behind the CPU would never be asked. */
  private static List<String> providers(Section root) {
    List<String> wanted =
        root.texts("execution_providers").orElse(List.of()).stream()
            .takeWhile(provider -> !provider.equals(DeviceProfile.CPU))
            .distinct()
            .toList();
    return Stream.concat(wanted.stream(), Stream.of(DeviceProfile.CPU)).toList();
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

  private static SlotProfile slot(Section slot, String place) {
    return new SlotProfile(
        slot.required("name"),
        slot.required("plugin"),
        ModelReference.parse(slot.required("model")),
        slot.texts("variants").orElse(List.of()),
        slot.texts("tasks"),
        slot.integer("context_length"),
        slot.integer("workers"),
        slot.integer("queue").orElse(SlotProfile.DEFAULT_QUEUE),
        slot.duration("timeout").orElse(SlotProfile.DEFAULT_TIMEOUT),
        slot.number("min_tokens_per_second"),
        slot.textsByKey("settings"),
        place);
  }
}
