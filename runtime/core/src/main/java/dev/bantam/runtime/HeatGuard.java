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
 * Spares a device that is hot: a hot one leaves its fleets, a critical one refuses requests, and
 * status and events say so. On the runtime's context, but for {@link #status}.
 */
final class HeatGuard {

  private final RequestDispatcher dispatcher;
  private final Events events;
  private final HeatPolicy policy;
  private final HeatWatch watch;
  private @Nullable MqttGateway gateway;
  private HeatState told = HeatState.NORMAL;

  /**
   * @param events is told what changes
   */
  HeatGuard(
      Context context,
      Thermometer thermometer,
      HeatPolicy policy,
      RequestDispatcher dispatcher,
      Events events) {
    this.events = events;
    this.dispatcher = dispatcher;
    this.policy = policy;
    this.watch = new HeatWatch(context, thermometer, policy, this::act);
  }

  /** Begins to watch; completes when it is known how hot the device is. */
  Future<Void> start() {
    return watch.start();
  }

  /** Begins to act; a device that is hot from the start does not enter its fleets. */
  void guard(MqttGateway started) {
    gateway = started;
    act(watch.state());
  }

  /** Acts no more: the device leaves its fleets by itself, and shall not enter them again. */
  void stop() {
    watch.stop();
  }

  private void act(HeatState state) {
    MqttGateway acting = gateway;
    dispatcher.refuseForHeat(state.takesRequests() ? Optional.empty() : Optional.of(policy.hold()));
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
    Optional<Temperature> shown = watch.temperature();
    if (now == HeatState.CRITICAL) {
      shown.ifPresent(at -> tell(EventKind.DEVICE_CRITICAL, at, "refuses requests: cool it"));
    } else if (now == HeatState.HOT) {
      shown.ifPresent(at -> tell(EventKind.DEVICE_HOT, at, "takes no work of its fleets"));
    } else if (cooled) {
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
    return watch.temperature().map(shown -> new TemperatureStatus(shown, watch.state()));
  }
}
