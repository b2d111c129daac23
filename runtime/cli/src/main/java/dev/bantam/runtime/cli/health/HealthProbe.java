package dev.bantam.runtime.cli.health;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Asks a device over HTTP how it is. With a plain socket, for a client library would take longer to
 * load than the device to answer.
 */
final class HealthProbe {

  private static final int OK = 200;
  private static final int LARGEST_ANSWER = 1 << 16;
  private static final String END_OF_HEAD = "\r\n\r\n";

  /**
   * What the device said.
   *
   * @param status HTTP's
   * @param body a JSON object
   */
  record Answer(int status, String body) {

    boolean isGood() {
      return status == OK;
    }
  }

  private HealthProbe() {}

  /**
   * Asks once.
   *
   * @param timeoutMs for the connection, and for each part of the answer
   * @throws IOException if nothing answers there, or something that is no such device
   */
  static Answer ask(String host, int port, String path, int timeoutMs) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(reachable(host), port), timeoutMs);
      socket.setSoTimeout(timeoutMs);
      socket
          .getOutputStream()
          .write(
              "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                  .formatted(path, host.contains(":") ? "[" + host + "]" : host)
                  .getBytes(StandardCharsets.US_ASCII));
      return parsed(socket.getInputStream())
          .orElseThrow(() -> new IOException("what answers there is no device of Bantam's"));
    }
  }

  /** A device that listens on all addresses is found on this machine's own. */
  private static String reachable(String host) {
    if (host.equals("0.0.0.0")) {
      return "127.0.0.1";
    }
    return host.equals("::") ? "::1" : host;
  }

  private static Optional<Answer> parsed(InputStream in) throws IOException {
    String text = new String(in.readNBytes(LARGEST_ANSWER), StandardCharsets.UTF_8);
    int head = text.indexOf(END_OF_HEAD);
    String[] first = text.split("\\s", 3);
    if (head < 0 || !first[0].startsWith("HTTP/1.") || !first[1].matches("[1-5][0-9]{2}")) {
      return Optional.empty();
    }
    return Optional.of(
        new Answer(
            Integer.parseInt(first[1]), text.substring(head + END_OF_HEAD.length()).strip()));
  }
}
