package dev.bantam.runtime;

import dev.bantam.runtime.dispatch.SlotFigures;
import dev.bantam.runtime.mqtt.MqttGateway;
import io.vertx.core.Context;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Publishes a runtime's figures from time to time. On its context. */
final class RuntimeTelemetry {

  private static final double MS_PER_SECOND = 1_000;

  private final Context context;
  private final RuntimePortrait portrait;
  private final RuntimeFigures figures;
  private Duration before = Duration.ZERO;
  private Duration period = Duration.ZERO;
  private @Nullable MqttGateway gateway;
  private long timer = -1;

  RuntimeTelemetry(Context context, RuntimePortrait portrait, RuntimeFigures figures) {
    this.context = context;
    this.portrait = portrait;
    this.figures = figures;
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
    Duration now = portrait.uptime();
    Duration interval = now.minus(before);
    before = now;
    figures
        .now(gateway, SlotFigures::take)
        .onSuccess(
            fields -> {
              fields.put("interval_seconds", interval.toMillis() / MS_PER_SECOND);
              gateway.publishTelemetry(fields);
            });
  }
}
