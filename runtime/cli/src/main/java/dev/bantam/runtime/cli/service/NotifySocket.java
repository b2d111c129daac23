package dev.bantam.runtime.cli.service;

import com.sun.jna.Function;
import com.sun.jna.Native;
import dev.bantam.inference.session.SystemCalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A socket of Linux for datagrams on the same machine, which Java has only for streams (decision
 * 0142). Any thread; blocks while the receiver's queue is full.
 */
final class NotifySocket {

  /** Linux's numbers, alike on x86_64 and aarch64. */
  private static final int AF_UNIX = 1;

  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int MSG_NOSIGNAL = 0x4000;

  /** Of {@code sun_path}. */
  private static final int LONGEST = 108;

  private final String name;
  private final byte[] address;

  private NotifySocket(String name, byte[] address) {
    this.name = name;
    this.address = address;
  }

  /**
   * A receiver's.
   *
   * @param name a path, or with {@code @} in front a name without a file
   * @throws IllegalArgumentException if it is neither
   */
  static NotifySocket at(String name) {
    boolean isFile = name.startsWith("/");
    if (!isFile && !name.startsWith("@")) {
      throw new IllegalArgumentException(
          "\"%s\" is neither an absolute path nor a name with @ in front".formatted(name));
    }
    byte[] path = name.getBytes(StandardCharsets.UTF_8);
    if (path.length + (isFile ? 1 : 0) > LONGEST) {
      throw new IllegalArgumentException("%s has more than %d bytes".formatted(name, LONGEST));
    }
    ByteBuffer address =
        ByteBuffer.allocate(Short.BYTES + path.length + (isFile ? 1 : 0))
            .order(ByteOrder.nativeOrder())
            .putShort((short) AF_UNIX)
            .put(path);
    if (!isFile) {
      address.put(Short.BYTES, (byte) 0);
    }
    return new NotifySocket(name, address.array());
  }

  /**
   * Sends a datagram.
   *
   * @throws IOException with the system's words, if it was not taken
   */
  void send(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int socket =
        SystemCalls.of("socket").invokeInt(new Object[] {AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0});
    if (socket < 0) {
      throw failure();
    }
    try {
      Function sendto = SystemCalls.of("sendto");
      long sent =
          sendto.invokeLong(
              new Object[] {
                socket, bytes, (long) bytes.length, MSG_NOSIGNAL, address, address.length
              });
      if (sent != bytes.length) {
        throw failure();
      }
    } finally {
      SystemCalls.of("close").invokeInt(new Object[] {socket});
    }
  }

  private IOException failure() {
    int number = Native.getLastError();
    String words = SystemCalls.of("strerror").invokeString(new Object[] {number}, false);
    return new IOException("%s: %s".formatted(name, words));
  }
}
