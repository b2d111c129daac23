package dev.bantam.runtime.mqtt;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.protocol.Topics;
import dev.bantam.runtime.mqtt.Exchanges.Exchange;
import dev.bantam.spi.ErrorCode;
import dev.bantam.spi.TaskException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The control connection: the retained status with its Will, cancels, and requests for tasks that
 * no slot serves. It acknowledges at once.
 */
final class ControlConnection implements MqttConnection.Listener {

  private static final int RECEIVE_MAXIMUM = 64;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final MqttConnection connection;
  private final RequestLane lane;
  private final RequestLane.Shared shared;
  private final Topics topics;
  private final Runnable connected;

  /**
   * @param taskFilters further subscriptions
   * @param serves the tasks that are answered here
   * @param connected run after each connect
   */
  ControlConnection(
      Connector connector,
      RequestLane.Shared shared,
      List<String> taskFilters,
      Predicate<String> serves,
      Runnable connected) {
    this.shared = shared;
    this.topics = shared.topics();
    this.connected = connected;
    List<String> filters = new ArrayList<>(taskFilters);
    filters.add(topics.cancel());
    filters.add(topics.base() + "/ask/+/" + RequestLane.CANCEL);
    connection =
        new MqttConnection(
            connector.context(),
            connector.settings("", RECEIVE_MAXIMUM, filters, Optional.of(offline())),
            this);
    lane = new RequestLane(connection, shared, serves, RECEIVE_MAXIMUM);
  }

  MqttConnection connection() {
    return connection;
  }

  private OutboundMessage offline() {
    return OutboundMessage.retainedJson(
        topics.status(),
        AnswerEncoder.write(Map.of("state", "offline", "device", topics.device())));
  }

  void publishStatus(Map<String, ? extends @Nullable Object> fields) {
    if (connection.state() instanceof ConnectionState.Connected) {
      connection.publish(
          OutboundMessage.retainedJson(topics.status(), AnswerEncoder.write(fields)));
    }
  }

  /** Says that the device goes; waits for nothing if the broker is away, for its Will says it. */
  void publishOffline() {
    if (connection.state() instanceof ConnectionState.Connected) {
      connection.publish(offline());
    }
  }

  @Override
  public void connected(int epoch) {
    connected.run();
  }

  @Override
  public void message(InboundMessage message, int epoch, Runnable acknowledge) {
    Optional<Topics.RequestAddress> address = topics.parse(message.topic());
    boolean askCancel =
        address.isPresent()
            && address.get().client().isPresent()
            && address.get().task().equals(RequestLane.CANCEL);
    if (askCancel) {
      cancel(asked(message, address.get().client().orElseThrow()), message);
      acknowledge.run();
    } else if (message.topic().equals(topics.cancel())) {
      cancel(correlated(message), message);
      acknowledge.run();
    } else {
      lane.accept(message, epoch, acknowledge);
    }
  }

  private List<Exchange> correlated(InboundMessage message) {
    return message
        .correlation()
        .map(c -> shared.exchanges().correlated(c, message.responseTopic()))
        .orElse(List.of());
  }

  private List<Exchange> asked(InboundMessage message, String client) {
    try {
      String id = JSON.readTree(message.payload().getBytes()).path("id").asText("");
      return shared.exchanges().asked(topics.base() + "/answer/" + client + "/", id);
    } catch (IOException e) {
      return List.of();
    }
  }

  private void cancel(List<Exchange> named, InboundMessage message) {
    if (message.retained()) {
      shared.refusals().count(RefusedRequest.RETAINED, message);
    } else if (named.size() != 1) {
      shared.refusals().count(RefusedRequest.CANCEL_WITHOUT_REQUEST, message);
    } else if (!shared.handler().cancel(named.get(0).id())) {
      TaskException cancelled =
          new TaskException(ErrorCode.CANCELLED, "the request was cancelled before it was started");
      named.get(0).publisher().ifPresent(publisher -> publisher.fail(cancelled));
    }
  }
}
