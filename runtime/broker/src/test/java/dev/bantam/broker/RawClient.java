package dev.bantam.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client that sends exactly the bytes a test wants, right or wrong. Reads wait at most 5 s. */
final class RawClient implements AutoCloseable {

  private static final int TIMEOUT_MS = 5_000;

  private final Socket socket;
  private final DataInputStream in;
  private final boolean v5;
  private final Encoder encoder;

  RawClient(int port, boolean v5) {
    this.v5 = v5;
    this.encoder = new Encoder(v5);
    try {
      socket = new Socket();
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MS);
      in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // packets

  /** A CONNECT with clean start and without keep alive. */
  static byte[] connect(String clientId, Props properties) {
    return connect(clientId, 0x02, 0, properties.encoded(), new byte[0]);
  }

  /** Any CONNECT of MQTT 5; {@code tail} follows the client identifier. */
  static byte[] connect(String clientId, int flags, int keepAlive, byte[] properties, byte[] tail) {
    byte[] header = join(text("MQTT"), bytes(5, flags, keepAlive >> 8, keepAlive));
    return packet(0x10, join(header, properties, text(clientId), tail));
  }

  static byte[] connect311(String clientId, boolean clean) {
    return packet(0x10, join(text("MQTT"), bytes(4, clean ? 2 : 0, 0, 0), text(clientId)));
  }

  static byte[] will(Props properties, String topic, String payload) {
    return join(properties.encoded(), text(topic), text(payload));
  }

  byte[] publish(String topic, int qos, int flags, int id, Props properties, byte[] payload) {
    return encoder.publish(topic, qos, flags, id, properties, payload);
  }

  byte[] subscribe(int id, String filter, int options, Props properties) {
    return encoder.subscribe(id, filter, options, properties);
  }

  byte[] unsubscribe(int id, String filter) {
    return encoder.unsubscribe(id, filter);
  }

  static byte[] ack(int first, int id) {
    return packet(first, bytes(id >> 8, id));
  }

  static byte[] packet(int first, byte[] body) {
    return join(bytes(first), variableInteger(body.length), body);
  }

  // conversation

  Packet connected(String clientId, Props properties) {
    return connected(connect(clientId, properties));
  }

  Packet connected(byte[] connect) {
    send(connect);
    Packet connack = expect(Packet.CONNACK);
    assertThat(connack.reason()).as("CONNACK").isZero();
    return connack;
  }

  Packet subscribed(String filter, int options, Props properties) {
    send(subscribe(77, filter, options, properties));
    return expect(Packet.SUBACK);
  }

  Packet subscribed(String filter, int qos) {
    return subscribed(filter, qos, Props.none());
  }

  void publish0(String topic, String payload) {
    send(publish(topic, 0, 0, 0, Props.none(), utf8(payload)));
  }

  /** Publishes with QoS 1 and waits for the PUBACK. */
  Packet publish1(String topic, String payload, int retainFlag, Props properties) {
    send(publish(topic, 1, retainFlag, 99, properties, utf8(payload)));
    return expect(Packet.PUBACK);
  }

  Packet publish1(String topic, String payload) {
    return publish1(topic, payload, 0, Props.none());
  }

  /** After this answer everything the broker sent before is read or waits: no need to sleep. */
  List<Packet> untilPong() {
    send(bytes(0xC0, 0));
    List<Packet> before = new ArrayList<>();
    for (Packet next = read(); next != null; next = read()) {
      if (next.type() == Packet.PINGRESP) {
        return before;
      }
      before.add(next);
    }
    throw new AssertionError("connection closed while waiting for PINGRESP, after " + before);
  }

  Packet expect(int type) {
    Packet next = read();
    assertThat(next).as("packet of type " + type + ", not the end").isNotNull();
    assertThat(next.type()).as("type of " + next).isEqualTo(type);
    return next;
  }

  void acknowledge(Packet publish) {
    send(ack(0x40, publish.id()));
  }

  /** Reads to the end; the reason code of a DISCONNECT or refusing CONNACK, or -1 without one. */
  int closedWith() {
    int reason = -1;
    for (Packet next = read(); next != null; next = read()) {
      if (next.type() == Packet.DISCONNECT || next.type() == Packet.CONNACK) {
        reason = next.reason();
      }
    }
    return reason;
  }

  void send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next packet; null at the end of the connection. */
  Packet read() {
    try {
      int first = in.read();
      if (first < 0) {
        return null;
      }
      int length = 0;
      for (int shift = 0; ; shift += 7) {
        int digit = in.readUnsignedByte();
        length |= (digit & 0x7F) << shift;
        if (digit < 128) {
          break;
        }
      }
      byte[] body = new byte[length];
      in.readFully(body);
      return new Packet(first, body, v5);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("nothing came within " + TIMEOUT_MS + " ms", e);
    } catch (EOFException | SocketException e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the connection as a crash would. */
  void die() {
    close();
  }

  // bytes

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] text(String text) {
    return field(utf8(text));
  }

  static byte[] field(byte[] value) {
    return join(bytes(value.length >> 8, value.length), value);
  }

  static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  static byte[] variableInteger(int value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int rest = value;
    do {
      int digit = rest & 0x7F;
      rest >>>= 7;
      out.write(rest > 0 ? digit | 0x80 : digit);
    } while (rest > 0);
    return out.toByteArray();
  }

  /** Packets whose form depends on the protocol version. */
  record Encoder(boolean v5) {

    byte[] publish(String topic, int qos, int flags, int id, Props properties, byte[] payload) {
      byte[] identifier = qos > 0 ? bytes(id >> 8, id) : new byte[0];
      byte[] props = v5 ? properties.encoded() : new byte[0];
      return packet(0x30 | qos << 1 | flags, join(text(topic), identifier, props, payload));
    }

    byte[] subscribe(int id, String filter, int options, Props properties) {
      byte[] props = v5 ? properties.encoded() : new byte[0];
      return packet(0x82, join(bytes(id >> 8, id), props, text(filter), bytes(options)));
    }

    byte[] unsubscribe(int id, String filter) {
      byte[] props = v5 ? bytes(0) : new byte[0];
      return packet(0xA2, join(bytes(id >> 8, id), props, text(filter)));
    }
  }
}
