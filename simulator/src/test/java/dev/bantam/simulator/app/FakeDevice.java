package dev.bantam.simulator.app;

import dev.bantam.protocol.Topics;
import dev.bantam.protocol.UserProperties;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A device that answers in no time, or badly: it can lose every n-th request, wait, and answer
 * twice. A double for tests; it speaks the protocol of the README and nothing else of Bantam.
 */
public final class FakeDevice implements AutoCloseable {

  private final Vertx vertx;
  private final Topics topics;
  private final Behaviour behaviour;
  private final MqttClient mqtt;
  private final Map<String, Long> timers = new HashMap<>();
  private final Set<String> heard = new HashSet<>();
  private long requests;

  /**
   * What it does.
   *
   * @param loseEvery n-th request it never answers; 0 for none
   * @param delayMillis before it answers
   * @param answers how often it answers
   * @param disorderly whether it sends pieces in the wrong order, answers requests after all, half
   *     or none of the delay, and says of every fifth that its deadline has passed, and of another
   *     that it was cancelled
   */
  public record Behaviour(int loseEvery, long delayMillis, int answers, boolean disorderly) {
    public static final Behaviour GOOD = new Behaviour(0, 0, 1);

    /** Orderly. */
    public Behaviour(int loseEvery, long delayMillis, int answers) {
      this(loseEvery, delayMillis, answers, false);
    }
  }

  private FakeDevice(Vertx vertx, Topics topics, Behaviour behaviour) {
    this.vertx = vertx;
    this.topics = topics;
    this.behaviour = behaviour;
    MqttClientOptions options = new MqttClientOptions();
    options.setVersion(5);
    options.setMaxInflightQueue(10_000).setTcpNoDelay(true);
    this.mqtt = MqttClient.create(vertx, options);
  }

  /** Connects and listens. */
  public static FakeDevice start(Vertx vertx, int port, String device, Behaviour behaviour)
      throws Exception {
    FakeDevice fake = new FakeDevice(vertx, new Topics(device), behaviour);
    fake.mqtt.publishHandler(fake::received);
    Map<String, Integer> filters = new HashMap<>();
    filters.put(fake.topics.taskFilter(), 1);
    filters.put(fake.topics.askFilter(), 1);
    filters.put(fake.topics.cancel(), 1);
    Promise<Void> listens = Promise.promise();
    fake.mqtt.subscribeCompletionHandler(ack -> listens.tryComplete());
    fake.mqtt
        .connect(port, "127.0.0.1")
        .compose(ack -> fake.mqtt.subscribe(filters))
        .compose(packet -> listens.future())
        .toCompletionStage()
        .toCompletableFuture()
        .get();
    return fake;
  }

  /** Publishes its status. */
  public void say(String status) throws Exception {
    mqtt.publish(topics.status(), Buffer.buffer(status), MqttQoS.AT_LEAST_ONCE, false, true)
        .toCompletionStage()
        .toCompletableFuture()
        .get();
  }

  private void received(MqttPublishMessage message) {
    String[] levels = message.topicName().substring(topics.base().length() + 1).split("/", -1);
    String task = levels[levels.length - 1];
    @Nullable JsonObject body = body(message.payload());
    String id = body == null ? "" : body.getString("id", "");
    byte @Nullable [] correlation = correlation(message);
    String key = correlation == null ? id : new String(correlation, StandardCharsets.UTF_8);
    if (task.equals("cancel")) {
      cancel(key, message, levels, id);
      return;
    }
    String replyTopic =
        levels[0].equals("task")
            ? text(message, MqttPropertyType.RESPONSE_TOPIC)
            : topics.answer(levels[1], task);
    Reply reply = new Reply(replyTopic, correlation, id);
    if (!heard.add(key) || (behaviour.loseEvery() > 0 && ++requests % behaviour.loseEvery() == 0)) {
      return;
    }
    if (body == null) {
      fail(reply, "invalid_payload");
    } else if (!task.equals("echo")) {
      fail(reply, "unknown_task");
    } else if (!body.containsKey("text")) {
      fail(reply, "invalid_request");
    } else if (behaviour.disorderly() && heard.size() % 5 == 0) {
      fail(reply, "expired");
    } else if (behaviour.disorderly() && heard.size() % 5 == 1) {
      fail(reply, "cancelled");
    } else if (delay() == 0) {
      answer(reply, body);
    } else {
      timers.put(key, vertx.setTimer(delay(), fired -> answer(reply, body)));
    }
  }

  private long delay() {
    return behaviour.disorderly()
        ? behaviour.delayMillis() * (heard.size() % 3) / 2
        : behaviour.delayMillis();
  }

  private record Reply(String topic, byte @Nullable [] correlation, String id) {}

  private void cancel(String key, MqttPublishMessage message, String[] levels, String id) {
    Long timer = timers.remove(key);
    if (timer != null && vertx.cancelTimer(timer)) {
      String topic =
          levels[0].equals("cancel")
              ? text(message, MqttPropertyType.RESPONSE_TOPIC)
              : topics.answer(levels[1], "echo");
      fail(new Reply(topic, correlation(message), id), "cancelled");
    }
  }

  private void answer(Reply reply, JsonObject body) {
    String text = body.getString("text");
    if (body.getBoolean("stream", false)) {
      for (int i = 0; i < 3; i++) {
        send(
            reply,
            new JsonObject().put("id", reply.id()).put("delta", text),
            behaviour.disorderly() ? 2 - i : i);
      }
    }
    for (int i = 0; i < behaviour.answers(); i++) {
      send(reply, new JsonObject().put("id", reply.id()).put("text", text), -1);
    }
  }

  private void fail(Reply reply, String code) {
    JsonObject error = new JsonObject().put("code", code).put("message", "no");
    send(reply, new JsonObject().put("id", reply.id()).put("error", error), -1);
  }

  private void send(Reply reply, JsonObject body, int index) {
    if (!mqtt.isConnected()) {
      return;
    }
    MqttProperties properties = new MqttProperties();
    if (reply.correlation() != null) {
      properties.add(
          new MqttProperties.BinaryProperty(
              MqttPropertyType.CORRELATION_DATA.value(), reply.correlation()));
    }
    if (index >= 0) {
      properties.add(
          new MqttProperties.UserProperty(UserProperties.STREAM_INDEX, Integer.toString(index)));
    }
    mqtt.publish(reply.topic(), body.toBuffer(), MqttQoS.AT_LEAST_ONCE, false, false, properties);
  }

  private static @Nullable JsonObject body(Buffer payload) {
    try {
      return payload.toJsonObject();
    } catch (RuntimeException e) {
      return null;
    }
  }

  private static byte @Nullable [] correlation(MqttPublishMessage message) {
    MqttProperties.MqttProperty<?> property =
        message.properties().getProperty(MqttPropertyType.CORRELATION_DATA.value());
    return property == null ? null : (byte[]) property.value();
  }

  private static String text(MqttPublishMessage message, MqttPropertyType type) {
    MqttProperties.MqttProperty<?> property = message.properties().getProperty(type.value());
    return property == null ? "" : String.valueOf(property.value());
  }

  @Override
  public void close() throws Exception {
    if (mqtt.isConnected()) {
      mqtt.disconnect().toCompletionStage().toCompletableFuture().get();
    }
  }
}
