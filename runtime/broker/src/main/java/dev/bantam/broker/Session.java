package dev.bantam.broker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the broker keeps for one client, connected or not: subscriptions, what waits to be
 * delivered, and the state of QoS 1 and 2 in both directions (MQTT 5, 4.1).
 */
final class Session {

  /** Most QoS 1 and 2 messages under way at once, in each direction. */
  static final int MAX_WINDOW = 1_024;

  private static final int MAX_PACKET_ID = 65_535;

  // valid for the session
  private final String clientId;
  private final LongSupplier nanoClock;
  private final OutboundQueue queue;
  private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();
  private final Map<Integer, InFlight> inFlight = new LinkedHashMap<>();
  private final Set<Integer> receivedQos2 = new HashSet<>();
  private int lastPacketId;
  private boolean ended;

  // valid for the connection
  private @Nullable Link link;
  private int window;
  private int outstanding;
  private final Deque<InFlight> resend = new ArrayDeque<>();
  private boolean pumping;

  Session(String clientId, OutboundQueue queue, LongSupplier nanoClock) {
    this.clientId = clientId;
    this.queue = queue;
    this.nanoClock = nanoClock;
  }

  String clientId() {
    return clientId;
  }

  boolean isConnected() {
    return link != null;
  }

  Map<String, Subscription> subscriptions() {
    return subscriptions;
  }

  /** Packet identifiers of QoS 2 messages received and not yet released by the client. */
  Set<Integer> receivedQos2() {
    return receivedQos2;
  }

  OutboundQueue queue() {
    return queue;
  }

  /** Starts delivering; what was not acknowledged is sent again first, in the old order. */
  void attach(Link newLink, int receiveMaximum) {
    link = newLink;
    window = Math.min(receiveMaximum, MAX_WINDOW);
    outstanding = 0;
    resend.clear();
    for (InFlight entry : inFlight.values()) {
      entry.setCounted(false);
      resend.add(entry);
    }
    pump();
  }

  /** The connection is gone: QoS 0 is dropped, shared messages go to members that are there. */
  void detach() {
    link = null;
    resend.clear();
    queue.removeIf(delivery -> delivery.qos() == 0 && delivery.group() == null);
    handOver(group -> group.hasOtherConnected(this));
  }

  /** The session is over; it must be out of the subscription tree by now. */
  void end() {
    ended = true;
    link = null;
    handOver(group -> true);
    queue.removeIf(delivery -> true);
    inFlight.values().forEach(entry -> queue.release(entry.delivery()));
    inFlight.clear();
  }

  /**
   * Gives shared messages to other members: those that wait, and QoS 1 in flight. QoS 2 in flight
   * stays, for it may have arrived (MQTT-4.8.2-4, MQTT-4.8.2-5).
   */
  private void handOver(java.util.function.Predicate<SharedGroup> possible) {
    List<InFlight> unsure = new ArrayList<>();
    for (InFlight entry : inFlight.values()) {
      SharedGroup group = entry.delivery().group();
      if (entry.delivery().qos() == 1 && group != null && possible.test(group)) {
        unsure.add(entry);
      }
    }
    for (InFlight entry : unsure) {
      inFlight.remove(entry.packetId());
      queue.release(entry.delivery());
      redispatch(entry.delivery());
    }
    queue
        .removeIf(
            delivery -> {
              SharedGroup group = delivery.group();
              return group != null && possible.test(group);
            })
        .forEach(this::redispatch);
  }

  private void redispatch(Delivery delivery) {
    SharedGroup group = delivery.group();
    if (group != null) {
      group.dispatch(delivery.message(), this);
    }
  }

  /**
   * Takes a message for delivery.
   *
   * @return false if there is no room for it
   */
  boolean offer(Delivery delivery) {
    if (ended) {
      return false;
    }
    if (link == null && delivery.qos() == 0) {
      return true;
    }
    boolean taken = queue.offer(delivery);
    pump();
    return taken;
  }

  /** Sends what may be sent. */
  void pump() {
    if (pumping) {
      return;
    }
    pumping = true;
    try {
      while (sendNext()) {
        // one packet a turn
      }
    } finally {
      pumping = false;
    }
  }

  private boolean sendNext() {
    Link out = link;
    if (out == null || !out.hasRoom()) {
      return false;
    }
    InFlight again = resend.peek();
    if (again != null) {
      return outstanding < window && sendAgain(out, resend.remove());
    }
    Delivery delivery = queue.peek();
    if (delivery == null || (delivery.qos() > 0 && outstanding >= window)) {
      return false;
    }
    queue.removeFirst();
    send(out, delivery);
    return true;
  }

  private boolean sendAgain(Link out, InFlight entry) {
    entry.setCounted(true);
    outstanding++;
    switch (entry.stage()) {
      case PUBLISHED ->
          out.publish(
              entry.delivery(),
              entry.packetId(),
              true,
              PublishProperties.outgoing(entry.delivery(), nanoClock.getAsLong()),
              this::pump);
      case RELEASED -> out.release(entry.packetId(), true);
    }
    return true;
  }

  private void send(Link out, Delivery delivery) {
    long now = nanoClock.getAsLong();
    var properties = PublishProperties.outgoing(delivery, now);
    if (delivery.message().isExpired(now) || !out.fits(delivery, properties)) {
      queue.release(delivery);
      return;
    }
    if (delivery.qos() == 0) {
      out.publish(
          delivery,
          0,
          false,
          properties,
          () -> {
            queue.release(delivery);
            pump();
          });
      return;
    }
    InFlight entry = new InFlight(nextPacketId(), delivery);
    inFlight.put(entry.packetId(), entry);
    entry.setCounted(true);
    outstanding++;
    out.publish(delivery, entry.packetId(), false, properties, this::pump);
  }

  private int nextPacketId() {
    do {
      lastPacketId = lastPacketId % MAX_PACKET_ID + 1;
    } while (inFlight.containsKey(lastPacketId));
    return lastPacketId;
  }

  /** PUBACK. */
  void acknowledged(int packetId) {
    InFlight entry = inFlight.get(packetId);
    if (entry != null && entry.delivery().qos() == 1) {
      finish(entry);
    }
  }

  /**
   * PUBREC.
   *
   * @param refused its reason code is 0x80 or more: the message is not sent again (MQTT-4.8.2-6)
   */
  void received(int packetId, boolean refused) {
    InFlight entry = inFlight.get(packetId);
    if (entry == null || entry.delivery().qos() != 2) {
      if (link != null && !refused) {
        link.release(packetId, false);
      }
      return;
    }
    if (refused) {
      finish(entry);
      return;
    }
    entry.released();
    if (link != null) {
      link.release(packetId, true);
    }
  }

  /** PUBCOMP. */
  void completed(int packetId) {
    InFlight entry = inFlight.get(packetId);
    if (entry != null && entry.delivery().qos() == 2) {
      finish(entry);
    }
  }

  private void finish(InFlight entry) {
    inFlight.remove(entry.packetId());
    resend.remove(entry);
    if (entry.isCounted()) {
      outstanding--;
    }
    queue.release(entry.delivery());
    pump();
  }

  int inFlight() {
    return inFlight.size();
  }
}
