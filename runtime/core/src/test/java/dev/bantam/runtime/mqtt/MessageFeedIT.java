package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MessageFeedIT {

  @TempDir private Path folder;

  /** Publishes each message again on another topic, and acknowledges it when that is taken. */
  private static final class Mirror implements MessageFeed {

    private final List<Publisher.Taken> taken = new CopyOnWriteArrayList<>();
    private final AtomicBoolean drained = new AtomicBoolean();
    private final List<Runnable> held = new CopyOnWriteArrayList<>();
    private final AtomicBoolean holds = new AtomicBoolean();
    private Publisher publisher = message -> io.vertx.core.Future.failedFuture("not started");

    @Override
    public String name() {
      return "mirror";
    }

    @Override
    public List<String> filters() {
      return List.of("plant/+/temp");
    }

    @Override
    public int receiveMaximum() {
      return 10;
    }

    @Override
    public void started(Publisher connection) {
      publisher = connection;
    }

    @Override
    public void message(InboundMessage message, Runnable acknowledge) {
      if (holds.get()) {
        held.add(acknowledge);
        return;
      }
      String to = new String(message.payload().getBytes(), StandardCharsets.UTF_8);
      publisher
          .publish(
              new Publication(
                  to,
                  Buffer.buffer("seen"),
                  1,
                  false,
                  Optional.of("text/plain"),
                  Map.of("from", message.topic())))
          .onSuccess(taken::add)
          .onComplete(done -> acknowledge.run());
    }

    @Override
    public void overflowed(String topic) {}

    @Override
    public void retire() {}

    @Override
    public void drain() {
      drained.set(true);
    }

    @Override
    public boolean idle() {
      return true;
    }
  }

  @Test
  void shouldHearAndPublishOverAConnectionOfItsOwn() throws Exception {
    Mirror mirror = new Mirror();
    try (Mosquitto broker = Mosquitto.start(folder);
        GatewayFixture fixture = GatewayFixture.listening(broker.url(), mirror);
        TestClient client = TestClient.connect(broker.url(), "mirrored")) {
      // When
      publish(client, "plant/7/temp", "mirrored");
      // Then
      Eventually.await("a publication", GatewayFixture.LIMIT, () -> !client.replies.isEmpty());
      assertThat(client.replies.get(0).user()).containsEntry("from", "plant/7/temp");
      Eventually.await("the outcome", GatewayFixture.LIMIT, () -> !mirror.taken.isEmpty());
      assertThat(mirror.taken.get(0)).isInstanceOf(Publisher.Taken.Accepted.class);
      fixture.drain(java.time.Duration.ZERO);
      assertThat(mirror.drained).isTrue();
    }
  }

  @Test
  void shouldGetAgainWhatItDidNotAcknowledge() throws Exception {
    Mirror first = new Mirror();
    first.holds.set(true);
    Mirror second = new Mirror();
    try (Mosquitto broker = Mosquitto.start(folder);
        TestClient client = TestClient.connect(broker.url(), "mirrored")) {
      try (GatewayFixture fixture = GatewayFixture.listening(broker.url(), first)) {
        publish(client, "plant/7/temp", "mirrored");
        Eventually.await("arrival", GatewayFixture.LIMIT, () -> !first.held.isEmpty());
        assertThat(fixture.connected()).isTrue();
      }
      try (GatewayFixture again = GatewayFixture.listening(broker.url(), second)) {
        Eventually.await("redelivery", GatewayFixture.LIMIT, () -> !client.replies.isEmpty());
        assertThat(again.connected()).isTrue();
      }
    }
  }

  private static void publish(TestClient client, String topic, String text) throws Exception {
    client.publish(topic, text.getBytes(StandardCharsets.UTF_8), 1, false, new MqttProperties());
  }
}
