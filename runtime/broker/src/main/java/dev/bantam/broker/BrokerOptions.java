package dev.bantam.broker;

import java.util.Map;

/**
 * What the embedded broker listens on and how much it holds at most.
 *
 * @param host address to listen on; anything but loopback needs {@code credentials}
 * @param port TCP port, 0 for any free one
 * @param credentials user name to password; the password in plain text or as {@link
 *     Credentials#hash} gives it. Empty: anybody on this machine may connect
 * @param maxPacketBytes largest MQTT packet a client may send; a larger one ends its connection
 *     with reason code 0x95
 * @param maxSessions sessions at a time, connected or not; a further client is refused with 0x97
 * @param maxSessionExpirySeconds longest time an unconnected session is kept; what a client asks
 *     beyond it is cut, and it is told so
 * @param maxQueuedMessages messages that wait for one session, those not yet acknowledged included
 * @param maxQueuedBytes bytes that wait for one session
 * @param maxRetainedMessages retained messages in all; a further topic is refused with 0x97
 * @param maxRetainedBytes bytes of retained messages in all
 * @param maxSubscriptionsPerSession subscriptions of one session; a further one is refused with
 *     0x97
 * @param maxTotalBytes bytes of queued and retained messages of all sessions together
 */
public record BrokerOptions(
    String host,
    int port,
    Map<String, String> credentials,
    int maxPacketBytes,
    int maxSessions,
    long maxSessionExpirySeconds,
    int maxQueuedMessages,
    long maxQueuedBytes,
    int maxRetainedMessages,
    long maxRetainedBytes,
    int maxSubscriptionsPerSession,
    long maxTotalBytes) {

  private static final int MIB = 1 << 20;

  /** Checks every value. */
  public BrokerOptions {
    credentials = Map.copyOf(credentials);
    if (host.isBlank()) {
      throw new IllegalArgumentException("the broker's host is empty; use 127.0.0.1");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("the broker's port is " + port + "; use 0 to 65535");
    }
    positive("maxPacketBytes", maxPacketBytes);
    positive("maxSessions", maxSessions);
    positive("maxSessionExpirySeconds", maxSessionExpirySeconds);
    positive("maxQueuedMessages", maxQueuedMessages);
    positive("maxQueuedBytes", maxQueuedBytes);
    positive("maxRetainedMessages", maxRetainedMessages);
    positive("maxRetainedBytes", maxRetainedBytes);
    positive("maxSubscriptionsPerSession", maxSubscriptionsPerSession);
    positive("maxTotalBytes", maxTotalBytes);
  }

  private static void positive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(
          "the broker's " + name + " is " + value + "; use 1 or more");
    }
  }

  /** Loopback, any free port, no credentials, limits that suit a small gateway. */
  public static BrokerOptions defaults() {
    return new BrokerOptions(
        "127.0.0.1",
        0,
        Map.of(),
        MIB,
        1_000,
        86_400,
        10_000,
        16L * MIB,
        10_000,
        16L * MIB,
        1_000,
        64L * MIB);
  }

  /** The defaults on a given port; 0 for any free one. */
  public static BrokerOptions onPort(int port) {
    return defaults().withPort(port);
  }

  public BrokerOptions withHost(String newHost) {
    return copy(newHost, port, credentials, maxPacketBytes, maxSessions);
  }

  public BrokerOptions withPort(int newPort) {
    return copy(host, newPort, credentials, maxPacketBytes, maxSessions);
  }

  public BrokerOptions withCredentials(Map<String, String> newCredentials) {
    return copy(host, port, newCredentials, maxPacketBytes, maxSessions);
  }

  public BrokerOptions withMaxPacketBytes(int bytes) {
    return copy(host, port, credentials, bytes, maxSessions);
  }

  public BrokerOptions withMaxSessions(int sessions) {
    return copy(host, port, credentials, maxPacketBytes, sessions);
  }

  private BrokerOptions copy(
      String newHost, int newPort, Map<String, String> users, int packetBytes, int sessions) {
    return new BrokerOptions(
        newHost,
        newPort,
        users,
        packetBytes,
        sessions,
        maxSessionExpirySeconds,
        maxQueuedMessages,
        maxQueuedBytes,
        maxRetainedMessages,
        maxRetainedBytes,
        maxSubscriptionsPerSession,
        maxTotalBytes);
  }

  /** The same with other bounds on what waits for one session. */
  public BrokerOptions withQueue(int messages, long bytes) {
    return new BrokerOptions(
        host,
        port,
        credentials,
        maxPacketBytes,
        maxSessions,
        maxSessionExpirySeconds,
        messages,
        bytes,
        maxRetainedMessages,
        maxRetainedBytes,
        maxSubscriptionsPerSession,
        maxTotalBytes);
  }

  /** The same with other bounds on retained messages. */
  public BrokerOptions withRetained(int messages, long bytes) {
    return new BrokerOptions(
        host,
        port,
        credentials,
        maxPacketBytes,
        maxSessions,
        maxSessionExpirySeconds,
        maxQueuedMessages,
        maxQueuedBytes,
        messages,
        bytes,
        maxSubscriptionsPerSession,
        maxTotalBytes);
  }

  /** The same with other bounds on subscriptions of a session and on the bytes of all. */
  public BrokerOptions withTotals(int subscriptionsPerSession, long totalBytes) {
    return new BrokerOptions(
        host,
        port,
        credentials,
        maxPacketBytes,
        maxSessions,
        maxSessionExpirySeconds,
        maxQueuedMessages,
        maxQueuedBytes,
        maxRetainedMessages,
        maxRetainedBytes,
        subscriptionsPerSession,
        totalBytes);
  }
}
