package dev.bantam.runtime.mqtt;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connection of one {@link MessageFeed}. */
final class FeedConnection implements MqttConnection.Listener {

  private static final Logger log = LoggerFactory.getLogger(FeedConnection.class);

  private final MqttConnection connection;
  private final MessageFeed feed;
  private final Runnable connected;

  /**
   * @param connected run after each connect
   */
  FeedConnection(Connector connector, MessageFeed feed, Runnable connected) {
    this.feed = feed;
    this.connected = connected;
    connection =
        new MqttConnection(
            connector,
            connector.settings("-" + feed.name(), feed.receiveMaximum(), feed.filters()),
            this);
    feed.started(message -> connection.publish(message.message()).map(FeedConnection::taken));
  }

  private static Publisher.Taken taken(Outbox.Outcome outcome) {
    if (outcome instanceof Outbox.Outcome.Accepted) {
      return new Publisher.Taken.Accepted();
    }
    if (outcome instanceof Outbox.Outcome.Refused refused) {
      return new Publisher.Taken.Dropped(
          "the broker refuses it with reason code %s; %s"
              .formatted(
                  ReasonCodes.hex(refused.reasonCode()),
                  ReasonCodes.publication(refused.reasonCode())));
    }
    return new Publisher.Taken.Dropped("it has expired");
  }

  MqttConnection connection() {
    return connection;
  }

  MessageFeed feed() {
    return feed;
  }

  @Override
  public void connected(int epoch) {
    connected.run();
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
