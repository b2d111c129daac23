import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.MqttClientOptions;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;

/** One client over MQTT 5, on a Vert.x context of its own; comes back by itself, with its session. */
final class Asker {

  private static final String BASE = "bantam/v1/device/" + Site.DEVICE;
  private static final long RETRY_MS = 100;
  private static final long SESSION_SECONDS = 3_600;

  private final Vertx vertx;
  final Context context;
  private final int port;
  private final String id;
  private final boolean stays;
  private final BiConsumer<String, Buffer> answered;
  private MqttClient mqtt;
  private boolean ready;
  private boolean closed;

  /**
   * @param stays whether the session outlives the connection
   * @param answered told the correlation and the payload of each answer
   */
  Asker(Vertx vertx, int port, String id, boolean stays, BiConsumer<String, Buffer> answered) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.port = port;
    this.id = id;
    this.stays = stays;
    this.answered = answered;
  }

  private String answerTopic() {
    return BASE + "/answer/" + id + "/no-op";
  }

  /** Call on the context. */
  void connect() {
    MqttClientOptions options = new MqttClientOptions();
    options.setVersion(5);
    options.setClientId(id).setCleanSession(!stays).setMaxInflightQueue(60_000);
    options.setTcpNoDelay(true).setConnectTimeout(2_000);
    if (stays) {
      options.setSessionExpireInterval(SESSION_SECONDS);
    }
    MqttClient client = MqttClient.create(vertx, options);
    mqtt = client;
    client.publishHandler(
        message -> {
          MqttProperties.MqttProperty<?> correlation =
              message.properties().getProperty(MqttPropertyType.CORRELATION_DATA.value());
          String key =
              correlation == null
                  ? ""
                  : new String((byte[]) correlation.value(), StandardCharsets.UTF_8);
          answered.accept(key, message.payload());
        });
    client.closeHandler(
        nothing -> {
          if (mqtt == client) {
            again();
          }
        });
    client
        .connect(port, "127.0.0.1")
        .compose(ack -> client.subscribe(answerTopic(), 1))
        .onSuccess(packet -> ready = true)
        .onFailure(
            why -> {
              if (mqtt == client) {
                again();
              }
            });
  }

  private void again() {
    ready = false;
    mqtt = null;
    if (!closed) {
      vertx.setTimer(RETRY_MS, timer -> context.runOnContext(nothing -> connect()));
    }
  }

  boolean isReady() {
    return ready;
  }

  /**
   * Sends a request; call on the context.
   *
   * @param expirySeconds 0 for none
   */
  Future<Integer> ask(String correlation, Buffer payload, int qos, int expirySeconds) {
    MqttClient client = mqtt;
    if (client == null || !ready) {
      return Future.failedFuture("not connected");
    }
    MqttProperties properties = new MqttProperties();
    properties.add(
        new MqttProperties.StringProperty(MqttPropertyType.RESPONSE_TOPIC.value(), answerTopic()));
    properties.add(
        new MqttProperties.BinaryProperty(
            MqttPropertyType.CORRELATION_DATA.value(),
            correlation.getBytes(StandardCharsets.UTF_8)));
    if (expirySeconds > 0) {
      properties.add(
          new MqttProperties.IntegerProperty(
              MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL.value(), expirySeconds));
    }
    return client.publish(
        BASE + "/task/no-op", payload, MqttQoS.valueOf(qos), false, false, properties);
  }

  void close() {
    closed = true;
    MqttClient client = mqtt;
    if (client != null && client.isConnected()) {
      client.disconnect();
    }
  }
}
