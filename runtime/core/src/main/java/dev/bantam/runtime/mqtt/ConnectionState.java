package dev.bantam.runtime.mqtt;

/** How a connection stands. */
public sealed interface ConnectionState {

  /**
   * On the way to a broker.
   *
   * @param attempt since the last connection, from 1
   */
  record Connecting(int attempt) implements ConnectionState {}

  /**
   * Connected and subscribed.
   *
   * @param epoch number of this connection, from 1
   */
  record Connected(int epoch) implements ConnectionState {}

  /**
   * Waits before the next attempt.
   *
   * @param attempt the attempt that failed, 0 after a lost connection
   * @param delayMs from the failure to the next attempt
   * @param reason what the broker or the network said
   */
  record Waiting(int attempt, long delayMs, String reason) implements ConnectionState {}

  /** Ended on purpose; stays so. */
  record Closed() implements ConnectionState {}
}
