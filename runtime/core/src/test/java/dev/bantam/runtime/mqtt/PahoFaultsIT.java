package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.runtime.config.MqttSecurity;
import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The six faults of Paho 1.2.5 that {@link PahoSession}, {@link WireRepair} and {@link
 * MqttConnection} keep away from the rest. The first fault's usual form, correlation data, is in
 * {@link MqttGatewayIT}; stale and unordered acknowledgements (the fourth) are in {@link
 * AckQueueTest} and {@link ReconnectIT}.
 */
class PahoFaultsIT {

  private static final String BASE = "bantam/v1/device/gw-1";
  private static final String ANSWER = BASE + "/answer/me/echo";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void shouldReconnectWhenTheReceivingThreadDies() throws Exception {
    // Given: authentication data over 32,767 bytes, another packet that Paho's parser dies of
    ByteArrayOutputStream properties = new ByteArrayOutputStream();
    properties.write(Wire.AUTH_DATA);
    Wire.writeUint16(properties, 40_000);
    properties.writeBytes(new byte[40_000]);
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    rest.write(0x18);
    Wire.writeVarInt(rest, properties.size());
    rest.writeBytes(properties.toByteArray());
    ByteArrayOutputStream auth = new ByteArrayOutputStream();
    auth.write(0xF0);
    Wire.writeVarInt(auth, rest.size());
    auth.writeBytes(rest.toByteArray());

    // When
    try (RawBroker broker = new RawBroker(auth.toByteArray());
        GatewayFixture fixture = GatewayFixture.start(broker.url())) {

      // Then: two connections subscribe, one of them twice
      Eventually.await("connected again", LIMIT, () -> broker.subscribed.get() >= 3);
      fixture.awaitConnected();
    }
  }

  @Test
  void shouldKeepAnswersOnTheirTopicsWhereTheBrokerOffersAliases() throws Exception {
    try (Mosquitto broker = Mosquitto.start(folder, "max_topic_alias 10");
        GatewayFixture fixture = GatewayFixture.start(broker.url())) {
      for (int round = 0; round < 2; round++) {
        // When
        try (TestClient client = TestClient.connect(broker.url(), BASE + "/answer/#")) {
          for (int i = 0; i < 30; i++) {
            String text = "R" + round + "-" + i;
            client.ask(BASE + "/task/echo", text, BASE + "/answer/" + text + "/echo", text);
          }
          client.finalReply(29);

          // Then
          assertThat(client.finals())
              .hasSize(30)
              .allSatisfy(r -> assertThat(r.topic()).contains("/" + r.text() + "/"));
        }
        broker.kill();
        Eventually.await("noticed", LIMIT, () -> !fixture.connected());
        broker.restart();
        fixture.awaitConnected();
      }
    }
  }

  @Test
  void shouldPublishWhateverReceiveMaximumTheBrokerGrants() throws Exception {
    for (int maximum : List.of(1, 65_535)) {
      try (Mosquitto broker =
              Mosquitto.start(folder.resolve("" + maximum), "max_inflight_messages " + maximum);
          GatewayFixture fixture = GatewayFixture.start(broker.url());
          TestClient client = TestClient.connect(broker.url(), BASE + "/answer/#")) {
        // When
        askByLines(broker, 60);

        // Then: two chunks and the whole answer each
        client.finalReply(59);
        assertThat(client.replies).hasSize(180);
        assertThat(fixture.connected()).isTrue();
      }
    }
  }

  /** Not by Paho, which cannot publish under these limits without our repairs. */
  private static void askByLines(Mosquitto broker, int count) throws Exception {
    Process publisher =
        new ProcessBuilder(
                List.of(
                    "mosquitto_pub",
                    "-V",
                    "5",
                    "-q",
                    "1",
                    "-l",
                    "-h",
                    "127.0.0.1",
                    "-p",
                    "" + broker.port(),
                    "-t",
                    BASE + "/task/echo",
                    "-D",
                    "publish",
                    "response-topic",
                    ANSWER))
            .start();
    try (var lines = publisher.outputWriter()) {
      for (int i = 0; i < count; i++) {
        lines.write("{\"prompt\":\"ab\",\"stream\":true}\n");
      }
    }
    assertThat(publisher.waitFor()).isZero();
  }

  @Test
  void shouldSendSmallPacketsAtOnce() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (Mosquitto broker = Mosquitto.start(folder);
        BrokerSocket socket =
            new BrokerSocket(
                new BrokerAddress("127.0.0.1", broker.port(), false),
                new BrokerTls(vertx, MqttSecurity.NONE),
                new WireRepair.Facts(),
                () -> {})) {
      // When
      socket.connect(null, 5_000);

      // Then
      assertThat(socket.getTcpNoDelay()).isTrue();
    } finally {
      vertx.close();
    }
  }

  @Test
  void shouldAnswerRequestsSentWithQos2Once() throws Exception {
    try (Mosquitto broker = Mosquitto.start(folder);
        GatewayFixture fixture = GatewayFixture.start(broker.url());
        TestClient client = TestClient.connect(broker.url(), BASE + "/answer/#")) {
      // When
      client.publish(
          BASE + "/task/echo",
          "twice?".getBytes(StandardCharsets.UTF_8),
          2,
          false,
          TestClient.properties(ANSWER, "q2"));

      // Then
      assertThat(client.finalReply(0).qos()).isEqualTo(1);
      assertThat(fixture.handler.executed).hasSize(1);
    }
  }

  @Test
  void shouldLeaveNoThreadThatKeepsAProcessAlive() {
    try (Mosquitto broker = Mosquitto.start(folder);
        GatewayFixture fixture = GatewayFixture.start(broker.url())) {
      assertThat(fixture.connected()).isTrue();
      assertThat(Thread.getAllStackTraces().keySet())
          .filteredOn(t -> t.getName().contains("bantam-gw-1"))
          .isNotEmpty()
          .allMatch(Thread::isDaemon);
    }
    awaitNoThread();
  }

  private static void awaitNoThread() {
    Eventually.await(
        "Paho's threads have ended",
        LIMIT,
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(t -> t.getName().contains("bantam-gw-1")));
  }

  /** As a proxy does whose broker is away: Paho's connecting threads would stay, one an attempt. */
  @Test
  void shouldLeaveNoThreadBehindWhereTheConnectionIsCutAtOnce() throws Exception {
    AtomicInteger cut = new AtomicInteger();
    try (ServerSocket proxy = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Thread cutter = new Thread(() -> cutAll(proxy, cut));
      cutter.setDaemon(true);
      cutter.start();
      MqttConfig config = MqttConfig.of(URI.create("mqtt://127.0.0.1:" + proxy.getLocalPort()));
      try (GatewayFixture fixture = GatewayFixture.starting(config, new FakeHandler())) {
        assertThat(fixture.awaitFailure()).isNotBlank();
        Eventually.await("several attempts", LIMIT, () -> cut.get() >= 6);
      }
    }
    awaitNoThread();
  }

  private static void cutAll(ServerSocket proxy, AtomicInteger cut) {
    try {
      while (true) {
        proxy.accept().close();
        cut.incrementAndGet();
      }
    } catch (IOException closed) {
      return;
    }
  }
}
