package dev.bantam.runtime;

import dev.bantam.runtime.device.DeviceRecord;
import dev.bantam.runtime.dispatch.SlotWorkers;
import dev.bantam.runtime.health.BantamVersion;
import dev.bantam.runtime.health.StatusDocument;
import dev.bantam.runtime.health.StatusDocument.PluginStatus;
import dev.bantam.runtime.health.StatusDocument.SlotStatus;
import dev.bantam.runtime.mqtt.SelfPortrait;
import dev.bantam.runtime.slot.SlotState;
import dev.bantam.runtime.swap.SwapReport;
import dev.bantam.spi.ModelReference;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a runtime says of itself: its status, and what each slot reports. Any thread. */
final class RuntimePortrait implements SelfPortrait {

  private final RuntimeOptions options;
  private final RuntimeParts parts;
  private final Governor governor;
  private final Function<String, SwapReport> swaps;
  private final Instant startedAt = Instant.now();
  private final long startedNanos = System.nanoTime();
  private volatile Optional<String> ending = Optional.empty();
  private volatile Optional<Map<String, String>> http = Optional.empty();

  /**
   * @param governor how the device spares itself
   * @param swaps what is to be said of a slot's swaps, by its name
   */
  RuntimePortrait(
      RuntimeOptions options,
      RuntimeParts parts,
      Governor governor,
      Function<String, SwapReport> swaps) {
    this.swaps = swaps;
    this.options = options;
    this.parts = parts;
    this.governor = governor;
  }

  /** From now on slots report this state, whatever they hold. */
  void ends(String state) {
    ending = Optional.of(state);
  }

  /** What {@link #ends} has said; empty while it goes on. */
  Optional<String> ending() {
    return ending;
  }

  /** From now on tells this of where health and figures are. */
  void http(Map<String, String> status) {
    http = Optional.of(Map.copyOf(status));
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
    document()
        .slots()
        .forEach(slot -> reports.put(slot.name(), report(slot, swaps.apply(slot.name()))));
    return reports;
  }

  private Map<String, Object> report(SlotStatus slot, SwapReport swap) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("state", ending.orElse(slot.state()));
    fields.put("plugin", slot.plugin());
    if (slot.reason().isPresent()) {
      fields.put("wanted", slot.model().toString());
      fields.put("reason", slot.reason().get());
    } else {
      fields.put("active", model(slot.model()));
    }
    swap.previous().ifPresent(model -> fields.put("previous", model(model)));
    swap.progress().ifPresent(progress -> fields.put("progress", progress.fields()));
    swap.outcome().ifPresent(outcome -> fields.put("outcome", SwapReport.fields(outcome)));
    return fields;
  }

  private static Map<String, Object> model(ModelReference model) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("model", model.toString());
    fields.put("name", model.name());
    model.version().ifPresent(version -> fields.put("version", version));
    model.variant().ifPresent(variant -> fields.put("variant", variant));
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
        governor.temperature(),
        governor.report(),
        options.device().map(DeviceRecord::execution),
        http,
        parts.plugins().all().stream().map(p -> new PluginStatus(p.name(), p.tasks())).toList(),
        parts.slots().stream().map(RuntimePortrait::status).toList());
  }

  private static SlotStatus status(LoadedSlot slot) {
    SlotWorkers workers = slot.workers();
    SlotState state = workers.slot().state();
    return new SlotStatus(
        workers.name(),
        state.wireName(),
        slot.plan().plugin(),
        state.reference(),
        workers.tasks(),
        workers.limits().workers(),
        workers.limits().queue(),
        state instanceof SlotState.Vacant vacant ? Optional.of(vacant.reason()) : Optional.empty());
  }
}
