package dev.bantam.broker;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one session holds: deliveries that wait, and the space of those sent but not acknowledged.
 * First in, first out. Where there is no room the oldest waiting QoS 0 deliveries go first.
 */
final class OutboundQueue {

  private final int maxMessages;
  private final long maxBytes;
  private final ByteBudget total;
  private final Deque<Delivery> waiting = new ArrayDeque<>();
  private int waitingQos0;
  private int held;
  private long heldBytes;
  private long dropped;

  OutboundQueue(int maxMessages, long maxBytes, ByteBudget total) {
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
    this.total = total;
  }

  /** False if there is no room even without the QoS 0 deliveries that wait. */
  boolean offer(Delivery delivery) {
    while (!take(delivery)) {
      if (waitingQos0 == 0) {
        dropped++;
        return false;
      }
      dropOldestQos0();
    }
    waiting.add(delivery);
    waitingQos0 += delivery.qos() == 0 ? 1 : 0;
    return true;
  }

  private boolean take(Delivery delivery) {
    long bytes = delivery.message().bytes();
    if (held >= maxMessages || bytes > maxBytes - heldBytes || !total.take(bytes)) {
      return false;
    }
    held++;
    heldBytes += bytes;
    return true;
  }

  private void dropOldestQos0() {
    for (Iterator<Delivery> all = waiting.iterator(); all.hasNext(); ) {
      Delivery oldest = all.next();
      if (oldest.qos() == 0) {
        all.remove();
        waitingQos0--;
        release(oldest);
        dropped++;
        return;
      }
    }
  }

  @Nullable Delivery peek() {
    return waiting.peek();
  }

  /** Takes the first out; its space stays taken until {@link #release}. */
  void removeFirst() {
    Delivery first = waiting.remove();
    waitingQos0 -= first.qos() == 0 ? 1 : 0;
  }

  /** Takes out all that wait and fit the condition, releasing them. */
  Deque<Delivery> removeIf(Predicate<Delivery> condition) {
    Deque<Delivery> removed = new ArrayDeque<>();
    for (Iterator<Delivery> all = waiting.iterator(); all.hasNext(); ) {
      Delivery delivery = all.next();
      if (condition.test(delivery)) {
        all.remove();
        waitingQos0 -= delivery.qos() == 0 ? 1 : 0;
        release(delivery);
        removed.add(delivery);
      }
    }
    return removed;
  }

  /** The delivery is acknowledged, written, or given up. */
  void release(Delivery delivery) {
    held--;
    heldBytes -= delivery.message().bytes();
    total.giveBack(delivery.message().bytes());
  }

  int waiting() {
    return waiting.size();
  }

  int held() {
    return held;
  }

  long heldBytes() {
    return heldBytes;
  }

  /** Deliveries given up for want of room. */
  long dropped() {
    return dropped;
  }
}
