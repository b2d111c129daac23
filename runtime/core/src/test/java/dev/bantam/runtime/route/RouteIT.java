package dev.bantam.runtime.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.testkit.Mosquitto;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Routes over mosquitto, which saves its state seldom: every change would take all the time. */
class RouteIT extends RouteCases {

  @TempDir private Path folder;
  private Mosquitto broker;

  @BeforeEach
  void start() {
    broker = Mosquitto.start(folder, "autosave_on_changes false", "autosave_interval 1800");
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  @Override
  String url() {
    return broker.url();
  }

  @Test
  void shouldStayExactAndSmallWhenFlooded() throws Exception {
    int messages = 100_000;
    String routes =
        """
        r: {from: flood/+, payload: text, task: say, to: flooded, qos: 0, queue: 50, overflow: drop_latest}
        """;
    try (RouteFixture fixture = new RouteFixture(url(), routes);
        Wires wires = new Wires(url())) {
      fixture.model.slow(1);
      flood(wires, 20_000);
      long before = usedBytes();
      flood(wires, messages - 20_000);
      fixture.awaitEnded(messages);
      assertThat(fixture.addsUp()).isTrue();
      assertThat(fixture.count("out")).isPositive();
      assertThat(fixture.count("dropped")).isPositive();
      assertThat(usedBytes() - before).isLessThan(30_000_000);
    }
  }

  /** With as many in flight as Paho lets there be. */
  private static void flood(Wires wires, int messages) throws Exception {
    Deque<IMqttToken> sent = new ArrayDeque<>();
    for (int i = 0; i < messages; i++) {
      if (sent.size() >= 500) {
        sent.remove().waitForCompletion(30_000);
      }
      sent.add(wires.send("flood/" + i % 10, "message " + i, 1, Map.of()));
    }
    for (IMqttToken token : sent) {
      token.waitForCompletion(30_000);
    }
  }

  private static long usedBytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
