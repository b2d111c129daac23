package dev.bantam.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What systemd is to a service: the receiver of its notifications, by a real socket for datagrams.
 * In Python, so that none of Bantam's own code is on both sides.
 */
public final class NotificationReceiver implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(15);

  private static final String LISTENING = "listening";

  /** Prints each line that comes behind the id of the process that the kernel says it is from. */
  private static final String SCRIPT =
      """
      import socket, struct, sys
      receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      receiver.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
      name = sys.argv[1]
      receiver.bind("\\0" + name[1:] if name.startswith("@") else name)
      print("listening", flush=True)
      while True:
          data, ancillary, _, _ = receiver.recvmsg(65536, socket.CMSG_SPACE(12))
          sender = struct.unpack("iii", ancillary[0][2])[0]
          for line in data.decode().split("\\n"):
              print(sender, line, flush=True)
      """;

  private final Path output;
  private final Process process;
  private final String address;

  private NotificationReceiver(Path output, Process process, String address) {
    this.output = output;
    this.process = process;
    this.address = address;
  }

  /**
   * Starts one that listens.
   *
   * @param folder for what it writes
   * @param address a path, or a name with {@code @} in front
   */
  public static NotificationReceiver start(Path folder, String address) {
    try {
      Path output = Files.createTempFile(folder, "notifications", ".txt");
      Process process =
          new ProcessBuilder("python3", "-c", SCRIPT, address)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      NotificationReceiver receiver = new NotificationReceiver(output, process, address);
      Eventually.await(
          "a receiver at " + address, START_LIMIT, () -> receiver.printed().contains(LISTENING));
      return receiver;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** For the variable {@code NOTIFY_SOCKET}. */
  public String address() {
    return address;
  }

  /** All that has come, without the senders, in its order: {@code READY=1}. */
  public List<String> messages() {
    return printed().stream()
        .filter(line -> !line.equals(LISTENING))
        .map(line -> line.substring(line.indexOf(' ') + 1))
        .toList();
  }

  /** The processes that have sent anything. */
  public List<Long> senders() {
    return printed().stream()
        .filter(line -> !line.equals(LISTENING))
        .map(line -> Long.valueOf(line.substring(0, line.indexOf(' '))))
        .distinct()
        .toList();
  }

  /** Of a line that is being written nothing is seen yet. */
  private List<String> printed() {
    try {
      String text = Files.readString(output);
      return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
