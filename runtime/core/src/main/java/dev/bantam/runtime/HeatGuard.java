package dev.bantam.runtime;

import dev.bantam.runtime.dispatch.RequestDispatcher;
import dev.bantam.runtime.health.StatusDocument.TemperatureStatus;
import dev.bantam.runtime.heat.HeatPolicy;
import dev.bantam.runtime.heat.HeatState;
import dev.bantam.runtime.heat.HeatWatch;
import dev.bantam.runtime.heat.Thermometer;
import dev.bantam.runtime.mqtt.MqttGateway;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Spares a device that is hot: a hot one leaves its fleets, a critical one refuses requests, and
 * the status says so. On the runtime's context, but for {@link #status}.
 */
final class HeatGuard {

  private final RequestDispatcher dispatcher;
  private final HeatPolicy policy;
  private final HeatWatch watch;
  private @Nullable MqttGateway gateway;

  HeatGuard(
      Context context, Thermometer thermometer, HeatPolicy policy, RequestDispatcher dispatcher) {
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
      acting.publishStatus();
    }
  }

  /** What is to be said of it; any thread. */
  Optional<TemperatureStatus> status() {
    return watch.temperature().map(shown -> new TemperatureStatus(shown, watch.state()));
  }
}
