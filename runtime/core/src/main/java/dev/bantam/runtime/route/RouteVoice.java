package dev.bantam.runtime.route;

import dev.bantam.runtime.mqtt.Publication;
import dev.bantam.runtime.mqtt.Publisher;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a route says beside its results: errors to their topic and to the log, and traces. */
final class RouteVoice {

  private static final Logger log = LoggerFactory.getLogger(Route.class);
  private static final int SHOWN_PAYLOAD = 1_000;
  private static final long LOG_PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

  private final String route;
  private final OutputWriter outputs;
  private final RouteTrace trace;
  private final Publisher publisher;
  private long loggedNanos = System.nanoTime() - LOG_PAUSE_NANOS;

  RouteVoice(String route, OutputWriter outputs, RouteTrace trace, Publisher publisher) {
    this.route = route;
    this.outputs = outputs;
    this.trace = trace;
    this.publisher = publisher;
  }

  boolean isWatched() {
    return trace.isWatched();
  }

  /** To whoever watches. */
  void tell(
      String what,
      RouteMessage message,
      Supplier<Map<String, ? extends @Nullable Object>> details) {
    if (trace.isWatched()) {
      trace.tell(publisher, what, message, details.get());
    }
  }

  /** A publication was taken. */
  void out(Batch batch, Publication output, Map<String, ? extends @Nullable Object> request) {
    tell(
        "out",
        batch.last(),
        () -> {
          Map<String, @Nullable Object> told = new LinkedHashMap<>(request);
          told.put("messages", batch.size());
          told.put("to", output.topic());
          told.put("output", text(output.payload()));
          return told;
        });
  }

  /** Messages cannot go on. They are acknowledged once that was said. */
  void failed(Batch batch, RouteFailure failure, String payload) {
    long now = System.nanoTime();
    if (now - loggedNanos >= LOG_PAUSE_NANOS) {
      loggedNanos = now;
      log.warn(
          "route {}: a message on \"{}\" cannot go on ({}): {}",
          route,
          batch.last().topic(),
          failure.code(),
          failure.text());
    }
    tell(
        "error",
        batch.last(),
        () -> Map.of("code", failure.code(), "message", failure.text(), "payload", payload));
    outputs
        .error(failure, batch.last(), payload)
        .ifPresentOrElse(
            told -> publisher.publish(told).onComplete(done -> batch.acknowledge()),
            batch::acknowledge);
  }

  /** The last payload, for an error. */
  static String lastPayload(Batch batch) {
    Object payload = batch.last().payload();
    return shown(
        payload instanceof String text ? Buffer.buffer(text) : OutputWriter.value(payload));
  }

  /** The beginning of a payload that may be no text. */
  static String shown(Buffer payload) {
    return text(payload.getBuffer(0, Math.min(payload.length(), SHOWN_PAYLOAD)));
  }

  private static String text(Buffer payload) {
    return new String(payload.getBytes(), StandardCharsets.UTF_8);
  }
}
