package dev.bantam.simulator.run;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.util.concurrent.TimeUnit;

/**
 * Somebody who looks at what sensors say under {@code t/} and raises an alarm on {@code
 * alarms/NAME}. A double for tests, which is always right or always wrong.
 */
final class FakeDetector {

  private final MqttClient mqtt;
  private final boolean right;

  private FakeDetector(MqttClient mqtt, boolean right) {
    this.mqtt = mqtt;
    this.right = right;
  }

  /** Connects and listens; goes with the Vert.x instance. */
  static void start(Vertx vertx, int port, boolean right) throws Exception {
    MqttClient mqtt = MqttClient.create(vertx);
    mqtt.publishHandler(new FakeDetector(mqtt, right)::heard);
    Promise<Void> listens = Promise.promise();
    mqtt.subscribeCompletionHandler(ack -> listens.tryComplete());
    mqtt.connect(port, "127.0.0.1")
        .compose(ack -> mqtt.subscribe("t/#", MqttQoS.AT_MOST_ONCE.value()))
        .compose(packet -> listens.future())
        .toCompletionStage()
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }

  private void heard(MqttPublishMessage message) {
    JsonObject body = message.payload().toJsonObject();
    boolean high = body.getDouble("v") > 100;
    String sensor = body.getString("sensor");
    JsonObject alarm = new JsonObject().put("sensor", right ? sensor : "nobody");
    alarm.put("kind", right && !high ? "nothing" : "leak");
    mqtt.publish("alarms/" + sensor, alarm.toBuffer(), MqttQoS.AT_MOST_ONCE, false, false);
  }
}
