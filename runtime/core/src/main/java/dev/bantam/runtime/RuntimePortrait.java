package dev.bantam.runtime;

import dev.bantam.runtime.dispatch.SlotWorkers;
import dev.bantam.runtime.health.BantamVersion;
import dev.bantam.runtime.health.StatusDocument;
import dev.bantam.runtime.health.StatusDocument.PluginStatus;
import dev.bantam.runtime.health.StatusDocument.SlotStatus;
import dev.bantam.runtime.health.StatusDocument.TemperatureStatus;
import dev.bantam.runtime.mqtt.SelfPortrait;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a runtime says of itself: its status, and what each slot reports. Any thread. */
final class RuntimePortrait implements SelfPortrait {

  private final RuntimeOptions options;
  private final RuntimeParts parts;
  private final Supplier<Optional<TemperatureStatus>> heat;
  private final Instant startedAt = Instant.now();
  private final long startedNanos = System.nanoTime();
  private volatile Optional<String> ending = Optional.empty();

  /**
   * @param heat how hot the device is, where that is watched
   */
  RuntimePortrait(
      RuntimeOptions options, RuntimeParts parts, Supplier<Optional<TemperatureStatus>> heat) {
    this.options = options;
    this.parts = parts;
    this.heat = heat;
  }

  /** From now on slots report this state, whatever they hold. */
  void ends(String state) {
    ending = Optional.of(state);
  }

  Duration uptime() {
    return Duration.ofNanos(System.nanoTime() - startedNanos);
  }

  @Override
  public Map<String, ? extends @Nullable Object> status() {
    return document().fields();
  }

  @Override
  public Map<String, Map<String, Object>> reported() {
    Map<String, Map<String, Object>> reports = new LinkedHashMap<>();
    document().slots().forEach(slot -> reports.put(slot.name(), report(slot)));
    return reports;
  }

  private Map<String, Object> report(SlotStatus slot) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("state", ending.orElse(slot.state()));
    fields.put("plugin", slot.plugin());
    if (slot.reason().isPresent()) {
      fields.put("wanted", slot.model().toString());
      fields.put("reason", slot.reason().get());
    } else {
      Map<String, Object> active = new LinkedHashMap<>();
      active.put("model", slot.model().toString());
      active.put("name", slot.model().name());
      slot.model().version().ifPresent(version -> active.put("version", version));
      slot.model().variant().ifPresent(variant -> active.put("variant", variant));
      fields.put("active", active);
    }
    return fields;
  }

  StatusDocument document() {
    return new StatusDocument(
        options.site().device(),
        options.site().fleet(),
        BantamVersion.get(),
        parts.profile().name(),
        startedAt,
        uptime(),
        heat.get(),
        parts.plugins().stream().map(p -> new PluginStatus(p.name(), p.tasks())).toList(),
        Stream.concat(
                parts.slots().stream().map(RuntimePortrait::status),
                parts.missing().stream().map(RuntimePortrait::status))
            .toList());
  }

  private static SlotStatus status(RuntimeParts.MissingSlot slot) {
    return SlotStatus.withoutModel(
        slot.plan().name(), slot.plan().plugin(), slot.plan().model(), slot.reason());
  }

  private static SlotStatus status(RuntimeParts.LoadedSlot slot) {
    SlotWorkers workers = slot.workers();
    return new SlotStatus(
        workers.name(),
        workers.slot().state().wireName(),
        slot.plan().plugin(),
        workers.slot().state().reference(),
        workers.tasks(),
        workers.limits().workers(),
        workers.limits().queue(),
        Optional.empty());
  }
}
