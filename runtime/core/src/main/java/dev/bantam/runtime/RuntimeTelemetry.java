package dev.bantam.runtime;

import dev.bantam.runtime.dispatch.MemoryLedger;
import dev.bantam.runtime.dispatch.SlotWorkers;
import dev.bantam.runtime.health.ProcessFigures;
import dev.bantam.runtime.mqtt.MqttGateway;
import dev.bantam.runtime.route.Routes;
import io.vertx.core.Context;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Publishes a runtime's figures from time to time. On its context. */
final class RuntimeTelemetry {

  private static final double MS_PER_SECOND = 1_000;

  private final Context context;
  private final RuntimePortrait portrait;
  private final List<SlotWorkers> slots;
  private final MemoryLedger memory;
  private final Routes routes;
  private final Governor governor;
  private Duration before = Duration.ZERO;
  private Duration period = Duration.ZERO;
  private @Nullable MqttGateway gateway;
  private long timer = -1;

  RuntimeTelemetry(
      Context context,
      RuntimePortrait portrait,
      RuntimeParts parts,
      Routes routes,
      Governor governor) {
    this.context = context;
    this.portrait = portrait;
    this.slots = parts.slots().stream().map(LoadedSlot::workers).toList();
    this.memory = parts.memory();
    this.routes = routes;
    this.governor = governor;
  }

  /**
   * Publishes over this gateway.
   *
   * @param first from one message to the next; zero for none
   */
  void start(MqttGateway connected, Duration first) {
    gateway = connected;
    change(first);
  }

  /**
   * Publishes in another rhythm, or no more.
   *
   * @return whether it is another one
   */
  boolean change(Duration other) {
    MqttGateway started = gateway;
    if (started == null || other.equals(period)) {
      return false;
    }
    stop();
    period = other;
    if (!other.isZero()) {
      timer =
          context
              .owner()
              .setPeriodic(
                  other.toMillis(), id -> context.runOnContext(nothing -> publish(started)));
    }
    return true;
  }

  void stop() {
    context.owner().cancelTimer(timer);
  }

  private void publish(MqttGateway gateway) {
    Map<String, Object> figures = figures(gateway);
    context
        .executeBlocking(ProcessFigures::read, false)
        .onSuccess(
            process -> {
              figures.put("process", process);
              gateway.publishTelemetry(figures);
            });
  }

  private Map<String, Object> figures(MqttGateway gateway) {
    Duration now = portrait.uptime();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("at", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
    fields.put("uptime_seconds", now.toSeconds());
    fields.put("interval_seconds", now.minus(before).toMillis() / MS_PER_SECOND);
    Map<String, Object> bySlot = new LinkedHashMap<>();
    slots.forEach(slot -> bySlot.put(slot.name(), figures(slot)));
    fields.put("slots", bySlot);
    fields.put("routes", routes.stats());
    fields.put("memory", memory.figures());
    fields.put("refused", gateway.refused());
    fields.put("spool", gateway.spool());
    governor.figures().ifPresent(found -> fields.put("governor", found));
    before = now;
    return fields;
  }

  private static Map<String, Object> figures(SlotWorkers slot) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("model", slot.slot().state().reference().toString());
    fields.put("held", slot.held());
    fields.put("queued", slot.waiting());
    fields.putAll(slot.figures().take());
    return fields;
  }
}
