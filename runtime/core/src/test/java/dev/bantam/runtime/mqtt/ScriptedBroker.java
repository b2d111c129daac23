package dev.bantam.runtime.mqtt;

import dev.bantam.testkit.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;

/**
 * A broker that does what a test tells it: answers CONNECT with given bytes, sends any packet, and
 * writes down what it is sent, in order, as lines such as {@code bantam-gw-1-main PUBACK 7}.
 */
final class ScriptedBroker implements AutoCloseable {

  static final byte[] WELCOME = {0x20, 3, 0, 0, 0};
  private static final Duration LIMIT = Duration.ofSeconds(20);

  final List<String> log = new CopyOnWriteArrayList<>();
  final Map<String, byte[]> payloads = new ConcurrentHashMap<>();
  private final ServerSocket server;
  private final BiFunction<String, Integer, byte[]> connack;
  private final Map<String, Socket> sockets = new ConcurrentHashMap<>();
  private final Map<String, Integer> connects = new ConcurrentHashMap<>();
  private final List<Withheld> withheld = new CopyOnWriteArrayList<>();
  private volatile boolean acknowledges = true;
  private volatile int refusal;

  /**
   * @param connack the answer to a client id's n-th CONNECT, n from 1
   */
  ScriptedBroker(BiFunction<String, Integer, byte[]> connack) throws IOException {
    this.connack = connack;
    this.server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Streams.inBackground("scripted-broker", this::acceptAll);
  }

  ScriptedBroker() throws IOException {
    this((client, n) -> WELCOME);
  }

  String url() {
    return "mqtt://127.0.0.1:" + server.getLocalPort();
  }

  /** Publishes at QoS 1 are not acknowledged from now on. */
  void withholdAcknowledgements() {
    acknowledges = false;
  }

  /** Acknowledges what was withheld, and from now on everything. */
  void acknowledgeAll() throws IOException {
    acknowledges = true;
    for (Withheld each : withheld) {
      send(each.client(), puback(each.id()));
    }
    withheld.clear();
  }

  private record Withheld(String client, int id) {}

  /** How often a client has sent CONNECT. */
  int connects(String client) {
    return connects.getOrDefault(client, 0);
  }

  void await(String line) {
    Eventually.await(line + " in " + log, LIMIT, () -> log.contains(line));
  }

  void send(String client, byte... packet) throws IOException {
    Socket socket = sockets.get(client);
    synchronized (socket) {
      socket.getOutputStream().write(packet);
      socket.getOutputStream().flush();
    }
  }

  /** A QoS 1 request with a response topic, correlation data and further properties' bytes. */
  void request(String client, int id, String topic, String answer, String payload, byte... further)
      throws IOException {
    ByteArrayOutputStream properties = new ByteArrayOutputStream();
    if (!answer.isEmpty()) {
      properties.write(Wire.RESPONSE_TOPIC);
      Wire.writeText(properties, answer);
    }
    properties.write(Wire.CORRELATION_DATA);
    Wire.writeText(properties, "c" + id);
    properties.writeBytes(further);
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    Wire.writeText(rest, topic);
    Wire.writeUint16(rest, id);
    Wire.writeVarInt(rest, properties.size());
    rest.writeBytes(properties.toByteArray());
    rest.writeBytes(payload.getBytes(StandardCharsets.UTF_8));
    send(client, packet(0x32, rest.toByteArray()));
  }

  static byte[] packet(int first, byte... rest) {
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    packet.write(first);
    Wire.writeVarInt(packet, rest.length);
    packet.writeBytes(rest);
    return packet.toByteArray();
  }

  private void acceptAll() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Streams.inBackground("scripted-broker", () -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    String client = "";
    try (socket) {
      socket.setTcpNoDelay(true);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (true) {
        int first = in.readUnsignedByte();
        byte[] rest = new byte[RawBroker.remainingLength(in)];
        in.readFully(rest);
        if (first >> 4 == 1) {
          client = clientOf(rest);
          sockets.put(client, socket);
          int n = connects.merge(client, 1, Integer::sum);
          log.add(client + " CONNECT");
          send(client, connack.apply(client, n));
        } else {
          answer(client, first, rest);
        }
      }
    } catch (IOException e) {
      log.add(client + " GONE");
    }
  }

  private static String clientOf(byte[] connect) {
    int properties = 10;
    int at = properties + Wire.varIntLength(connect, properties) + Wire.varInt(connect, properties);
    return new String(connect, at + 2, Wire.uint16(connect, at), StandardCharsets.UTF_8);
  }

  private void answer(String client, int first, byte[] rest) throws IOException {
    switch (first >> 4) {
      case 3 -> published(client, first, rest);
      case 4 -> log.add(client + " PUBACK " + Wire.uint16(rest, 0));
      case 8 -> send(client, subscribed(rest));
      case 12 -> {
        log.add(client + " PINGREQ");
        send(client, new byte[] {(byte) 0xD0, 0});
      }
      default -> log.add(client + " " + (first >> 4));
    }
  }

  private static byte[] subscribed(byte[] subscribe) {
    ByteArrayOutputStream codes = new ByteArrayOutputStream();
    codes.write(subscribe, 0, 2);
    codes.write(0);
    int at = 2 + Wire.varIntLength(subscribe, 2) + Wire.varInt(subscribe, 2);
    while (at < subscribe.length) {
      at += 2 + Wire.uint16(subscribe, at) + 1;
      codes.write(1);
    }
    return packet(0x90, codes.toByteArray());
  }

  private void published(String client, int first, byte[] rest) throws IOException {
    int topicEnd = 2 + Wire.uint16(rest, 0);
    String topic = new String(rest, 2, topicEnd - 2, StandardCharsets.UTF_8);
    boolean confirmed = (first & 0x06) != 0;
    payloads.put(topic, rest);
    log.add(client + " PUBLISH " + topic);
    if (confirmed && (acknowledges || topic.endsWith("/status"))) {
      send(client, verdict(topic, Wire.uint16(rest, topicEnd)));
    } else if (confirmed) {
      withheld.add(new Withheld(client, Wire.uint16(rest, topicEnd)));
    }
  }

  /** Publishes at QoS 1 to answer topics are acknowledged with this code; 0 takes them. */
  void refusePublishes(int code) {
    refusal = code;
  }

  private byte[] verdict(String topic, int id) {
    return refusal == 0 || !topic.contains("/answer/")
        ? puback(id)
        : packet(0x40, (byte) (id >> 8), (byte) id, (byte) refusal, (byte) 0);
  }

  static byte[] puback(int id) {
    return packet(0x40, (byte) (id >> 8), (byte) id);
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : sockets.values()) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
