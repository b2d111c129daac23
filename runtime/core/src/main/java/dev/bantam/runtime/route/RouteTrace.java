package dev.bantam.runtime.route;

import dev.bantam.runtime.mqtt.Publication;
import dev.bantam.runtime.mqtt.Publisher;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells whoever watches what becomes of a route's messages; costs nothing while nobody does. Only
 * so many a second are told, and then how many were not.
 */
final class RouteTrace {

  private static final int MOST_A_SECOND = 50;
  private static final int LONGEST_TEXT = 2_000;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final String route;
  private final String topic;
  private long untilNanos;
  private boolean watched;
  private long secondNanos;
  private int told;
  private long untold;

  /**
   * @param topic where traces go
   */
  RouteTrace(String route, String topic) {
    this.route = route;
    this.topic = topic;
  }

  /** Somebody watches for so long. */
  void watch(Duration time) {
    watched = true;
    untilNanos = System.nanoTime() + time.toNanos();
  }

  /** Whether anybody watches. */
  boolean isWatched() {
    if (watched && System.nanoTime() - untilNanos > 0) {
      watched = false;
    }
    return watched;
  }

  /**
   * Tells.
   *
   * @param what became of the message: {@code out}, {@code filtered}, {@code window}, {@code
   *     dropped} or {@code error}
   */
  void tell(
      Publisher publisher,
      String what,
      RouteMessage message,
      Map<String, ? extends @Nullable Object> details) {
    if (!isWatched() || message.hops() >= Hops.MOST || isOverRate()) {
      return;
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("route", route);
    fields.put("what", what);
    fields.put("at", Instant.now().toString());
    fields.put("topic", message.topic());
    fields.put("key", message.key());
    details.forEach((name, value) -> fields.put(name, shortened(value)));
    if (untold > 0) {
      fields.put("untold", untold);
      untold = 0;
    }
    publisher.publish(
        new Publication(
            topic,
            OutputWriter.json(fields),
            0,
            false,
            Optional.of("application/json"),
            Hops.last()));
  }

  private boolean isOverRate() {
    long now = System.nanoTime();
    if (now - secondNanos >= SECOND) {
      secondNanos = now;
      told = 0;
    }
    if (told >= MOST_A_SECOND) {
      untold++;
      return true;
    }
    told++;
    return false;
  }

  private static @Nullable Object shortened(@Nullable Object value) {
    return value instanceof String text && text.length() > LONGEST_TEXT
        ? text.substring(0, LONGEST_TEXT) + "..."
        : value;
  }
}
