package dev.bantam.simulator.run;

import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.client.ReliableConnection;
import dev.bantam.simulator.client.ReliableConnection.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that hears what devices say of themselves. Where the broker does not let it in, a
 * run goes on without. Confined to one Vert.x context.
 */
final class Observer {

  private static final Logger LOG = LoggerFactory.getLogger(Observer.class);
  private static final double NANOS = 1e9;

  private final ReliableConnection connection;
  private final DeviceWatch devices = new DeviceWatch();
  private long startNanos = System.nanoTime();

  Observer(Vertx vertx, BrokerAccess broker, String clientId) {
    this.connection =
        new ReliableConnection(
            vertx, broker, new Settings(clientId, true, DeviceWatch.FILTERS), this::heard);
  }

  /** Connects and listens. Completes in any case. */
  Future<Void> connect() {
    return connection
        .connect()
        .onFailure(e -> LOG.warn("the report will have no marks of devices: {}", e.getMessage()))
        .otherwiseEmpty();
  }

  /**
   * Counts times from now on.
   *
   * @param nanos by {@code System.nanoTime}
   */
  void start(long nanos) {
    startNanos = nanos;
  }

  private void heard(MqttPublishMessage message) {
    double at = (System.nanoTime() - startNanos) / NANOS;
    devices.heard(at, message.topicName(), message.payload().getBytes(), message.isRetain());
  }

  List<Mark> marks() {
    return devices.marks();
  }

  /** Says goodbye. Completes in any case. */
  Future<Void> close() {
    return connection.finish(0);
  }
}
