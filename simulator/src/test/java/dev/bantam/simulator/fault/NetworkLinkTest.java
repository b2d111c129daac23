package dev.bantam.simulator.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.simulator.client.BrokerAccess;
import dev.bantam.simulator.fault.LinkState.Effect;
import dev.bantam.testkit.Eventually;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What passes a link, and when, with a server behind it that sends back what it gets. */
@Timeout(60)
class NetworkLinkTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();
  private final StringBuffer heard = new StringBuffer();
  private final NetClient clients = vertx.createNetClient();
  private NetServer server;
  private NetworkLink link;
  private NetSocket client;
  private volatile boolean closed;

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @BeforeEach
  void start() throws Exception {
    server = vertx.createNetServer().connectHandler(socket -> socket.handler(socket::write));
    await(server.listen(0, "127.0.0.1"));
    link =
        await(
            NetworkLink.open(vertx, BrokerAccess.of("mqtt://127.0.0.1:" + server.actualPort()), 1));
    client = connect();
  }

  @AfterEach
  void stop() throws Exception {
    await(vertx.close());
  }

  private NetSocket connect() throws Exception {
    NetSocket socket = await(clients.connect(link.access().port(), link.access().host()));
    socket.handler(bytes -> heard.append(bytes.toString(StandardCharsets.UTF_8)));
    socket.closeHandler(nothing -> closed = true);
    return socket;
  }

  private void awaitHeard(String text) {
    Eventually.await("\"" + text + "\"", LIMIT, () -> heard.toString().equals(text));
  }

  @Test
  void shouldPassEverythingOnWhileNothingIsWrong() throws Exception {
    String text = "0123456789".repeat(100_000);

    client.write(text);

    awaitHeard(text);
  }

  @Test
  void shouldHoldWhatIsSentWhileItIsCutAndDeliverItAfterwards() throws Exception {
    client.write("a");
    awaitHeard("a");
    Effect cut = Effect.ofCut();

    await(link.begin(cut));
    client.write("b");
    NetSocket late = connect();
    late.write("c");
    Thread.sleep(100); // so that what should not pass has the time to

    assertThat(heard.toString()).isEqualTo("a");
    assertThat(closed).isFalse();
    await(link.end(cut));
    Eventually.await("all", LIMIT, () -> heard.length() == 3);
    assertThat(heard.toString()).startsWith("a").contains("b", "c");
  }

  @Test
  void shouldDelayBothWays() throws Exception {
    await(link.begin(Effect.ofDelay(TimeUnit.MILLISECONDS.toNanos(150))));
    long begin = System.nanoTime();

    client.write("a");
    awaitHeard("a");

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(300));
  }

  @Test
  void shouldLetStalledPiecesKeepTheirOrder() throws Exception {
    await(link.begin(Effect.ofLoss(0.5, TimeUnit.MILLISECONDS.toNanos(20))));
    StringBuilder sent = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      client.write(i + " ");
      sent.append(i).append(' ');
    }

    awaitHeard(sent.toString());
  }

  @Test
  void shouldLetNoMorePassThanItIsThrottledTo() throws Exception {
    Effect throttle = Effect.ofThrottle(2_000);
    await(link.begin(throttle));
    long begin = System.nanoTime();

    client.write("x".repeat(1_000));
    Eventually.await("all", LIMIT, () -> heard.length() == 1_000);

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(450));
    client.write("y".repeat(100_000));
    await(link.end(throttle));
    Eventually.await("all the rest at once", LIMIT, () -> heard.length() == 101_000);
  }

  @Test
  void shouldDropConnectionsAndTakeNewOnes() throws Exception {
    client.write("a");
    awaitHeard("a");

    await(link.drop());

    Eventually.await("closed", LIMIT, () -> closed);
    connect().write("b");
    awaitHeard("ab");
  }

  @Test
  void shouldCloseWhatComesWhileTheBrokerIsAway() throws Exception {
    await(server.close());

    NetSocket socket = connect();

    Eventually.await("closed", LIMIT, () -> closed);
    assertThat(socket).isNotNull();
  }
}
