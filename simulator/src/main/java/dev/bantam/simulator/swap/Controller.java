package dev.bantam.simulator.swap;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.client.Json;
import dev.bantam.simulator.client.Outgoing;
import dev.bantam.simulator.client.ReliableConnection;
import dev.bantam.simulator.client.ReliableConnection.Settings;
import dev.bantam.simulator.client.TaskClientException;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A connection that wishes for models and hears what becomes of it. */
final class Controller {

  private static final long MOMENT_MILLIS = 15_000;

  private final Vertx vertx;
  private final Slot slot;
  private final ReliableConnection connection;
  private final Map<Long, Waiting> waiting = new TreeMap<>();
  private final Promise<Void> told = Promise.promise();

  /**
   * How a wish ended.
   *
   * @param result of the swap
   * @param reason for people; may be empty
   * @param nanos from the wish on
   */
  record Ended(SwapResult result, String reason, long nanos) {}

  private static final class Waiting {
    final String deployment;
    final long askedNanos = System.nanoTime();
    final Promise<Ended> ended = Promise.promise();

    Waiting(String deployment) {
      this.deployment = deployment;
    }

    void end(SwapResult result, String reason) {
      ended.tryComplete(new Ended(result, reason, System.nanoTime() - askedNanos));
    }
  }

  /** Not connected yet. */
  Controller(Vertx vertx, BrokerAccess broker, Slot slot, String clientId) {
    this.vertx = vertx;
    this.slot = slot;
    // Brokers send what they keep in the order of the filters: the newest wish is known first.
    List<String> filters = List.of(slot.desiredTopic(), slot.reportedTopic());
    this.connection =
        new ReliableConnection(vertx, broker, new Settings(clientId, true, filters), this::heard);
  }

  /**
   * Connects and waits until the slot has said how it is.
   *
   * @return fails with a {@link TaskClientException} if it says nothing
   */
  Future<Void> connect() {
    long timer =
        vertx.setTimer(
            MOMENT_MILLIS,
            fired ->
                told.tryFail(
                    new TaskClientException(
                        "device %s says nothing of a slot %s: nothing is retained on %s"
                            .formatted(slot.device(), slot.name(), slot.reportedTopic()),
                        null)));
    return connection
        .connect()
        .compose(nothing -> told.future())
        .onComplete(done -> vertx.cancelTimer(timer));
  }

  private void heard(MqttPublishMessage message) {
    JsonNode body = Json.tree(message.payload().getBytes());
    if (message.topicName().equals(slot.desiredTopic())) {
      slot.wished(body);
      return;
    }
    slot.reported(body);
    told.tryComplete();
    JsonNode outcome = body.path("outcome");
    long ended = outcome.path("generation").asLong(-1);
    long newest = Math.max(ended, body.at("/progress/generation").asLong(-1));
    List.copyOf(waiting.entrySet())
        .forEach(
            wish -> {
              if (wish.getKey() == ended) {
                end(wish.getValue(), outcome);
              } else if (wish.getKey() < newest) {
                wish.getValue().end(SwapResult.SUPERSEDED, "");
              }
            });
  }

  /** Two can have counted alike; the device takes the one that it heard first. */
  private static void end(Waiting wish, JsonNode outcome) {
    boolean own = outcome.path("deployment_id").asText(wish.deployment).equals(wish.deployment);
    wish.end(
        own ? SwapResult.of(outcome.path("result").asText()) : SwapResult.SUPERSEDED,
        outcome.path("reason").asText(""));
  }

  /**
   * Wishes for a model.
   *
   * @param deployment what names the wish; nobody else's
   * @param limit longest time until it has ended
   */
  Future<Ended> want(String deployment, String model, Map<String, Object> policy, Duration limit) {
    long generation = slot.nextGeneration();
    Waiting wish = new Waiting(deployment);
    waiting.put(generation, wish);
    Map<String, Object> desired = new LinkedHashMap<>();
    desired.put("generation", generation);
    desired.put("deployment_id", deployment);
    desired.put("model", model);
    if (!policy.isEmpty()) {
      desired.put("policy", policy);
    }
    long timer =
        vertx.setTimer(
            Math.max(1, limit.toMillis()),
            fired -> wish.end(SwapResult.SILENT, "no outcome in " + limit.toMillis() + " ms"));
    connection.publish(
        new Outgoing(
            slot.desiredTopic(),
            Json.write(desired),
            1,
            true,
            MqttProperties.NO_PROPERTIES,
            code -> refused(wish, code)));
    return wish.ended
        .future()
        .onComplete(
            done -> {
              vertx.cancelTimer(timer);
              waiting.remove(generation);
            });
  }

  private static void refused(Waiting wish, int code) {
    if (code >= Outgoing.REFUSED) {
      wish.end(SwapResult.REJECTED, "the broker refuses the wish: 0x" + Integer.toHexString(code));
    }
  }

  Slot slot() {
    return slot;
  }

  /** Says goodbye. Completes in any case. */
  Future<Void> close() {
    return connection.finish(0);
  }
}
