package dev.bantam.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.testkit.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Mutated packets over loopback: the broker lives on, serves good clients and forgets bad ones. */
class PacketFuzzTest {

  private static final long SEED = 20_260_101;
  private static final int CONVERSATIONS = 2_500;
  private static final long LIMIT_NANOS = 12_000_000_000L;
  private static final long MOST_BYTES_KEPT = 48L << 20;

  @Test
  void shouldSurviveMutatedPackets() throws IOException {
    // Given
    try (BrokerHarness harness =
        new BrokerHarness(BrokerOptions.defaults().withMaxPacketBytes(65_536))) {
      RawClient good = harness.client("good", Props.none());
      good.subscribed("good", 1);
      Random random = new Random(SEED);
      long before = usedHeap();
      long start = System.nanoTime();

      // When
      int sent = 0;
      for (; sent < CONVERSATIONS && System.nanoTime() - start < LIMIT_NANOS; sent++) {
        attack(harness.port(), mutated(random));
      }

      // Then
      assertThat(sent).isGreaterThan(200);
      good.send(good.publish("good", 1, 0, 5, Props.none(), RawClient.utf8("still here")));
      assertThat(good.untilPong())
          .filteredOn(packet -> packet.type() == Packet.PUBLISH)
          .extracting(Packet::payload)
          .contains("still here");
      Eventually.await(
          "only the good client is connected",
          Duration.ofSeconds(15),
          () -> harness.status().connected() == 1);
      assertThat(usedHeap() - before).isLessThan(MOST_BYTES_KEPT);
    }
  }

  private static long usedHeap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /** Sends and stops sending; the broker must then end the connection, not leave it open. */
  private static void attack(int port, byte[] bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
      socket.getInputStream().readAllBytes();
    } catch (SocketException expected) {
      assertThat(expected).isNotNull(); // the broker hung up first
    }
  }

  private static byte[] mutated(Random random) {
    List<byte[]> packets = conversation(random);
    byte[] bytes = RawClient.join(packets.toArray(new byte[0][]));
    int keepWhole = random.nextInt(4) == 0 ? 0 : packets.get(0).length;
    int changes = 1 + random.nextInt(6);
    for (int i = 0; i < changes && bytes.length > keepWhole; i++) {
      int at = keepWhole + random.nextInt(bytes.length - keepWhole);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> bytes[at] = (byte) 0xFF;
        case 3 -> bytes = Arrays.copyOf(bytes, Math.max(keepWhole + 1, at));
        default ->
            bytes =
                RawClient.join(
                    Arrays.copyOf(bytes, at),
                    RawClient.bytes(random.nextInt(256)),
                    Arrays.copyOfRange(bytes, at, bytes.length));
      }
    }
    return bytes;
  }

  /** A CONNECT and some packets of every kind a client may send, and some it may not. */
  private static List<byte[]> conversation(Random random) {
    boolean v5 = random.nextInt(4) > 0;
    RawClient.Encoder encoder = new RawClient.Encoder(v5);
    String id = "f" + random.nextInt(20);
    List<byte[]> packets = new ArrayList<>();
    Props session = Props.none().u32(Props.SESSION_EXPIRY, random.nextInt(2)).user("a", "b");
    packets.add(
        !v5
            ? RawClient.connect311(id, true)
            : random.nextBoolean()
                ? RawClient.connect(id, session)
                : RawClient.connect(
                    id, 0x06, 10, session.encoded(), RawClient.will(Props.none(), "w", "x")));
    for (int i = 0; i < 4; i++) {
      packets.add(one(random, encoder));
    }
    return packets;
  }

  private static byte[] one(Random random, RawClient.Encoder encoder) {
    Props properties =
        Props.none().text(Props.RESPONSE_TOPIC, "r").binary(Props.CORRELATION_DATA, new byte[9]);
    return switch (random.nextInt(9)) {
      case 0 -> encoder.subscribe(3, "a/+/#", random.nextInt(3), Props.none());
      case 1 -> encoder.unsubscribe(4, "a/b");
      case 2 -> RawClient.ack(0x40, 5);
      case 3 -> RawClient.ack(0x50, 6);
      case 4 -> RawClient.ack(0x62, 7);
      case 5 -> RawClient.ack(0x70, 8);
      case 6 -> RawClient.bytes(0xC0, 0);
      case 7 -> encoder.subscribe(9, "$share/g/good/no", 1, Props.none());
      default -> encoder.publish("a/b", random.nextInt(3), 0, 9, properties, new byte[50]);
    };
  }
}
