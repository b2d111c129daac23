package dev.bantam.runtime.mqtt;

import java.util.List;

/**
 * Something that listens to topics of others, over a connection of its own. Called on the gateway's
 * context, but for {@link #overflowed}.
 */
public interface MessageFeed {

  /** Ends the connection's client id, {@code bantam-{device}-{name}}. */
  String name();

  /** Topic filters, subscribed at QoS 1; what was retained before is not asked for. */
  List<String> filters();

  /** How many messages at QoS 1 the broker may send before the first is acknowledged. */
  int receiveMaximum();

  /**
   * Called once, before anything else.
   *
   * @param publisher over the feed's connection
   */
  void started(Publisher publisher);

  /**
   * A message.
   *
   * @param acknowledge to be run once it is done with; harmless at QoS 0, after a lost connection,
   *     and when run twice
   */
  void message(InboundMessage message, Runnable acknowledge);

  /**
   * A message at QoS 0 that came faster than it could be taken up, and is lost. Called by other
   * threads than the context's.
   */
  void overflowed(String topic);

  /** Takes no further messages; what waits is left with the broker. */
  void drain();

  /** Takes no further messages, and does all that waits: another one may take its place. */
  void retire();

  /** Whether nothing is at work, after {@link #drain} or {@link #retire}. */
  boolean idle();
}
