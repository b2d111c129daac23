package dev.bantam.runtime.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.runtime.config.MqttConfig;
import dev.bantam.testkit.Eventually;
import dev.bantam.testkit.Mosquitto;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the device publishes by itself while a real broker is away. */
@Timeout(120)
class SpoolingIT {

  private static final Duration LIMIT = Duration.ofSeconds(40);

  @TempDir Path folder;

  private Mosquitto broker;

  /** Listens to nothing, and publishes for the test. */
  private static final class Source implements MessageFeed {
    private Publisher publisher = message -> Future.failedFuture("not started");

    @Override
    public String name() {
      return "source";
    }

    @Override
    public List<String> filters() {
      return List.of();
    }

    @Override
    public int receiveMaximum() {
      return 1;
    }

    @Override
    public void started(Publisher given) {
      publisher = given;
    }

    @Override
    public void message(InboundMessage message, Runnable acknowledge) {}

    @Override
    public void overflowed(String topic) {}

    @Override
    public void retire() {}

    @Override
    public void drain() {}

    @Override
    public boolean idle() {
      return true;
    }
  }

  @BeforeEach
  void start() {
    broker = Mosquitto.start(folder.resolve("broker"));
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  private GatewayFixture gateway(Source source) {
    return GatewayFixture.keeping(
        MqttConfig.of(URI.create(broker.url())),
        folder.resolve("gw-1.db"),
        new FakeHandler(),
        source);
  }

  /** Publishes the numbers and returns what became of each. */
  private static List<CompletableFuture<Publisher.Taken>> publish(
      GatewayFixture gateway, Source source, int from, int to) {
    List<CompletableFuture<Publisher.Taken>> taken = new ArrayList<>();
    for (int i = from; i < to; i++) {
      CompletableFuture<Publisher.Taken> one = new CompletableFuture<>();
      taken.add(one);
      Publication message =
          new Publication(
              "plant/out", Buffer.buffer("" + i), 1, false, Optional.empty(), Map.of("n", "" + i));
      gateway.context.runOnContext(
          nothing -> source.publisher.publish(message).onSuccess(one::complete));
    }
    return taken;
  }

  private static List<String> numbers(int to) {
    return IntStream.range(0, to).mapToObj(String::valueOf).toList();
  }

  private static List<String> firsts(TestClient client) {
    return List.copyOf(
        new LinkedHashSet<>(client.replies.stream().map(TestClient.Reply::text).toList()));
  }

  @Test
  void shouldKeepWhatIsPublishedWhileTheBrokerIsAwayOverARestartAndSendItInOrder()
      throws Exception {
    // Given
    Source before = new Source();
    try (GatewayFixture gateway = gateway(before)) {
      gateway.awaitConnected();
      broker.kill();
      Eventually.await("noticed", LIMIT, () -> !gateway.connected());
      for (CompletableFuture<Publisher.Taken> taken : publish(gateway, before, 0, 300)) {
        assertThat(GatewayFixture.await(taken)).isEqualTo(new Publisher.Taken.Queued());
      }
      assertThat(gateway.store.orElseThrow().counts().waiting()).isEqualTo(300);
    }

    // When
    broker.restart();
    Source after = new Source();
    try (TestClient client = TestClient.connect(broker.url(), "plant/out");
        GatewayFixture gateway = gateway(after)) {
      publish(gateway, after, 300, 400);

      // Then
      Eventually.await("all are there", LIMIT, () -> firsts(client).size() == 400);
      assertThat(firsts(client)).isEqualTo(numbers(400));
      assertThat(client.replies.get(0).user()).containsEntry("n", "0");
      Eventually.await(
          "the disk is empty", LIMIT, () -> gateway.store.orElseThrow().counts().waiting() == 0);
    }
  }

  @Test
  void shouldLoseNothingAndKeepTheOrderWhenTheBrokerIsKilledInBetween() throws Exception {
    Source source = new Source();
    try (GatewayFixture gateway = gateway(source)) {
      gateway.awaitConnected();
      List<String> seen = new ArrayList<>();
      for (int round = 0; round < 3; round++) {
        TestClient client = TestClient.connect(broker.url(), "plant/out");
        int start = round * 1_000;
        publish(gateway, source, start, start + 500);
        Eventually.await("some are there", LIMIT, () -> !client.replies.isEmpty());
        broker.kill();
        publish(gateway, source, start + 500, start + 1_000);
        client.replies.forEach(reply -> seen.add(reply.text()));
        client.close();
        broker.restart();
        gateway.awaitConnected();
      }
      try (TestClient client = TestClient.connect(broker.url(), "plant/out")) {
        List<CompletableFuture<Publisher.Taken>> last = publish(gateway, source, 3_000, 3_001);
        assertThat(GatewayFixture.await(last.get(0)))
            .isNotInstanceOf(Publisher.Taken.Dropped.class);
        Eventually.await(
            "the disk is empty", LIMIT, () -> gateway.store.orElseThrow().counts().waiting() == 0);
        Eventually.await(
            "the last is there",
            LIMIT,
            () -> client.replies.stream().anyMatch(r -> r.text().equals("3000")));
      }
      assertThat(gateway.store.orElseThrow().counts().lost()).isZero();
      assertThat(gateway.store.orElseThrow().counts().dropped()).isZero();
    }
  }

  @Test
  void shouldTouchNoDiskWhileTheBrokerKeepsUp() throws Exception {
    Source source = new Source();
    try (TestClient client = TestClient.connect(broker.url(), "plant/out");
        GatewayFixture gateway = gateway(source)) {
      gateway.awaitConnected();
      publish(gateway, source, 0, 1)
          .forEach(taken -> assertThat(GatewayFixture.await(taken)).isNotNull());
      Eventually.await(
          "the disk is empty", LIMIT, () -> gateway.store.orElseThrow().counts().waiting() == 0);
      for (CompletableFuture<Publisher.Taken> taken : publish(gateway, source, 1, 200)) {
        assertThat(GatewayFixture.await(taken)).isEqualTo(new Publisher.Taken.Accepted());
      }
      Eventually.await("all are there", LIMIT, () -> firsts(client).size() == 200);
    }
  }
}
