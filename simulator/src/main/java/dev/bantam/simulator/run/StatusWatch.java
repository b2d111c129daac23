package dev.bantam.simulator.run;

import dev.bantam.protocol.Topics;
import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.client.ReliableConnection;
import dev.bantam.simulator.client.ReliableConnection.Settings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Which devices say that they are online. The methods may be called by any thread. */
final class StatusWatch {

  private static final String FILTER = "bantam/v1/device/+/status";
  private static final String ONLINE = "\"state\":\"online\"";

  private final Context context;
  private final ReliableConnection connection;
  private final Set<String> online = ConcurrentHashMap.newKeySet();

  StatusWatch(Vertx vertx, BrokerAccess broker, String clientId) {
    this.context = vertx.getOrCreateContext();
    this.connection =
        new ReliableConnection(
            vertx, broker, new Settings(clientId, true, List.of(FILTER)), this::heard);
  }

  Future<Void> connect() {
    return onContext(connection::connect);
  }

  private void heard(MqttPublishMessage message) {
    String text = message.payload().toString(StandardCharsets.UTF_8).replace(" ", "");
    if (text.contains(ONLINE)) {
      online.add(message.topicName());
    } else {
      online.remove(message.topicName());
    }
  }

  boolean isOnline(String device) {
    return online.contains(new Topics(device).status());
  }

  /** Completes in any case. */
  Future<Void> close() {
    return onContext(() -> connection.finish(0));
  }

  private Future<Void> onContext(Supplier<Future<Void>> work) {
    Promise<Void> promise = Promise.promise();
    context.runOnContext(nothing -> work.get().onComplete(promise));
    return promise.future();
  }
}
