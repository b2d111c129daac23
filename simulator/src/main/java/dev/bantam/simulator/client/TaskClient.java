package dev.bantam.simulator.client;

import dev.bantam.protocol.Topics;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.messages.MqttPubAckMessage;
import io.vertx.mqtt.messages.MqttPublishMessage;
import io.vertx.mqtt.messages.codes.MqttPubAckReasonCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * Asks the tasks of one device over MQTT 5. It connects once and does not come back by itself: when
 * the connection is lost, every request in flight fails.
 */
public final class TaskClient {

  private final Context context;
  private final MqttClient mqtt;
  private final Topics topics;
  private final String answerLevels;
  private final Map<String, PendingAnswer> pending = new HashMap<>();
  private final Map<Integer, String> unacknowledged = new HashMap<>();
  private long nextId = 1;

  private TaskClient(Context context, MqttClient mqtt, Topics topics, String answerLevels) {
    this.context = context;
    this.mqtt = mqtt;
    this.topics = topics;
    this.answerLevels = answerLevels;
  }

  /**
   * Connects and subscribes to the answers.
   *
   * @param device the device to ask
   * @param clientId a level of the answers' topics, so without {@code / + #}; where the broker is
   *     entered by a user, behind the user's name, for rights to answers go by user
   * @return fails with a {@link TaskClientException} that says what to do
   */
  public static Future<TaskClient> connect(
      Vertx vertx, BrokerAccess broker, String device, String clientId) {
    Topics topics = new Topics(device);
    MqttClient mqtt = MqttClient.create(vertx, ClientOptions.of(broker, clientId));
    Context context = vertx.getOrCreateContext();
    TaskClient client = new TaskClient(context, mqtt, topics, answerLevels(broker, clientId));
    Promise<Void> subscribed = Promise.promise();
    return onContext(
            context,
            () -> {
              mqtt.publishHandler(client::received);
              mqtt.publishAckMessageHandler(client::acknowledged);
              mqtt.subscribeCompletionHandler(ack -> subscribed.tryComplete());
              mqtt.closeHandler(
                  nothing -> {
                    TaskClientException lost =
                        new TaskClientException("the connection to the broker was lost", null);
                    subscribed.tryFail(lost);
                    client.failAll(lost);
                  });
              return mqtt.connect(broker.port(), broker.host())
                  .compose(
                      ack -> mqtt.subscribe(client.answerFilter(), MqttQoS.AT_LEAST_ONCE.value()))
                  .compose(id -> subscribed.future())
                  .map(client);
            })
        .recover(
            failure ->
                Future.failedFuture(
                    TaskClientException.absent(
                        "cannot connect to the broker at %s: %s"
                            .formatted(broker, ClientOptions.reason(failure)),
                        failure)));
  }

  private static String answerLevels(BrokerAccess broker, String clientId) {
    return broker
        .username()
        .filter(user -> user.matches("[^/+#\\s]{1,128}"))
        .map(user -> user + "/" + clientId)
        .orElse(clientId);
  }

  private String answerFilter() {
    return topics.base() + "/answer/" + answerLevels + "/#";
  }

  /**
   * Sends a request and follows its answer.
   *
   * @param request the payload's fields; {@code "stream": true} to be told of pieces of text
   * @param onText called with each piece of text as it comes
   * @param limit longest time to the whole answer
   * @return the answer or the device's refusal; fails with a {@link TaskClientException} if neither
   *     came
   */
  public Future<TaskResult> ask(
      String task, Map<String, Object> request, Consumer<String> onText, Duration limit) {
    return onContext(context, () -> send(task, request, onText, limit));
  }

  private Future<TaskResult> send(
      String task, Map<String, Object> request, Consumer<String> onText, Duration limit) {
    String id = Long.toString(nextId++);
    PendingAnswer answer = new PendingAnswer(onText);
    pending.put(id, answer);
    long timer =
        context
            .owner()
            .setTimer(
                Math.max(1, limit.toMillis()),
                fired ->
                    answer.fail(
                        "no answer from device %s within %d s; see its log, or wait longer with --timeout"
                            .formatted(topics.device(), limit.toSeconds())));
    publish(
            topics.task(task),
            Json.write(request),
            id,
            topics.base() + "/answer/" + answerLevels + "/" + task)
        .onSuccess(packet -> unacknowledged.put(packet, id))
        .onFailure(
            failure ->
                answer.fail("the request could not be sent: " + ClientOptions.reason(failure)));
    return answer
        .result()
        .onComplete(
            done -> {
              pending.remove(id);
              context.owner().cancelTimer(timer);
            });
  }

  private Future<Integer> publish(String topic, Buffer payload, String id, String responseTopic) {
    MqttProperties properties = new MqttProperties();
    properties.add(
        new MqttProperties.StringProperty(
            MqttPropertyType.CONTENT_TYPE.value(), "application/json"));
    properties.add(
        new MqttProperties.StringProperty(MqttPropertyType.RESPONSE_TOPIC.value(), responseTopic));
    properties.add(
        new MqttProperties.BinaryProperty(
            MqttPropertyType.CORRELATION_DATA.value(), id.getBytes(StandardCharsets.UTF_8)));
    return mqtt.publish(topic, payload, MqttQoS.AT_LEAST_ONCE, false, false, properties);
  }

  private void received(MqttPublishMessage message) {
    MqttProperties.MqttProperty<?> correlation =
        message.properties().getProperty(MqttPropertyType.CORRELATION_DATA.value());
    if (correlation != null && correlation.value() instanceof byte[] bytes) {
      PendingAnswer answer = pending.get(new String(bytes, StandardCharsets.UTF_8));
      if (answer != null) {
        answer.received(message.payload());
      }
    }
  }

  private void acknowledged(MqttPubAckMessage ack) {
    String id = unacknowledged.remove(ack.messageId());
    PendingAnswer answer = id == null ? null : pending.get(id);
    if (answer == null) {
      return;
    }
    if (ack.code() == MqttPubAckReasonCode.NO_MATCHING_SUBSCRIBERS) {
      answer.fail(
          TaskClientException.absent(
              "no device called %s listens at this broker; see `bantam doctor`, or name another with --device"
                  .formatted(topics.device()),
              null));
    } else if (ack.code().value() < 0) {
      answer.fail("the broker refused the request: " + ack.code());
    }
  }

  private void failAll(TaskClientException why) {
    Map.copyOf(pending).values().forEach(answer -> answer.fail(why));
  }

  /** Says goodbye to the broker. Completes in any case. */
  public Future<Void> close() {
    return onContext(
            context, () -> mqtt.isConnected() ? mqtt.disconnect() : Future.succeededFuture())
        .transform(done -> Future.<Void>succeededFuture());
  }

  private static <T> Future<T> onContext(Context context, Callable<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(
        nothing -> {
          try {
            work.call().onComplete(promise);
          } catch (Exception e) {
            promise.fail(e);
          }
        });
    return promise.future();
  }
}
