package dev.bantam.broker;

/**
 * What the broker holds now.
 *
 * @param sessions sessions, connected or not
 * @param connected clients that are connected
 * @param retained retained messages
 * @param heldBytes bytes of queued and retained messages, estimated from above
 * @param dropped messages given up since the start because a subscriber's queue was full
 */
public record BrokerStatus(
    int sessions, int connected, int retained, long heldBytes, long dropped) {}
