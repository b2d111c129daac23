package dev.bantam.runtime.mqtt;

import io.vertx.core.Future;

/**
 * Takes messages to the broker, now or when it is there again, in order. Called on the gateway's
 * context.
 */
public interface Publisher {

  /**
   * Publishes.
   *
   * @return what became of the message; completes on the context, and never fails. While the broker
   *     is away it may stay incomplete
   */
  Future<Taken> publish(Publication message);

  /** What became of a message. */
  sealed interface Taken {

    /** The broker has it; at QoS 0: it was sent. */
    record Accepted() implements Taken {}

    /** It is kept until the broker is there, also over a restart. */
    record Queued() implements Taken {}

    /**
     * It is lost.
     *
     * @param reason a sentence for the log
     */
    record Dropped(String reason) implements Taken {}
  }
}
