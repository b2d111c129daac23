package dev.bantam.runtime.mqtt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;

/** What brokers and proxies of the tests do with plain sockets, on threads of their own. */
final class Streams {

  private Streams() {}

  /** Copies until either end is cut, and closes both. */
  static void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException gone) {
      close(to);
    }
  }

  static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs the task on a daemon thread of that name. */
  static void inBackground(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }
}
