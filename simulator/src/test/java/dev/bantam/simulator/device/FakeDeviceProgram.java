package dev.bantam.simulator.device;

import dev.bantam.protocol.FleetTopics;
import dev.bantam.protocol.Topics;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.BinaryProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A program that is started as a device is, and answers task {@code echo} of its own and of its
 * fleets: after the answer is with the broker it acknowledges the request, so that nothing is lost
 * when it is killed. Starts in a moment, for it has no models.
 */
public final class FakeDeviceProgram {

  private static final long RETRY_MILLIS = 100;
  private static final long WORK_MILLIS = 10;

  private final Vertx vertx = Vertx.vertx();
  private final MqttClient mqtt;
  private final URI url;
  private final Topics topics;
  private final FakeSlot slot;
  private final Map<String, Integer> filters = new HashMap<>();
  private final Map<Integer, MqttPublishMessage> answering = new HashMap<>();

  private FakeDeviceProgram(JsonObject config) {
    this.url = URI.create(config.getJsonObject("mqtt").getString("url"));
    this.topics = new Topics(config.getString("device"));
    this.slot =
        new FakeSlot(
            vertx,
            config.getJsonObject("slot", new JsonObject()),
            text -> publish(topics.reported(slotName(config)), text, true));
    filters.put(topics.taskFilter(), 1);
    if (config.containsKey("slot")) {
      filters.put(topics.desired(slotName(config)), 1);
    }
    for (Object group : config.getJsonArray("fleet", new JsonArray())) {
      filters.put(new FleetTopics(String.valueOf(group)).shared("echo"), 1);
    }
    MqttClientOptions options = new MqttClientOptions();
    options.setVersion(5);
    options.setSessionExpireInterval(3600L);
    options
        .setClientId("bantam-" + topics.device())
        .setCleanSession(false)
        .setAutoAck(false)
        .setMaxInflightQueue(10_000)
        .setTcpNoDelay(true);
    this.mqtt = MqttClient.create(vertx, options);
    mqtt.publishHandler(this::received);
    mqtt.publishCompletionHandler(this::answered);
    mqtt.closeHandler(nothing -> later());
    mqtt.exceptionHandler(e -> {});
    mqtt.subscribeCompletionHandler(
        ack -> {
          publish(topics.status(), "{\"state\":\"online\"}", true);
          if (config.containsKey("slot")) {
            slot.say();
          }
        });
  }

  private static String slotName(JsonObject config) {
    return config.getJsonObject("slot").getString("name");
  }

  /**
   * {@code run --config FILE}, {@code model pull NAME} or {@code model import FILE --name NAME
   * ...}.
   */
  public static void main(String[] args) throws Exception {
    List<String> arguments = List.of(args);
    if (arguments.equals(List.of("model", "pull", "none"))) {
      System.err.println("there is no model none");
      System.exit(2);
    }
    if (arguments.size() > 1 && arguments.get(1).equals("import")) {
      Path models = Path.of(System.getenv("BANTAM_HOME")).resolve("models");
      Path file = Path.of(args[2]);
      Files.copy(file, models.resolve(String.join("-", arguments.subList(4, args.length))));
      return;
    }
    if (arguments.get(0).equals("model")) {
      Path home = Path.of(System.getenv("BANTAM_HOME"));
      Path blobs = Files.createDirectories(home.resolve("models/blobs/sha256"));
      Files.writeString(blobs.resolve("abc"), "x".repeat(1000));
      Path model = Files.createDirectories(home.resolve("models").resolve(args[2]).resolve("1"));
      Files.writeString(model.resolve("installed.json"), "{\"sha256\":\"abc\"}");
      return;
    }
    JsonObject config = new JsonObject(Files.readString(Path.of(args[2])));
    if (config.getBoolean("ends", false)) {
      System.err.println("I cannot start");
      System.exit(3);
    }
    FakeDeviceProgram device = new FakeDeviceProgram(config);
    device.vertx.runOnContext(nothing -> device.connect());
  }

  private void connect() {
    mqtt.connect(url.getPort(), url.getHost())
        .compose(ack -> mqtt.subscribe(filters))
        .onFailure(failure -> later());
  }

  private void later() {
    answering.clear();
    vertx.setTimer(
        RETRY_MILLIS,
        fired -> {
          if (!mqtt.isConnected()) {
            connect();
          }
        });
  }

  private void received(MqttPublishMessage message) {
    if (message.topicName().endsWith("/desired")) {
      slot.desired(message.payload().toJsonObject());
      message.ack();
      return;
    }
    vertx.setTimer(WORK_MILLIS, fired -> answer(message));
  }

  private void answer(MqttPublishMessage message) {
    if (!mqtt.isConnected()) {
      return;
    }
    MqttProperties properties = new MqttProperties();
    properties.add(
        new BinaryProperty(
            MqttPropertyType.CORRELATION_DATA.value(),
            (byte[]) value(message, MqttPropertyType.CORRELATION_DATA)));
    String topic = String.valueOf(value(message, MqttPropertyType.RESPONSE_TOPIC));
    JsonObject request = message.payload().toJsonObject();
    JsonObject answer =
        slot.name().isEmpty() ? request.put("device", topics.device()) : slot.answer(request);
    Future<Integer> packet =
        mqtt.publish(topic, answer.toBuffer(), MqttQoS.AT_LEAST_ONCE, false, false, properties);
    packet.onSuccess(id -> answering.put(id, message));
  }

  private void answered(int packet) {
    MqttPublishMessage message = answering.remove(packet);
    if (message != null) {
      message.ack();
    }
  }

  private static Object value(MqttPublishMessage message, MqttPropertyType type) {
    return message.properties().getProperty(type.value()).value();
  }

  private void publish(String topic, String text, boolean retain) {
    mqtt.publish(topic, Buffer.buffer(text), MqttQoS.AT_LEAST_ONCE, false, retain);
  }
}
