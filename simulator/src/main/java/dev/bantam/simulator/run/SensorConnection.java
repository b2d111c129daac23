package dev.bantam.simulator.run;

import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.client.Outgoing;
import dev.bantam.simulator.client.ReliableConnection;
import dev.bantam.simulator.client.ReliableConnection.Settings;
import dev.bantam.simulator.schedule.Publication;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * One connection of simulated sensors, by MQTT 3.1.1 as most sensors speak it, with exact counts.
 * Confined to one Vert.x context.
 */
final class SensorConnection {

  private final ReliableConnection connection;
  private long scheduled;
  private long sent;
  private long acknowledged;
  private long dropped;

  SensorConnection(Vertx vertx, BrokerAccess broker, String clientId) {
    this.connection =
        new ReliableConnection(
            vertx, broker, new Settings(clientId, false, List.of()), message -> {});
  }

  /** Connects for the first time. */
  Future<Void> connect() {
    return connection.connect();
  }

  /** Sends a message, now or as soon as there is a connection. */
  void publish(Publication publication) {
    scheduled++;
    boolean taken =
        connection.publish(
            new Outgoing(
                publication.topic(),
                Buffer.buffer(publication.payload()),
                publication.qos(),
                publication.retain(),
                MqttProperties.NO_PROPERTIES,
                code -> acknowledged++));
    if (!taken) {
      dropped++;
    } else if (publication.qos() == 0) {
      sent++;
    }
  }

  /** Waits for what the broker has not taken yet, then says goodbye. Completes in any case. */
  Future<Void> finish(long graceMillis) {
    return connection.finish(graceMillis);
  }

  MessageCounts counts() {
    return new MessageCounts(scheduled, sent, acknowledged, dropped, connection.unacknowledged());
  }
}
