package dev.bantam.simulator.client;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;

/** A request that waits for its answer. Confined to the client's context. */
final class PendingAnswer {

  private static final double NANOS_PER_MS = 1e6;

  private final Consumer<String> onText;
  private final Promise<TaskResult> promise = Promise.promise();
  private final long sentNanos = System.nanoTime();
  private double firstTokenMs = -1;

  PendingAnswer(Consumer<String> onText) {
    this.onText = onText;
  }

  Future<TaskResult> result() {
    return promise.future();
  }

  /** A piece of the answer, the whole answer, or an error. */
  void received(Buffer payload) {
    Map<String, Object> fields;
    try {
      fields = Json.read(payload);
    } catch (IOException e) {
      promise.tryFail(new TaskClientException("the device's answer is no JSON object", e));
      return;
    }
    if (fields.get("delta") instanceof String delta) {
      text(delta);
      return;
    }
    if (firstTokenMs < 0 && !fields.containsKey("error")) {
      text(fields.get("text") instanceof String whole ? whole : "");
    }
    promise.tryComplete(TaskResult.of(fields, firstTokenMs, elapsedMs()));
  }

  private void text(String piece) {
    if (firstTokenMs < 0) {
      firstTokenMs = elapsedMs();
    }
    onText.accept(piece);
  }

  private double elapsedMs() {
    return (System.nanoTime() - sentNanos) / NANOS_PER_MS;
  }

  void fail(String message) {
    fail(new TaskClientException(message, null));
  }

  void fail(TaskClientException why) {
    promise.tryFail(why);
  }
}
