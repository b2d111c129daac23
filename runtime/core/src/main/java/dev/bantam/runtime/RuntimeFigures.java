package dev.bantam.runtime;

import dev.bantam.runtime.dispatch.MemoryLedger;
import dev.bantam.runtime.dispatch.SlotFigures;
import dev.bantam.runtime.dispatch.SlotWorkers;
import dev.bantam.runtime.health.ProcessFigures;
import dev.bantam.runtime.mqtt.MqttGateway;
import dev.bantam.runtime.route.Routes;
import dev.bantam.runtime.swap.Swaps;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A runtime's figures, for whoever tells them. On its context. */
final class RuntimeFigures {

  private final Context context;
  private final RuntimePortrait portrait;
  private final List<SlotWorkers> slots;
  private final MemoryLedger memory;
  private final Routes routes;
  private final Governor governor;
  private final Swaps swaps;

  RuntimeFigures(
      Context context,
      RuntimePortrait portrait,
      RuntimeParts parts,
      Routes routes,
      Governor governor,
      Swaps swaps) {
    this.context = context;
    this.portrait = portrait;
    this.slots = parts.slots().stream().map(LoadedSlot::workers).toList();
    this.memory = parts.memory();
    this.routes = routes;
    this.governor = governor;
    this.swaps = swaps;
  }

  /**
   * The figures now, as {@code telemetry.schema.json} has them.
   *
   * @param ofSlot what is told of each slot's requests
   */
  Future<Map<String, Object>> now(
      MqttGateway gateway, Function<SlotFigures, Map<String, Object>> ofSlot) {
    Map<String, Object> fields = fields(gateway, ofSlot);
    return context
        .executeBlocking(ProcessFigures::read, false)
        .map(
            process -> {
              fields.put("process", process);
              return fields;
            });
  }

  private Map<String, Object> fields(
      MqttGateway gateway, Function<SlotFigures, Map<String, Object>> ofSlot) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("at", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
    fields.put("uptime_seconds", portrait.uptime().toSeconds());
    Map<String, Object> bySlot = new LinkedHashMap<>();
    slots.forEach(slot -> bySlot.put(slot.name(), fields(slot, ofSlot)));
    fields.put("slots", bySlot);
    fields.put("routes", routes.stats());
    fields.put("memory", memory.figures());
    fields.put("refused", gateway.refused());
    fields.put("spool", gateway.spool());
    governor.figures().ifPresent(found -> fields.put("governor", found));
    return fields;
  }

  private Map<String, Object> fields(
      SlotWorkers slot, Function<SlotFigures, Map<String, Object>> ofSlot) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("model", slot.slot().state().reference().toString());
    fields.put("held", slot.held());
    fields.put("queued", slot.waiting());
    fields.put("leases", slot.slot().leases());
    fields.put("swaps", swaps.counts(slot.name()));
    fields.putAll(ofSlot.apply(slot.figures()));
    return fields;
  }
}
