package dev.bantam.runtime;

import dev.bantam.runtime.dispatch.RequestDispatcher;
import dev.bantam.runtime.event.Event;
import dev.bantam.runtime.event.EventKind;
import dev.bantam.runtime.event.Events;
import dev.bantam.runtime.health.StatusDocument.TemperatureStatus;
import dev.bantam.runtime.heat.HeatPolicy;
import dev.bantam.runtime.heat.HeatState;
import dev.bantam.runtime.heat.HeatWatch;
import dev.bantam.runtime.heat.Temperature;
import dev.bantam.runtime.heat.Thermometer;
import dev.bantam.runtime.mqtt.MqttGateway;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Spares a device that is hot, if it has limits of temperature: a hot one leaves its fleets, a
 * critical one refuses requests, and status and events say so. On the runtime's context, but for
 * {@link #status}.
 */
final class HeatGuard {

  private final Context context;
  private final Thermometer thermometer;
  private final RequestDispatcher dispatcher;
  private final Events events;
  private volatile Optional<Watched> watched;
  private @Nullable MqttGateway gateway;
  private HeatState told = HeatState.NORMAL;

  /**
   * @param policy empty for a device that is not watched
   * @param events is told what changes
   */
  HeatGuard(
      Context context,
      Thermometer thermometer,
      Optional<HeatPolicy> policy,
      RequestDispatcher dispatcher,
      Events events) {
    this.context = context;
    this.thermometer = thermometer;
    this.events = events;
    this.dispatcher = dispatcher;
    this.watched = watched(policy);
  }

  private record Watched(HeatPolicy policy, HeatWatch watch) {}

  private Optional<Watched> watched(Optional<HeatPolicy> policy) {
    return policy.map(
        found -> new Watched(found, new HeatWatch(context, thermometer, found, state -> act())));
  }

  /** Begins to watch; completes when it is known how hot the device is. */
  Future<Void> start() {
    return watched.map(found -> found.watch().start()).orElse(Future.succeededFuture());
  }

  /** Begins to act; a device that is hot from the start does not enter its fleets. */
  void guard(MqttGateway started) {
    gateway = started;
    act();
  }

  /**
   * Goes on by other limits.
   *
   * @param policy empty to watch no more
   * @return completes when it is known what the temperature means now
   */
  Future<Boolean> change(Optional<HeatPolicy> policy) {
    if (policy.equals(watched.map(Watched::policy))) {
      return Future.succeededFuture(false);
    }
    stop();
    watched = watched(policy);
    return start()
        .map(
            known -> {
              act();
              return true;
            });
  }

  /** Acts no more: the device leaves its fleets by itself, and shall not enter them again. */
  void stop() {
    watched.ifPresent(found -> found.watch().stop());
  }

  private HeatState state() {
    return watched.map(found -> found.watch().state()).orElse(HeatState.NORMAL);
  }

  private void act() {
    MqttGateway acting = gateway;
    HeatState state = state();
    dispatcher.refuseForHeat(
        watched.filter(hot -> !state.takesRequests()).map(hot -> hot.policy().hold()));
    if (acting != null) {
      if (state.sharesWork()) {
        acting.joinFleet();
      } else {
        acting.leaveFleet();
      }
      tell(state);
      acting.publishStatus();
    }
  }

  private void tell(HeatState now) {
    boolean cooled = now.sharesWork() && !told.sharesWork();
    told = now;
    Optional<Temperature> shown = watched.flatMap(found -> found.watch().temperature());
    if (now == HeatState.CRITICAL) {
      shown.ifPresent(at -> tell(EventKind.DEVICE_CRITICAL, at, "refuses requests: cool it"));
    } else if (now == HeatState.HOT) {
      shown.ifPresent(at -> tell(EventKind.DEVICE_HOT, at, "takes no work of its fleets"));
    } else if (cooled && watched.isPresent()) {
      shown.ifPresentOrElse(
          at -> tell(EventKind.DEVICE_COOLED, at, "takes all work again"), this::tellSilence);
    }
  }

  private void tell(EventKind kind, Temperature shown, String what) {
    events.tell(
        new Event(
            kind,
            "the device has %s °C (%s) and %s".formatted(shown.tenths(), shown.zone(), what),
            Map.of("celsius", shown.tenths(), "zone", shown.zone())));
  }

  private void tellSilence() {
    events.tell(
        new Event(
            EventKind.THERMOMETER_SILENT,
            "the device was hot, and no thermal zone shows a temperature any more; it takes all work again",
            Map.of()));
  }

  /** What is to be said of it; any thread. */
  Optional<TemperatureStatus> status() {
    return watched
        .map(Watched::watch)
        .flatMap(watch -> watch.temperature().map(at -> new TemperatureStatus(at, watch.state())));
  }
}
