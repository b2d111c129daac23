package dev.bantam.runtime.swap;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/**
 * Where a swap is. In overlap: validating, downloading, staged, loading, probing, switching,
 * draining, probation. In exclusive mode draining and unloading come before loading. Any may be
 * followed by rolling back.
 */
public sealed interface SwapPhase {

  /** The wish is checked. */
  record Validating() implements SwapPhase {}

  /** It waits for its time, or because the model in use asks for it. */
  record Deferred(Instant until, String why) implements SwapPhase {}

  /** The model is brought onto the device. */
  record Downloading(String step, long done, long total) implements SwapPhase {}

  /** The model is here and whole; it waits for its turn. */
  record Staged() implements SwapPhase {}

  /** The new model is loaded. */
  record Loading() implements SwapPhase {}

  /** The new model shows what it can do. */
  record Probing() implements SwapPhase {}

  /** The new model is published. */
  record Switching() implements SwapPhase {}

  /** Requests to the old model end. */
  record Draining(Duration limit) implements SwapPhase {}

  /** The old model gives its memory back. */
  record Unloading() implements SwapPhase {}

  /** The new model serves and is watched. */
  record Probation(Instant until) implements SwapPhase {}

  /** The slot goes back to its old model. */
  record RollingBack(String why) implements SwapPhase {}

  /** The word in messages. */
  default String wireName() {
    return this instanceof RollingBack
        ? "rolling_back"
        : getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /** What it says beside its word, for messages. */
  default Map<String, Object> details() {
    if (this instanceof Deferred deferred) {
      return Map.of("until", deferred.until().toString(), "why", deferred.why());
    }
    if (this instanceof Downloading downloading) {
      return Map.of(
          "step", downloading.step(), "done", downloading.done(), "total", downloading.total());
    }
    if (this instanceof Draining draining) {
      return Map.of("limit_seconds", draining.limit().toSeconds());
    }
    if (this instanceof Probation probation) {
      return Map.of("until", probation.until().toString());
    }
    return this instanceof RollingBack back ? Map.of("why", back.why()) : Map.of();
  }
}
