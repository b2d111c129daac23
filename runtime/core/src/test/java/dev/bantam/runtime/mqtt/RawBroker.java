package dev.bantam.runtime.mqtt;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The least that Paho takes for a broker: says yes to CONNECT and SUBSCRIBE, and sends given bytes
 * on the first connection that subscribes.
 */
final class RawBroker implements AutoCloseable {

  final AtomicInteger subscribed = new AtomicInteger();
  private final ServerSocket server;
  private final byte[] poison;

  RawBroker(byte[] poison) throws IOException {
    this.server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    this.poison = poison.clone();
    Streams.inBackground("raw-broker", this::acceptAll);
  }

  String url() {
    return "mqtt://127.0.0.1:" + server.getLocalPort();
  }

  private void acceptAll() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Streams.inBackground("raw-broker", () -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      while (true) {
        int type = in.readUnsignedByte() >> 4;
        byte[] packet = new byte[remainingLength(in)];
        in.readFully(packet);
        answer(type, packet, out);
      }
    } catch (IOException e) {
      // The client has gone.
    }
  }

  private void answer(int type, byte[] packet, OutputStream out) throws IOException {
    if (type == 1) {
      out.write(new byte[] {0x20, 3, 0, 0, 0});
    } else if (type == 8) {
      out.write(new byte[] {(byte) 0x90, 5, packet[0], packet[1], 0, 1, 1});
      if (subscribed.incrementAndGet() == 1) {
        out.write(poison);
      }
    } else if (type == 12) {
      out.write(new byte[] {(byte) 0xD0, 0});
    }
    out.flush();
  }

  /** How long the rest of a packet is, by the bytes behind its first. */
  static int remainingLength(DataInputStream in) throws IOException {
    int value = 0;
    int shift = 0;
    int digit;
    do {
      digit = in.readUnsignedByte();
      value |= (digit & 0x7F) << shift;
      shift += 7;
    } while ((digit & 0x80) != 0);
    return value;
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
