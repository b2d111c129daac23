package dev.bantam.runtime.mqtt;

import io.vertx.core.Context;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Why a network connection has failed: what the broker said, else what was read, else what Paho
 * says. Any thread; waits for a moment on Paho's.
 *
 * @param facts what was seen on the wire
 */
record LossReasons(ConnectionSettings settings, WireRepair.Facts facts) {

  private static final int READER_TURNS = 10;
  private static final long READER_TURN_MS = 10;

  /** Why the broker refuses or ends the connection, if it has said so. */
  Optional<Loss> told() {
    return Optional.ofNullable(facts.verdict).map(v -> ConnectFailure.told(v, settings));
  }

  /**
   * Why it is gone.
   *
   * @param error Paho's
   */
  Loss of(@Nullable Throwable error) {
    return told().orElseGet(() -> explained(error));
  }

  private Loss explained(@Nullable Throwable error) {
    if (settings.address().tls() && !Context.isOnEventLoopThread()) {
      letReaderSpeak();
    }
    IOException read = facts.failure;
    return Loss.of(
        ConnectFailure.explain(read == null ? error : read, settings, facts.limits != null));
  }

  /**
   * A TLS alert closes the socket for the writing thread too, which then only knows that; the one
   * that reads knows why.
   */
  private void letReaderSpeak() {
    for (int i = 0; i < READER_TURNS && facts.failure == null; i++) {
      try {
        Thread.sleep(READER_TURN_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
