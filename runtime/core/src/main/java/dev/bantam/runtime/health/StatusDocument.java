package dev.bantam.runtime.health;

import dev.bantam.runtime.governor.GovernorReport;
import dev.bantam.runtime.governor.Level;
import dev.bantam.runtime.governor.Temperature;
import dev.bantam.spi.ModelReference;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a device says of itself.
 *
 * @param device the device id
 * @param fleet the groups whose work it shares with others
 * @param version Bantam's version
 * @param profile the device profile's name
 * @param startedAt by the wall clock
 * @param uptime by the monotonic clock
 * @param temperature empty if it is not watched, or nothing shows it
 * @param governor what the device gives up to spare itself; empty if it takes no steps
 * @param onnxruntime what models are computed on; empty if that was not tested
 * @param http where health and figures are, or why they are nowhere; empty if the site wants none
 * @param plugins the loaded plugins
 * @param slots the slots, in the order in which they are asked whether they serve a task; behind
 *     them those without a model
 */
public record StatusDocument(
    String device,
    List<String> fleet,
    String version,
    String profile,
    Instant startedAt,
    Duration uptime,
    Optional<TemperatureStatus> temperature,
    Optional<GovernorReport> governor,
    Optional<Map<String, @Nullable Object>> onnxruntime,
    Optional<Map<String, String>> http,
    List<PluginStatus> plugins,
    List<SlotStatus> slots) {

  public StatusDocument {
    fleet = List.copyOf(fleet);
    plugins = List.copyOf(plugins);
    slots = List.copyOf(slots);
  }

  /**
   * How hot it is.
   *
   * @param shown by the hottest zone
   * @param state what that means
   */
  public record TemperatureStatus(Temperature shown, Level state) {

    Map<String, @Nullable Object> fields() {
      Map<String, @Nullable Object> fields =
          fieldsOf("celsius", shown.tenths(), "zone", shown.zone());
      fields.put("state", state.heatName());
      return fields;
    }
  }

  /**
   * One plugin.
   *
   * @param name as slots refer to it
   * @param tasks all that it can serve
   */
  public record PluginStatus(String name, Set<String> tasks) {

    Map<String, @Nullable Object> fields() {
      return fieldsOf("name", name, "tasks", sorted(tasks));
    }
  }

  /**
   * One slot.
   *
   * @param state {@code serving}, {@code draining}, {@code stopped} or {@code no_model}
   * @param model the active model, with version and variant; of a slot without, the one it wants
   * @param tasks that it serves, or would with a model
   * @param reason why it has no model, and what to do; empty if it has one
   */
  public record SlotStatus(
      String name,
      String state,
      String plugin,
      ModelReference model,
      Set<String> tasks,
      int workers,
      int queue,
      Optional<String> reason) {

    /** Whether it holds a model, so that there is no reason why it does not. */
    public boolean hasModel() {
      return reason.isEmpty();
    }

    Map<String, @Nullable Object> fields() {
      Map<String, @Nullable Object> fields = fieldsOf("name", name, "state", state);
      fields.put("plugin", plugin);
      fields.put("model", model.toString());
      fields.put("model_name", model.name());
      model.version().ifPresent(version -> fields.put("model_version", version));
      model.variant().ifPresent(variant -> fields.put("model_variant", variant));
      fields.put("tasks", sorted(tasks));
      fields.put("workers", workers);
      fields.put("queue", queue);
      reason.ifPresent(why -> fields.put("reason", why));
      return fields;
    }
  }

  /** As a JSON object of plain Java values, keys in snake_case. */
  public Map<String, @Nullable Object> fields() {
    Map<String, @Nullable Object> fields = fieldsOf("device", device, "version", version);
    if (!fleet.isEmpty()) {
      fields.put("fleet", fleet);
    }
    fields.put("profile", profile);
    fields.put("started_at", startedAt.truncatedTo(ChronoUnit.SECONDS).toString());
    fields.put("uptime_seconds", uptime.toSeconds());
    temperature.ifPresent(found -> fields.put("temperature", found.fields()));
    governor.ifPresent(found -> fields.put("governor", found.fields()));
    onnxruntime.ifPresent(found -> fields.put("onnxruntime", found));
    http.ifPresent(found -> fields.put("http", found));
    fields.put("plugins", plugins.stream().map(PluginStatus::fields).toList());
    fields.put("slots", slots.stream().map(SlotStatus::fields).toList());
    return fields;
  }

  private static Map<String, @Nullable Object> fieldsOf(
      String key1, Object value1, String key2, Object value2) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put(key1, value1);
    fields.put(key2, value2);
    return fields;
  }

  private static List<String> sorted(Set<String> names) {
    return List.copyOf(new TreeSet<>(names));
  }
}
