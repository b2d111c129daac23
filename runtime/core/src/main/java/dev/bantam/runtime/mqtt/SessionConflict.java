package dev.bantam.runtime.mqtt;

import dev.bantam.runtime.event.Event;
import dev.bantam.runtime.event.EventKind;
import dev.bantam.runtime.event.Events;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Another client with this device's client ids, such as one that runs from a copy of its SD card.
 * Brokers let the newer of two have the session, so both would take it from each other several
 * times a second. Some say so when they end a connection (reason code 0x8E). Where one just cuts
 * it, as mosquitto 2.0.11 does, the retained status that the other has left is found after
 * connecting again.
 *
 * <p>After the second time the log and the status say it plainly, and whenever the session is
 * taken, all connections of the device step aside together, for half a minute to a minute at first.
 * It is forgotten when nothing was taken for twice the longest pause.
 */
final class SessionConflict {

  private static final Logger log = LoggerFactory.getLogger(SessionConflict.class);
  private static final int PLAIN = 2;
  private static final long MS = 1_000_000;

  private final String device;
  private final long quietNanos;
  private final Events events;
  private final Pace pace;
  private final Backoff backoff = new Backoff();
  private final Map<String, Integer> taken = new HashMap<>();
  private long lastNanos;
  private long asideUntilNanos;
  private boolean plain;

  /**
   * @param pace of the pauses
   * @param events told when it becomes plain, and when it is over
   */
  SessionConflict(String device, Pace pace, Events events) {
    this.device = device;
    this.events = events;
    this.pace = pace;
    this.quietNanos = 2 * pace.capMs() * MS;
  }

  /** The broker ends a connection, for another client has come with its id. */
  void taken(String clientId) {
    count(clientId);
    stepAside();
  }

  /** After connecting again the other's status was found: it was here in the meantime. */
  void found(String clientId) {
    count(clientId);
  }

  /** A connection was cut and nothing said; in a known conflict that is most likely the other. */
  void cut() {
    stepAside();
  }

  private void count(String clientId) {
    lastNanos = System.nanoTime();
    if (taken.merge(clientId, 1, Integer::sum) >= PLAIN && !plain) {
      plain = true;
      log.error("{}", message());
      events.tell(new Event(EventKind.SESSION_CONFLICT, message(), Map.of("taken_over", count())));
    }
  }

  private void stepAside() {
    if (!plain || pauseMs() > 0) {
      return;
    }
    lastNanos = System.nanoTime();
    long pause = backoff.nextMs(pace);
    asideUntilNanos = lastNanos + pause * MS;
    log.error("{}; this one steps aside for {} s", message(), Math.max(1, pause / 1000));
  }

  boolean isPlain() {
    return plain;
  }

  /** How long all connections are to stay away; 0 if they need not. */
  long pauseMs() {
    return plain ? Math.max(0, (asideUntilNanos - System.nanoTime()) / MS) : 0;
  }

  /** Forgets a conflict that is over; true if there was one. */
  boolean forgetIfOver() {
    if (taken.isEmpty() || System.nanoTime() - lastNanos < quietNanos) {
      return false;
    }
    boolean was = plain;
    taken.clear();
    backoff.reset();
    plain = false;
    if (was) {
      events.tell(
          new Event(
              EventKind.SESSION_CONFLICT_OVER,
              "no other device has taken this one's session for a while",
              Map.of()));
    }
    return was;
  }

  /** {@code {"message","taken_over"}} for the status, while there is a conflict. */
  Optional<Map<String, Object>> status() {
    if (!plain) {
      return Optional.empty();
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("message", message());
    fields.put("taken_over", count());
    return Optional.of(fields);
  }

  private int count() {
    return taken.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  private String message() {
    return "another device is called \"%s\", perhaps one with a copy of this one's SD card: it has taken this one's session at the broker %d times; give one of the two another name, by the key device of its bantam.yaml"
        .formatted(device, count());
  }
}
