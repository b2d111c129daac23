package dev.bantam.runtime.event;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One device's events, in the order in which they were told: numbers them, and holds them until
 * there is something to publish them by.
 */
public class DeviceEvents implements Events {

  private static final Logger LOG = LoggerFactory.getLogger(DeviceEvents.class);

  /** Before there is a publisher; what is older goes, and leaves a gap in the numbers. */
  private static final int MOST_HELD = 200;

  private final Context context;
  private final String device;
  private final long startedNanos = System.nanoTime();
  private final Deque<Map<String, Object>> held = new ArrayDeque<>();
  private Consumer<Map<String, Object>> publisher = this::hold;
  private String instance = "";
  private long seq;

  /**
   * @param context owns this, but for {@link #tell}
   * @param device the device id
   */
  public DeviceEvents(Context context, String device) {
    this.context = context;
    this.device = device;
  }

  @Override
  public void tell(Event event) {
    Instant at = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    long uptimeMs = (System.nanoTime() - startedNanos) / 1_000_000;
    if (Vertx.currentContext() == context) {
      number(event, at, uptimeMs);
    } else {
      context.runOnContext(nothing -> number(event, at, uptimeMs));
    }
  }

  private void number(Event event, Instant at, long uptimeMs) {
    LOG.debug("{}: {}", event.kind().wireName(), event.message());
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("kind", event.kind().wireName());
    fields.put("severity", event.kind().severity().wireName());
    fields.put("device", device);
    fields.put("instance", instance);
    fields.put("seq", ++seq);
    fields.put("at", at.toString());
    fields.put("uptime_ms", uptimeMs);
    fields.put("message", event.message());
    fields.put("details", new TreeMap<>(event.details()));
    publisher.accept(fields);
  }

  private void hold(Map<String, Object> fields) {
    if (held.size() == MOST_HELD) {
      held.remove();
    }
    held.add(fields);
  }

  /**
   * Hands on what was told so far, and all that follows. Call once, on the context.
   *
   * @param process this process, by chance: numbers start anew with each
   * @param to takes the fields of one message
   */
  public void publishBy(String process, Consumer<Map<String, Object>> to) {
    instance = process;
    publisher = to;
    while (!held.isEmpty()) {
      Map<String, Object> fields = held.remove();
      fields.put("instance", instance);
      to.accept(fields);
    }
  }
}
