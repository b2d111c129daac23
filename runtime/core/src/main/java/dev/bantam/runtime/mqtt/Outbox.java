package dev.bantam.runtime.mqtt;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages on their way to the broker. At most as many are unacknowledged as the broker's Receive
 * Maximum allows; the others wait here, in order. What a lost connection left unacknowledged is
 * sent again on the next one, first.
 */
final class Outbox {

  /** How the broker, or the lack of one, ended a message. */
  sealed interface Outcome {
    /** The broker has it. */
    record Accepted() implements Outcome {}

    /** The broker does not want it. */
    record Refused(int reasonCode) implements Outcome {}

    /** Its deadline passed before it could be sent. */
    record Expired() implements Outcome {}
  }

  private static final class Item {
    private final OutboundMessage message;
    private final Promise<Outcome> promise = Promise.promise();

    Item(OutboundMessage message) {
      this.message = message;
    }
  }

  private static final Logger log = LoggerFactory.getLogger(Outbox.class);

  /** Paho's own bound, whatever the broker offers. */
  private static final int MOST_CREDITS = 1_000;

  private final Deque<Item> queue = new ArrayDeque<>();
  private final Set<Item> inFlight = new LinkedHashSet<>();
  private @Nullable PahoSession session;
  private int credits;

  /** Queues a message. */
  Future<Outcome> add(OutboundMessage message) {
    Item item = new Item(message);
    queue.add(item);
    flush();
    return item.promise.future();
  }

  /** Messages that the broker has not accepted yet. */
  int size() {
    return queue.size() + inFlight.size();
  }

  /** A connection is there. */
  void connected(PahoSession connected) {
    session = connected;
    credits = Math.min(connected.limits().receiveMaximum(), MOST_CREDITS);
    flush();
  }

  /** The connection is gone. */
  void lost() {
    session = null;
    List<Item> again = new ArrayList<>(inFlight);
    inFlight.clear();
    for (int i = again.size() - 1; i >= 0; i--) {
      queue.addFirst(again.get(i));
    }
  }

  private void flush() {
    PahoSession open = session;
    while (open != null && !queue.isEmpty() && inFlight.size() < credits) {
      Item item = queue.remove();
      if (item.message.expired(System.nanoTime())) {
        item.promise.tryComplete(new Outcome.Expired());
      } else if (item.message.packetBytes() > open.limits().maximumPacketSize()) {
        // The broker would cut the connection, again at each attempt to send it.
        item.promise.tryComplete(new Outcome.Refused(ReasonCodes.PACKET_TOO_LARGE));
      } else if (!send(open, item)) {
        return;
      }
    }
  }

  private boolean send(PahoSession open, Item item) {
    inFlight.add(item);
    try {
      open.publish(item.message, code -> finished(item, code));
      return true;
    } catch (MqttException e) {
      inFlight.remove(item);
      queue.addFirst(item);
      log.debug("not published yet: {} ({})", e.getMessage(), e.getReasonCode());
      return false;
    } catch (RuntimeException e) {
      inFlight.remove(item);
      log.warn("cannot publish to \"{}\": {}", item.message.topic(), e.getMessage());
      item.promise.tryComplete(new Outcome.Refused(ReasonCodes.FIRST_FAILURE));
      return true;
    }
  }

  private void finished(Item item, int code) {
    inFlight.remove(item);
    flush();
    item.promise.tryComplete(
        code < ReasonCodes.FIRST_FAILURE ? new Outcome.Accepted() : new Outcome.Refused(code));
  }
}
