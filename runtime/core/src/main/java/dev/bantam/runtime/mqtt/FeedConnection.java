package dev.bantam.runtime.mqtt;

import dev.bantam.runtime.store.DeviceStore;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connection of one {@link MessageFeed}, and after it of others that take its place. */
final class FeedConnection implements MqttConnection.Listener {

  private static final Logger log = LoggerFactory.getLogger(FeedConnection.class);

  private final MqttConnection connection;
  private final List<MessageFeed> retired = new ArrayList<>();
  private final Runnable connected;
  private final OwnMessages publisher;
  private MessageFeed feed;

  /**
   * @param store keeps what the feed publishes while the broker is away
   * @param connected run after each connect
   */
  FeedConnection(
      Connector connector, MessageFeed feed, Optional<DeviceStore> store, Runnable connected) {
    this.feed = feed;
    this.connected = connected;
    connection =
        new MqttConnection(
            connector,
            connector.settings("-" + feed.name(), feed.receiveMaximum(), feed.filters()),
            this);
    publisher = new OwnMessages(connector.context(), connection, store, feed.name());
    feed.started(publisher);
  }

  /** Completes once all that the broker has not taken is on the disk, where there is one. */
  Future<Void> keepTheRest() {
    return publisher.keepTheRest();
  }

  MqttConnection connection() {
    return connection;
  }

  /** The one that messages go to. */
  MessageFeed feed() {
    return feed;
  }

  /** Has messages go to another one from now on; those that have come stay with the one before. */
  void change(MessageFeed next) {
    List<String> before = feed.filters();
    retire();
    feed = next;
    next.started(publisher);
    connection.receive(next.receiveMaximum());
    List<String> wanted = next.filters();
    connection.subscriptions().end(before.stream().filter(f -> !wanted.contains(f)).toList());
    connection.subscriptions().add(wanted);
  }

  /** Does what has come, and takes no more. */
  void retire() {
    retired.removeIf(MessageFeed::idle);
    retired.add(feed);
    feed.retire();
  }

  /** Leaves what waits with the broker. */
  void drain() {
    retired.forEach(MessageFeed::drain);
    feed.drain();
  }

  /** Whether nothing is at work, after {@link #drain} or {@link #retire}. */
  boolean idle() {
    return feed.idle() && retired.stream().allMatch(MessageFeed::idle);
  }

  @Override
  public void connected(int epoch) {
    publisher.connected();
    connected.run();
  }

  @Override
  public void lost() {
    publisher.lost();
  }

  @Override
  public Optional<OutboundMessage> will(int epoch) {
    return Optional.empty();
  }

  @Override
  public void conflictOver() {
    connected.run();
  }

  @Override
  public void message(InboundMessage message, int epoch, Runnable acknowledge) {
    if (message.userProperties().containsKey(PublishFrame.REFUSED)) {
      log.warn(
          "{}: a message on \"{}\" cannot be read: {}",
          connection.clientId(),
          message.topic(),
          message.userProperties().get(PublishFrame.REFUSED));
    }
    feed.message(message, acknowledge);
  }

  @Override
  public void overflowed(String topic) {
    feed.overflowed(topic);
  }
}
