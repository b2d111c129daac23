package dev.bantam.runtime;

import dev.bantam.runtime.dispatch.SlotFigures;
import dev.bantam.runtime.dispatch.SlotWorkers;
import dev.bantam.runtime.http.HttpPort;
import dev.bantam.runtime.http.HttpSettings;
import dev.bantam.runtime.http.HttpSource;
import dev.bantam.runtime.http.Metrics;
import dev.bantam.runtime.http.Readiness;
import dev.bantam.runtime.http.Snapshot;
import dev.bantam.runtime.machine.ListenAddress;
import dev.bantam.runtime.mqtt.ConnectionState;
import dev.bantam.runtime.mqtt.MqttGateway;
import dev.bantam.runtime.slot.SlotState;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells over HTTP how a runtime is, unless the site wants none of that. On its context, but for
 * {@link #address}.
 */
final class RuntimeHttp {

  private static final Logger log = LoggerFactory.getLogger(RuntimeHttp.class);

  private final Context context;
  private final HttpSettings settings;
  private final RuntimePortrait portrait;
  private final RuntimeFigures figures;
  private final List<SlotWorkers> slots;
  private volatile @Nullable HttpPort port;

  /**
   * @param settings the site's over the profile's
   */
  RuntimeHttp(
      Context context,
      HttpSettings settings,
      RuntimePortrait portrait,
      RuntimeFigures figures,
      List<LoadedSlot> slots) {
    this.context = context;
    this.settings = settings;
    this.portrait = portrait;
    this.figures = figures;
    this.slots = slots.stream().map(LoadedSlot::workers).toList();
  }

  /**
   * Begins to tell; completes, always normally, when it is known whether that is possible.
   *
   * @param gateway of which it tells
   */
  Future<Void> open(MqttGateway gateway) {
    if (settings.isOff()) {
      return Future.succeededFuture();
    }
    return context
        .executeBlocking(Metrics::new, false)
        .compose(
            metrics -> {
              slots.forEach(slot -> slot.figures().tell(metrics.of(slot.name())));
              HttpPort opened =
                  new HttpPort(
                      context, settings, new Source(gateway), metrics, () -> changed(gateway));
              port = opened;
              return opened.open();
            })
        .recover(RuntimeHttp::without);
  }

  /** Sensors do not wait for those who want to know how it is. */
  private static Future<Void> without(Throwable why) {
    log.error("health and figures cannot be told over HTTP", why);
    return Future.succeededFuture();
  }

  private void changed(MqttGateway gateway) {
    HttpPort opened = port;
    if (opened != null) {
      portrait.http(status(opened));
      gateway.publishStatus();
    }
  }

  private static Map<String, String> status(HttpPort port) {
    Map<String, String> fields = new LinkedHashMap<>();
    port.address().ifPresent(at -> fields.put("listen", at.toString()));
    port.problem().ifPresent(why -> fields.put("problem", why));
    return fields;
  }

  /** Where it is told; empty if nowhere. Any thread. */
  Optional<ListenAddress> address() {
    return Optional.ofNullable(port).flatMap(HttpPort::address);
  }

  /** Tells no more. Safe to call again. */
  Future<Void> close() {
    HttpPort opened = port;
    return opened == null ? Future.succeededFuture() : opened.close();
  }

  private final class Source implements HttpSource {

    private final MqttGateway gateway;

    Source(MqttGateway gateway) {
      this.gateway = gateway;
    }

    @Override
    public Readiness readiness() {
      List<String> obstacles = new ArrayList<>();
      portrait.ending().ifPresent(state -> obstacles.add("the runtime is " + state));
      gateway.states().forEach((client, state) -> absence(client, state).ifPresent(obstacles::add));
      if (slots.stream().noneMatch(slot -> slot.slot().state() instanceof SlotState.Serving)) {
        slots.forEach(slot -> obstacles.add(withoutModel(slot)));
      }
      return new Readiness(obstacles);
    }

    private static Optional<String> absence(String client, ConnectionState state) {
      if (state instanceof ConnectionState.Connected) {
        return Optional.empty();
      }
      String why = state instanceof ConnectionState.Waiting waiting ? ": " + waiting.reason() : "";
      return Optional.of("%s is not connected to the broker%s".formatted(client, why));
    }

    private static String withoutModel(SlotWorkers slot) {
      SlotState state = slot.slot().state();
      return "slot %s is %s%s"
          .formatted(
              slot.name(),
              state.wireName(),
              state instanceof SlotState.Vacant vacant ? ": " + vacant.reason() : "");
    }

    @Override
    public Future<Snapshot> snapshot() {
      Map<String, Boolean> connections = new LinkedHashMap<>();
      gateway
          .states()
          .forEach(
              (client, state) ->
                  connections.put(client, state instanceof ConnectionState.Connected));
      return figures
          .now(gateway, SlotFigures::counts)
          .map(fields -> new Snapshot(portrait.document(), readiness(), connections, fields));
    }
  }
}
