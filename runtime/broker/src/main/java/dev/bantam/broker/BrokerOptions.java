package dev.bantam.broker;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the embedded broker listens on and how much it holds at most.
 *
 * @param host address to listen on; anything but loopback needs {@code credentials}
 * @param port TCP port, 0 for any free one
 * @param credentials user name to password; the password in plain text or as {@link
 *     Credentials#hash} gives it. Empty: anybody on this machine may connect
 * @param outside a second listener, for other machines
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
    Optional<Outside> outside,
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
        Optional.empty(),
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

  public BrokerOptions withHost(String other) {
    return with(values -> values.host = other);
  }

  public BrokerOptions withPort(int other) {
    return with(values -> values.port = other);
  }

  public BrokerOptions withCredentials(Map<String, String> others) {
    return with(values -> values.credentials = others);
  }

  /** The same with a second listener, for other machines. */
  public BrokerOptions withOutside(Outside other) {
    return with(values -> values.outside = Optional.of(other));
  }

  public BrokerOptions withMaxPacketBytes(int bytes) {
    return with(values -> values.maxPacketBytes = bytes);
  }

  public BrokerOptions withMaxSessions(int sessions) {
    return with(values -> values.maxSessions = sessions);
  }

  /** The same with other bounds on what waits for one session. */
  public BrokerOptions withQueue(int messages, long bytes) {
    return with(
        values -> {
          values.maxQueuedMessages = messages;
          values.maxQueuedBytes = bytes;
        });
  }

  /** The same with other bounds on retained messages. */
  public BrokerOptions withRetained(int messages, long bytes) {
    return with(
        values -> {
          values.maxRetainedMessages = messages;
          values.maxRetainedBytes = bytes;
        });
  }

  /** The same with other bounds on subscriptions of a session and on the bytes of all. */
  public BrokerOptions withTotals(int subscriptionsPerSession, long totalBytes) {
    return with(
        values -> {
          values.maxSubscriptionsPerSession = subscriptionsPerSession;
          values.maxTotalBytes = totalBytes;
        });
  }

  private BrokerOptions with(Consumer<Values> change) {
    Values values = new Values(this);
    change.accept(values);
    return values.options();
  }

  /** The components while some of them change. */
  private static final class Values {
    private String host;
    private int port;
    private Map<String, String> credentials;
    private Optional<Outside> outside;
    private int maxPacketBytes;
    private int maxSessions;
    private final long maxSessionExpirySeconds;
    private int maxQueuedMessages;
    private long maxQueuedBytes;
    private int maxRetainedMessages;
    private long maxRetainedBytes;
    private int maxSubscriptionsPerSession;
    private long maxTotalBytes;

    Values(BrokerOptions options) {
      host = options.host;
      port = options.port;
      credentials = options.credentials;
      outside = options.outside;
      maxPacketBytes = options.maxPacketBytes;
      maxSessions = options.maxSessions;
      maxSessionExpirySeconds = options.maxSessionExpirySeconds;
      maxQueuedMessages = options.maxQueuedMessages;
      maxQueuedBytes = options.maxQueuedBytes;
      maxRetainedMessages = options.maxRetainedMessages;
      maxRetainedBytes = options.maxRetainedBytes;
      maxSubscriptionsPerSession = options.maxSubscriptionsPerSession;
      maxTotalBytes = options.maxTotalBytes;
    }

    BrokerOptions options() {
      return new BrokerOptions(
          host,
          port,
          credentials,
          outside,
          maxPacketBytes,
          maxSessions,
          maxSessionExpirySeconds,
          maxQueuedMessages,
          maxQueuedBytes,
          maxRetainedMessages,
          maxRetainedBytes,
          maxSubscriptionsPerSession,
          maxTotalBytes);
    }
  }
}
