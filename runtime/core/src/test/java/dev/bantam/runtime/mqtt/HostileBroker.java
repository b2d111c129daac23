package dev.bantam.runtime.mqtt;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A broker that sends what it should not, another thing on each connection, by a seed; and once it
 * is told to be good hands everything to a real one.
 */
final class HostileBroker implements AutoCloseable {

  final AtomicInteger attacks = new AtomicInteger();
  private final ServerSocket server;
  private final int realPort;
  private final Random random;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean good;

  HostileBroker(int realPort, long seed) throws IOException {
    this.realPort = realPort;
    this.random = new Random(seed);
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Streams.inBackground("hostile-broker", this::acceptAll);
  }

  String url() {
    return "mqtt://127.0.0.1:" + server.getLocalPort();
  }

  void beGood() {
    good = true;
    sockets.forEach(Streams::close);
  }

  private void acceptAll() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        sockets.add(client);
        Streams.inBackground("hostile-broker", () -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      if (good) {
        Socket real = new Socket(InetAddress.getLoopbackAddress(), realPort);
        Streams.inBackground("hostile-broker", () -> Streams.copy(real, client));
        Streams.copy(client, real);
        return;
      }
      Attack attack;
      synchronized (random) {
        attack = Attack.next(random);
      }
      client.setSoTimeout(2_000);
      client.setTcpNoDelay(true);
      play(attack, client);
      attacks.incrementAndGet();
    } catch (IOException gone) {
      attacks.incrementAndGet();
    } finally {
      sockets.remove(client);
    }
  }

  private static void play(Attack attack, Socket client) throws IOException {
    DataInputStream in = new DataInputStream(client.getInputStream());
    OutputStream out = client.getOutputStream();
    out.write(attack.atOnce());
    readPacket(in);
    out.write(attack.connack());
    byte[] subscribe = readPacket(in);
    out.write(new byte[] {(byte) 0x90, 7, subscribe[0], subscribe[1], 0, 1, 1, 1, 1});
    out.write(attack.afterwards());
    out.flush();
    client.setSoTimeout(attack.patienceMs());
    try {
      while (in.read() >= 0) {
        continue;
      }
    } catch (SocketTimeoutException over) {
      return;
    }
  }

  private static byte[] readPacket(DataInputStream in) throws IOException {
    in.readUnsignedByte();
    byte[] rest = new byte[RawBroker.remainingLength(in)];
    in.readFully(rest);
    return rest;
  }

  /**
   * What is sent when.
   *
   * @param atOnce before the client's CONNECT is read
   * @param connack in answer to it
   * @param afterwards behind a right SUBACK
   * @param patienceMs how long the connection then stays
   */
  private record Attack(byte[] atOnce, byte[] connack, byte[] afterwards, int patienceMs) {

    private static final byte[] NOTHING = {};

    static Attack next(Random random) {
      int patience = 20 + random.nextInt(200);
      return switch (random.nextInt(6)) {
        case 0 -> new Attack(noise(random), ScriptedBroker.WELCOME, NOTHING, patience);
        case 1 ->
            new Attack(
                NOTHING,
                mutated(random, new byte[] {0x20, 9, 0, 0, 6, 0x21, 0, 20, 0x22, 0, 10}),
                NOTHING,
                patience);
        case 2 -> new Attack(NOTHING, NOTHING, NOTHING, patience);
        case 3 -> new Attack(NOTHING, ScriptedBroker.WELCOME, noise(random), patience);
        default ->
            new Attack(NOTHING, ScriptedBroker.WELCOME, mutated(random, packets(random)), patience);
      };
    }

    private static byte[] noise(Random random) {
      byte[] bytes = new byte[1 + random.nextInt(400)];
      random.nextBytes(bytes);
      return bytes;
    }

    private static byte[] mutated(Random random, byte[] good) {
      byte[] bytes = good.clone();
      for (int i = random.nextInt(4); i > 0; i--) {
        int near = random.nextBoolean() ? Math.min(bytes.length, 40) : bytes.length;
        bytes[random.nextInt(near)] = (byte) random.nextInt(256);
      }
      return bytes;
    }

    /** Of every kind, also such as only clients may send. */
    private static byte[] packets(Random random) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (int i = 0; i < 4; i++) {
        all.writeBytes(
            switch (random.nextInt(9)) {
              case 0 -> ScriptedBroker.puback(random.nextInt(65_536));
              case 1 -> new byte[] {0x62, 2, 0, (byte) random.nextInt(9)};
              case 2 -> new byte[] {0x50, 2, 0, (byte) random.nextInt(9)};
              case 3 -> new byte[] {(byte) 0xE0, 2, (byte) random.nextInt(256), 0};
              case 4 -> new byte[] {(byte) 0xF0, 2, (byte) random.nextInt(256), 0};
              case 5 -> new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x7F};
              case 6 -> new byte[] {(byte) 0xC0, 0, (byte) 0xD0, 0};
              default -> publish(random);
            });
      }
      return all.toByteArray();
    }

    private static byte[] publish(Random random) {
      ByteArrayOutputStream properties = new ByteArrayOutputStream();
      properties.write(Wire.RESPONSE_TOPIC);
      Wire.writeText(properties, random.nextBoolean() ? "clients/a" : "plant/+/#");
      properties.write(Wire.CORRELATION_DATA);
      Wire.writeText(properties, "c".repeat(random.nextInt(4) == 0 ? 40_000 : 9));
      if (random.nextInt(4) == 0) {
        properties.write(Wire.TOPIC_ALIAS);
        Wire.writeUint16(properties, random.nextInt(3));
      }
      ByteArrayOutputStream rest = new ByteArrayOutputStream();
      Wire.writeText(rest, random.nextInt(4) == 0 ? "" : "bantam/v1/device/gw-1/task/echo");
      Wire.writeUint16(rest, random.nextInt(4));
      Wire.writeVarInt(rest, properties.size());
      rest.writeBytes(properties.toByteArray());
      byte[] payload = new byte[random.nextInt(100)];
      random.nextBytes(payload);
      rest.writeBytes(payload);
      return ScriptedBroker.packet(0x30 | random.nextInt(16), rest.toByteArray());
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    sockets.forEach(Streams::close);
  }
}
