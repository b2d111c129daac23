package dev.bantam.runtime.mqtt;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntConsumer;

/**
 * The acknowledgements of one connection. MQTT wants them in the order in which the messages came
 * (MQTT-4.6.0-2), whatever the order in which they are done with.
 */
final class AckQueue {

  private static final class Entry {
    private final int packetId;
    private boolean done;

    Entry(int packetId) {
      this.packetId = packetId;
    }
  }

  private final IntConsumer send;
  private final Deque<Entry> waiting = new ArrayDeque<>();
  private boolean open = true;

  /**
   * @param send sends the PUBACK of a packet identifier
   */
  AckQueue(IntConsumer send) {
    this.send = send;
  }

  /**
   * Takes a message's place in the queue.
   *
   * @param packetId 0 for a message that wants no acknowledgement
   * @return acknowledges the message, once those before it are; harmless after {@link #close} and
   *     when run twice
   */
  Runnable add(int packetId) {
    if (packetId == 0) {
      return () -> {};
    }
    Entry entry = new Entry(packetId);
    waiting.add(entry);
    return () -> {
      entry.done = true;
      flush();
    };
  }

  private void flush() {
    Entry first = waiting.peek();
    while (open && first != null && first.done) {
      waiting.remove();
      send.accept(first.packetId);
      first = waiting.peek();
    }
  }

  /** The connection is gone: what is acknowledged from now on goes nowhere. */
  void close() {
    open = false;
    waiting.clear();
  }
}
